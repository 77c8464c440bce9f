// Part 1: deliveries and requests, and what each became.

import { announce, badge, button, byID, clock, duration, el } from "./dom.js";
import { part, show, statusBadge } from "./cards.js";
import { decisionLine, explainedView } from "./explained.js";
import { jsonView, messageView } from "./json.js";
import { aboutView, outcomeBadges, outcomesOf } from "./outcomes.js";
import { resultsOf } from "./store.js";

const announced = new Set();

// showDelivery shows a delivery. actions has what can be done with one: edit, resend and tryRules.
export function showDelivery(number, item, actions) {
  show(byID("deliveries"), item.id, number, {
    line: [el("b", {}, nameOf(item)), ...became(item), aboutView(resultsOf(item)), el("small", {}, `${item.door === "http" ? "HTTP" : "direct"} · `, clock(item.at),
      item.answer ? ` · ${duration(item.answer.ms)}` : "")],
    details: () => [
      ...part(item.door === "http" ? `${item.method} ${item.path}` : "Request", messageView(item)),
      el("div", { class: "buttons" },
        button("Deliver again", () => actions.resend(item), { "data-key": "again", disabled: item.cut }),
        button("Edit", () => actions.edit(item), { "data-key": "edit", disabled: item.cut || item.bodyBase64 !== undefined }),
        item.explained && item.bodyBase64 === undefined && button("Try its rules", () => actions.tryRules(item), { "data-key": "try" })),
      ...(item.answer ? part(`Answer: ${item.answer.status}`, isCut(item) && el("p", {}, `${cutMeans}.`), messageView(item.answer)) : part("Answer", el("p", {}, "Under way."))),
    ],
  });
  if (item.answer && !announced.has(item.id)) {
    announced.add(item.id);
    announce(`${item.id.replace("-", " ")}: ${summary(item)}`);
  }
}

// forgetAnnounced lets the deliveries of another stack be announced.
export function forgetAnnounced() {
  announced.clear();
}

// nameOf names a delivery by the type of its event, its operation, or its route.
function nameOf(item) {
  const records = item.explained?.records ?? [];
  const name = (record) => record.event ? eventName(record.event) : "record that cannot be decoded";
  switch (records.length) {
    case 0: return item.explained ? "empty list" : item.door === "http" ? `${item.method} ${item.path.split("?", 1)[0]}` : "delivery";
    case 1: return name(records[0]);
    default: return `${name(records[0])} and ${records.length - 1} more`;
  }
}

// eventName names an event by its type. The function's own events come back to approve or to replay what they tell.
function eventName({ type, data, senderinvitationhop: own }) {
  return (own && { held: "approval", failed: "replay" }[data?.outcome]) || lastWord(type);
}

// lastWord returns the last part of an event's type; of a type that ends with a number or the like, all of it.
function lastWord(type) {
  const word = type.split(".").at(-1);
  return /^[A-Za-z]{3,}$/.test(word) ? word : type;
}

const cutMeans = "The function closed the connection without an answer, so that the source delivers again";

// isCut reports whether the function has cut the call. OCI Functions, and the gateway before it, answer so then.
function isCut({ answer }) {
  return answer.status === 502 && answer.body.includes("FunctionInvokeExecutionFailed");
}

function became(item) {
  if (!item.answer) return [badge("under way", "waiting")];
  const outcomes = outcomeBadges(resultsOf(item));
  if (isCut(item)) return [el("span", { title: cutMeans }, badge(`cut (${item.answer.status})`, "bad"))];
  if (item.door === "http") return [statusBadge(item.answer.status), ...outcomes];
  if (item.answer.cut) return [badge("answered, too large to count")];
  return outcomes.length ? outcomes : [statusBadge(item.answer.status)];
}

function summary(item) {
  const outcomes = [...outcomesOf(resultsOf(item))].map(([outcome, count]) => (count > 1 ? `${outcome} ${count} times` : outcome));
  return outcomes.length ? outcomes.join(", ") : `answer ${item.answer.status}`;
}

// showDecision shows what the rules made of a delivery.
export function showDecision(number, item) {
  const id = item.id.replace("delivery-", "decision-");
  show(byID("decisions"), id, number, {
    line: item.explained ? decisionLine(item.explained) : [el("b", {}, item.cut ? "not explained" : "no rules asked"), el("small", {}, item.unexplained ?? "")],
    details: () => item.explained ? explainedView(item.explained) : [el("p", {}, item.unexplained ?? ""), jsonView({ delivery: item.id })],
  });
}
