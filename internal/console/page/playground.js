// The rules playground: what the function would do, on each keystroke.

import { byID, el, fill } from "./dom.js";
import { explainedView } from "./explained.js";
import { sample } from "./samples.js";
import { ask } from "./server.js";

const pause = 150; // milliseconds without a keystroke before the rules are tried

let headers = {};
let running; // the request under way
let timer;

// startPlayground fills in the rules in force, and tries them.
export async function startPlayground() {
  const rules = byID("try-rules"), event = byID("try-event");
  rules.addEventListener("input", () => { number(); soon(); });
  rules.addEventListener("scroll", () => { numbers().scrollTop = rules.scrollTop; });
  event.addEventListener("input", soon);
  byID("try-sample").addEventListener("change", () => take(sample(byID("try-sample").value)));
  fill(rules, (await ask("/console/rules")).yaml);
}

// take puts a delivery beside the rules.
export function take(delivery) {
  headers = delivery.headers ?? {};
  fill(byID("try-event"), delivery.body ?? "");
}

// takeAndGo does so, and goes there.
export function takeAndGo(delivery) {
  take(delivery);
  byID("try").scrollIntoView();
  byID("try-rules").focus({ preventScroll: true });
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(explain, pause);
}

async function explain() {
  running?.abort();
  running = new AbortController();
  const result = byID("try-result");
  try {
    const explained = await ask("/console/rules", { rules: byID("try-rules").value, headers, body: byID("try-event").value }, running.signal);
    mark(explained.faults ?? []);
    result.replaceChildren(...explainedView(explained, goTo));
  } catch (error) {
    if (error.name !== "AbortError") result.replaceChildren(el("p", { class: "fault" }, error.message));
  }
}

const numbers = () => document.querySelector("#try .numbers");

// number writes the numbers of the lines beside the rules.
function number() {
  const lines = byID("try-rules").value.split("\n").length;
  if (numbers().children.length === lines) return;
  numbers().replaceChildren(...Array.from({ length: lines }, (_, index) => el("span", {}, String(index + 1))));
}

// mark marks the lines with faults.
function mark(faults) {
  number();
  const lines = new Set(faults.map((fault) => fault.line));
  [...numbers().children].forEach((line, index) => line.classList.toggle("wrong", lines.has(index + 1)));
}

// goTo selects the line of a fault.
function goTo({ line }) {
  const rules = byID("try-rules");
  const before = rules.value.split("\n").slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const end = rules.value.indexOf("\n", before);
  rules.focus();
  rules.setSelectionRange(before, end < 0 ? rules.value.length : end);
}
