// What has happened: the newest items of each part, and which of them belong together.

const kept = 200; // of each part

const parts = { deliveries: new Map(), calls: new Map(), invitations: new Map(), messages: new Map() };
const byToken = new Map(); // a token, such as an OCID or a request id, to the ids of the items that have it
const tokensOf = new Map(); // an item's id to its tokens

// put keeps an item. It returns the ids of the items that it pushes out.
export function put({ part, id, number, item }) {
  parts[part].set(id, { number, item });
  forget(id);
  const tokens = new Set(tokenMakers[part](item).filter(Boolean));
  tokensOf.set(id, tokens);
  for (const token of tokens) {
    if (!byToken.has(token)) byToken.set(token, new Set());
    byToken.get(token).add(id);
  }
  const gone = [];
  while (parts[part].size > kept) {
    const [oldest] = parts[part].keys(); // a Map keeps the order of insertion, also when an item is replaced
    parts[part].delete(oldest);
    forget(oldest);
    gone.push(oldest);
  }
  return gone;
}

function forget(id) {
  for (const token of tokensOf.get(id) ?? []) {
    byToken.get(token).delete(id);
    if (byToken.get(token).size === 0) byToken.delete(token);
  }
  tokensOf.delete(id);
}

export function clear() {
  for (const part of Object.values(parts)) part.clear();
  byToken.clear();
  tokensOf.clear();
}

export function all(part) {
  return [...parts[part].values()].map(({ item }) => item);
}

// related returns the ids of the other items that share a token with the item.
export function related(id) {
  const found = new Set();
  for (const token of tokensOf.get(id) ?? []) {
    for (const other of byToken.get(token)) if (other !== id) found.add(other);
  }
  return [...found];
}

// target returns the id of the item that a text in a JSON value names; undefined if it names none.
export function target(text) {
  const ids = byToken.get(text);
  if (!ids) return undefined;
  const order = text.startsWith("ocid1.") ? ["invitation", "message", "delivery", "call"] : ["delivery", "message", "invitation", "call"];
  return order.map((kind) => [...ids].findLast((id) => id.startsWith(`${kind}-`))).find(Boolean);
}

const tokenMakers = {
  deliveries: (item) => [item.requestId, ...triggersOf(item), ...resultsOf(item).flatMap((result) => [result.invitation?.id, result.workRequestId])],
  calls: (item) => [item.requestId, item.answerHeaders?.["Opc-Work-Request-Id"], ...(item.path.match(/ocid1\.(senderinvitation|organizationsworkrequest)\.[^/]+/g) ?? [])],
  invitations: (item) => [item.invitation.id, ...(item.workRequests ?? []).map((work) => work.id)],
  messages: (item) => (item.events ?? []).flatMap((event) => [event.id, event.triggerid, event.data?.opcRequestId, event.data?.invitation?.id]),
};

// triggersOf returns the ids of the events in a delivery.
function triggersOf(delivery) {
  return (delivery.explained?.records ?? []).map((record) => record.event?.id);
}

// resultsOf returns the results in the answer to a delivery.
export function resultsOf(delivery) {
  try {
    const answered = JSON.parse(delivery.answer?.body ?? "");
    return answered.results ?? [];
  } catch {
    return [];
  }
}
