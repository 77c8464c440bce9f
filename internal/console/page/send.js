// Sending deliveries, by both doors.

import { button, byID, fill } from "./dom.js";
import { anew, loadSamples, sample } from "./samples.js";
import { ask } from "./server.js";

const quick = [
  { name: "signup", title: "A new tenancy signs up: the rules make a create of it", body: () => anew("signup.json", true) },
  { name: "contact-change", title: "The newest tenancy changes its name: an update", body: () => anew("contact-change.json", false) },
  { name: "offboarding", title: "The newest tenancy leaves: a cancel", body: () => anew("offboarding.json", false) },
  { name: "poll", title: "Ask for what has become of the invitations, as Resource Scheduler does", body: () => '{"operation": "poll"}' },
];

let basePath = "";

// setBasePath sets the path that the gateway's deployment has.
export function setBasePath(path) {
  basePath = path;
  if (!byID("path").value) byID("path").value = `${path}/events`;
}

// startSending makes the form ready. tryRules takes a delivery to the playground.
export async function startSending(tryRules) {
  byID("quick").append(...quick.map(({ name, title, body }) => button(name, () => send({ door: "direct", headers: {}, body: body() }), { title, class: "primary" })));
  const form = document.querySelector("#editor form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(written());
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("change", (event) => event.target.name === "door" && showTarget());
  byID("sample").addEventListener("change", () => edit(sample(byID("sample").value)));
  byID("try-body").addEventListener("click", () => tryRules(written()));
  await loadSamples(byID("sample"), byID("try-sample"));
  edit(sample("signup.json"));
}

// resend delivers a recorded delivery again.
export function resend({ door, method, path, headers, body }) {
  send({ door, method, path, headers, body });
}

// editItem takes a recorded delivery to the editor.
export function editItem(item) {
  byID("editor").open = true;
  document.querySelector(`input[name=door][value=${item.door}]`).checked = true;
  byID("method").value = item.method;
  byID("path").value = item.door === "http" ? item.path : byID("path").value;
  showTarget();
  edit(item);
  byID("body").focus();
}

function edit({ headers, body }) {
  fill(byID("headers"), Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`).join("\n"));
  fill(byID("body"), body ?? "");
}

function showTarget() {
  byID("target").hidden = new FormData(document.querySelector("#editor form")).get("door") !== "http";
  if (!byID("path").value) byID("path").value = `${basePath}/events`;
}

// written returns the delivery in the editor.
function written() {
  const door = new FormData(document.querySelector("#editor form")).get("door");
  const delivery = { door, headers: headersIn(byID("headers").value), body: byID("body").value };
  return door === "http" ? { ...delivery, method: byID("method").value, path: byID("path").value } : delivery;
}

function headersIn(text) {
  const lines = text.split("\n").filter((line) => line.trim());
  return Object.fromEntries(lines.map((line) => {
    const [name, ...value] = line.split(":");
    return [name.trim(), value.join(":").trim()];
  }));
}

// send sends a delivery, and brings it into view once it is there.
export async function send(delivery) {
  const fault = byID("send-fault");
  fault.textContent = "";
  try {
    const { id } = await ask("/console/send", delivery);
    wanted = id;
    showWanted();
  } catch (error) {
    fault.textContent = error.message;
  }
}

let wanted = "";

// showWanted marks the delivery that was sent last, as soon as it is on the page.
export function showWanted() {
  const card = wanted && byID(wanted);
  if (!card) return;
  wanted = "";
  card.parentElement.scrollTop = 0;
  card.classList.add("found");
}

