// Sending deliveries, by both doors.

import { bodyIn, fillBody } from "./bodies.js";
import { button, byID, el, fill } from "./dom.js";
import { anew, loadSamples, sample } from "./samples.js";
import { ask } from "./server.js";

const quick = [
  { name: "signup", title: "A new tenancy signs up: the rules make a create of it", file: "signup.json", fresh: true },
  { name: "contact-change", title: "The newest tenancy changes its name: an update", file: "contact-change.json" },
  { name: "offboarding", title: "The newest tenancy leaves: a cancel", file: "offboarding.json" },
  { name: "poll", title: "Ask for what has become of the invitations, as Resource Scheduler does", text: '{"operation": "poll"}' },
];

let basePath = "";

// setBasePath sets the path that the gateway's deployment has.
export function setBasePath(path) {
  basePath = path;
  if (!byID("path").value) byID("path").value = `${path}/events`;
}

// startSending makes the form ready. tryRules takes a delivery to the playground.
export async function startSending(tryRules) {
  const form = document.querySelector("#editor form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    withWritten(send);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("change", (event) => event.target.name === "door" && showTarget());
  byID("sample").addEventListener("change", () => edit(sample(byID("sample").value)));
  byID("try-body").addEventListener("click", () => withWritten(tryRules));
  await loadSamples(byID("sample"), byID("try-sample"));
  const offered = quick.filter(({ text, file }) => text || sample(file).body); // without its sample, a button would send nothing
  byID("quick").append(...offered.map(({ name, title, text, file, fresh }) =>
    button(name, () => send({ door: "direct", headers: {}, body: text ?? anew(file, fresh) }), { title, class: "primary" })));
  edit(sample("signup.json"));
}

// resend delivers a recorded delivery again.
export function resend({ door, method, path, headers, body, bodyBase64 }) {
  send({ door, method, path, headers, body, bodyBase64 });
}

// editItem takes a recorded delivery to the editor.
export function editItem(item) {
  byID("editor").open = true;
  document.querySelector(`input[name=door][value=${item.door}]`).checked = true;
  const method = byID("method");
  if (![...method.options].some(({ value }) => value === item.method)) method.append(el("option", {}, item.method));
  method.value = item.method;
  byID("path").value = item.door === "http" ? item.path : byID("path").value;
  showTarget();
  edit(item);
  byID("body").focus();
}

function edit(delivery) {
  fill(byID("headers"), Object.entries(delivery.headers ?? {}).map(([name, value]) => `${name}: ${value}`).join("\n"));
  fillBody(byID("body"), delivery);
}

function showTarget() {
  byID("target").hidden = new FormData(document.querySelector("#editor form")).get("door") !== "http";
  if (!byID("path").value) byID("path").value = `${basePath}/events`;
}

// withWritten does something with the delivery in the editor, or says what is wrong with it.
function withWritten(act) {
  byID("send-fault").textContent = "";
  try {
    act(written());
  } catch (error) {
    byID("send-fault").textContent = error.message;
  }
}

// written returns the delivery in the editor.
function written() {
  const door = new FormData(document.querySelector("#editor form")).get("door");
  const delivery = { door, headers: headersIn(byID("headers").value), ...bodyIn(byID("body")) };
  return door === "http" ? { ...delivery, method: byID("method").value, path: byID("path").value } : delivery;
}

function headersIn(text) {
  const lines = text.split("\n").filter((line) => line.trim());
  return Object.fromEntries(lines.map((line) => {
    const [name, ...value] = line.split(":");
    if (value.length === 0) throw new Error(`The header "${line.trim()}" has no colon: write Name: value.`);
    return [name.trim(), value.join(":").trim()];
  }));
}

// send sends a delivery, and says what becomes of it.
export async function send(delivery) {
  const fault = byID("send-fault");
  fault.textContent = "";
  try {
    sent = (await ask("/console/send", delivery)).id;
    byID("sent").replaceChildren();
    showSent();
  } catch (error) {
    fault.textContent = error.message;
  }
}

let sent = ""; // the id of the delivery that was sent last

// showSent shows what has become of the delivery that was sent last, since its card may be out of view. It marks the card.
export function showSent() {
  const card = sent && byID(sent);
  if (!card) return;
  const line = byID("sent"), name = card.querySelector("summary b").textContent;
  const badges = [...card.querySelectorAll("summary .badge")].map((one) => one.cloneNode(true));
  if (line.childElementCount === 0) {
    line.append("Sent: ", el("a", { href: `#${sent}` }), el("span"));
    card.parentElement.scrollTop = 0;
    card.classList.add("found");
  }
  line.querySelector("a").textContent = name;
  line.querySelector("span").replaceChildren(...badges.flatMap((one) => [" ", one]));
}

// forgetSent forgets what was sent to another stack.
export function forgetSent() {
  sent = "";
  byID("sent").replaceChildren();
}
