// Requests to the console's own address.

// ask sends a request and returns the JSON of the answer; undefined if it has none. It throws an Error with the message of a refusal.
export async function ask(path, value, signal) {
  const sent = value === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value),
  };
  let answer, text;
  try {
    answer = await fetch(path, { ...sent, signal });
    text = await answer.text();
  } catch (fault) {
    if (fault.name === "AbortError") throw fault;
    throw new Error("The local stack does not answer: does make run still run?");
  }
  if (!answer.ok) throw new Error(messageOf(text) || `The local stack answers ${answer.status}.`);
  return text ? JSON.parse(text) : undefined;
}

function messageOf(text) {
  try {
    return JSON.parse(text).message;
  } catch {
    return text;
  }
}

// listen follows the stream. It calls on[event] with the data of each event, and onLive with whether the stream is connected. A page that
// nobody sees has no stream: a browser has six connections to an address, for all its pages.
export function listen(on, onLive) {
  let stream;
  const connect = () => {
    stream?.close();
    stream = document.hidden ? undefined : follow(on, onLive, connect);
  };
  document.addEventListener("visibilitychange", connect);
  connect();
}

function follow(on, onLive, connect) {
  const stream = new EventSource("/console/stream");
  for (const [event, take] of Object.entries(on)) {
    stream.addEventListener(event, (message) => take(JSON.parse(message.data)));
  }
  stream.addEventListener("open", () => onLive(true));
  stream.addEventListener("error", () => {
    onLive(false);
    if (stream.readyState === EventSource.CLOSED) setTimeout(connect, 2000); // the browser gives up if something else answers
  });
  return stream;
}
