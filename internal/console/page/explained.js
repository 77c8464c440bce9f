// What the rules make of a delivery: for the decisions of part 2, and for the playground.

import { badge, button, el } from "./dom.js";
import { jsonView } from "./json.js";

// decisionLine sums up what the rules decided.
export function decisionLine({ faults, records }) {
  if (faults?.length) return [el("b", {}, "the settings are wrong"), badge("fault", "bad")];
  if (records.length === 0) return [el("b", {}, "an empty list"), badge("nothing to do")];
  const first = decision(records[0]);
  if (records.length === 1) return [...first, records[0].error && el("small", { class: "about", title: records[0].error.message }, records[0].error.code)];
  const faulty = records.filter((record) => record.error).length;
  return [...first, el("small", {}, `and ${records.length - 1} more records`), faulty > 0 && badge(`${faulty} would fail`, "bad")];
}

function decision(record) {
  if (record.error) return [el("b", {}, record.rule ? `rule ${record.rule}` : "no command"), badge("would fail", "bad")];
  if (record.ignored) return [el("b", {}, record.rules ? "no rule matches" : "own event"), badge("ignored")];
  if (record.rule) return [el("b", {}, `rule ${record.rule}`), el("span", { "aria-label": "makes" }, "→"), badge(record.operation, "good")];
  return [el("b", {}, "command"), el("span", { "aria-label": "asks for" }, "→"), badge(record.operation || "none", "good")];
}

// explainedView returns the nodes that explain a delivery, record by record. goTo, if given, is told each line that is wrong, of "rules" or of
// "event". It returns what a click on the line does.
export function explainedView({ faults, records }, goTo) {
  if (faults?.length) return [el("ul", { class: "faults" }, faults.map((fault) => el("li", {}, faultView(fault, goTo))))];
  if (records.length === 0) return [el("p", {}, "An empty list: nothing would be done.")];
  const shown = records.slice(0, 20).flatMap((record, index) => recordView(record, records.length > 1 && `Record ${index + 1} of ${records.length}`, goTo));
  return records.length > 20 ? [...shown, el("p", {}, `The other ${records.length - 20} records are not shown.`)] : shown;
}

function faultView(fault, goTo) {
  const place = [fault.line && `line ${fault.line}`, fault.rule && `rule ${fault.rule}`, fault.field].filter(Boolean).join(" · ") || fault.setting || "rules";
  return [goTo && fault.line ? button(place, goTo("rules", fault.line), { class: "place" }) : el("b", { class: "place" }, place), ` ${fault.text}`];
}

function errorView({ status, code, message }, goTo) {
  const [, line] = message.match(/^the body is not JSON:.* at line (\d+)/s) ?? [];
  return el("p", { class: "fault" }, goTo && line && button(`line ${line} of the event`, goTo("event", Number(line)), { class: "place" }), ` ${status} ${code}: ${message}`);
}

function recordView(record, title, goTo) {
  return [
    title && el("h3", { class: "inner" }, title),
    el("p", { class: "decision" }, ...decision(record)),
    record.error && errorView(record.error, goTo),
    record.ignored && el("p", {}, `Would be ignored: ${record.ignored}`),
    record.rules && el("ol", { class: "rules" }, record.rules.map(ruleView)),
    record.remarks?.length > 0 && el("ul", { class: "remarks" }, record.remarks.map((remark) => el("li", {}, el("code", {}, remark.field), ` ${remark.text}`))),
    record.command && [el("h3", { class: "inner" }, `Command: ${record.operation}`), jsonView(record.command)],
    record.event && [el("h3", { class: "inner" }, "Event"), jsonView(record.event)],
  ].flat().filter(Boolean);
}

function ruleView(rule) {
  const state = rule.matches ? (rule.tried ? badge("matches", "good") : badge("would match too")) : badge("differs");
  return el("li", {},
    el("b", {}, rule.name), " ", state, !rule.tried && el("small", {}, " not tried: an earlier rule matches"),
    rule.field && el("table", {}, el("tbody", {},
      el("tr", {}, el("th", { scope: "row" }, `${rule.field} wanted`), el("td", {}, el("code", {}, rule.wanted ?? ""))),
      el("tr", {}, el("th", { scope: "row" }, rule.field === "when" ? "gives" : "event has"), el("td", {}, el("code", {}, rule.has ?? ""))))),
    (rule.remarks ?? []).map((text) => el("p", { class: "remark" }, text)));
}
