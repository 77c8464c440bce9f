// The rules playground: what the function would do, on each keystroke.

import { bodyIn, fillBody } from "./bodies.js";
import { byID, el, fill } from "./dom.js";
import { explainedView } from "./explained.js";
import { goToLine, mark, numbered } from "./numbered.js";
import { sample } from "./samples.js";
import { ask } from "./server.js";

const pause = 150; // milliseconds without a keystroke before the rules are tried

let headers = {};
let running; // the request under way
let timer;

// startPlayground fills in the rules in force and a delivery, and tries them. What somebody has written meanwhile stays.
export async function startPlayground(delivery) {
  const rules = byID("try-rules"), event = byID("try-event");
  for (const field of [rules, event]) {
    numbered(field);
    field.addEventListener("input", soon);
  }
  byID("try-sample").addEventListener("change", () => take(sample(byID("try-sample").value)));
  if (!event.value) take(delivery);
  const { yaml } = await ask("/console/rules");
  if (rules.value) soon();
  else fill(rules, yaml);
}

// take puts a delivery beside the rules.
export function take(delivery) {
  headers = delivery.headers ?? {};
  fillBody(byID("try-event"), delivery);
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
    const explained = await ask("/console/rules", { rules: byID("try-rules").value, headers, ...bodyIn(byID("try-event")) }, running.signal);
    const marked = { rules: new Set(), event: new Set() };
    result.replaceChildren(...explainedView(explained, (of, line) => {
      marked[of].add(line);
      return () => goToLine(byID(`try-${of}`), line);
    }));
    for (const [of, lines] of Object.entries(marked)) mark(byID(`try-${of}`), lines);
  } catch (error) {
    if (error.name !== "AbortError") result.replaceChildren(el("p", { class: "fault" }, error.message));
  }
}
