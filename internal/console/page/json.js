// Headers and bodies for people: JSON is indented and coloured, and ids are links to the items that have them.

import { el } from "./dom.js";
import { target } from "./store.js";

// jsonView shows a value that came from JSON.
export function jsonView(value) {
  return el("pre", { class: "json", tabindex: "0", role: "group", "aria-label": "JSON" }, el("code", {}, ...shown(value, "")));
}

// bodyView shows a body: as JSON if it is JSON, else as its text.
export function bodyView(text) {
  try {
    return jsonView(JSON.parse(text));
  } catch {
    return el("pre", { class: "json", tabindex: "0", role: "group", "aria-label": "Text" }, text || "(empty)");
  }
}

// messageView shows the headers and the body of a request or an answer, and says how much of a body is missing.
export function messageView({ headers, body, bodyBase64, bytes, cut }) {
  return [
    headersView(headers ?? {}),
    cut && el("p", { class: "fault" }, bytes ? `The first part of ${bytes} bytes:` : "The first part:"),
    bodyBase64 ? el("p", {}, `Not text: ${bytes} bytes.`) : bodyView(body ?? ""),
  ];
}

function headersView(headers) {
  const lines = Object.entries(headers).map(([name, value]) => [`${name}: `, linked(value, value)]);
  return lines.length > 0 && el("pre", { class: "headers", tabindex: "0", role: "group", "aria-label": "Headers" },
    lines.flatMap((line, index) => (index ? ["\n", ...line] : line)));
}

// linked shows a text: as a link, if the value is an id of an item.
function linked(value, text) {
  const id = target(value);
  return id ? el("a", { href: `#${id}` }, text) : el("span", { class: "text" }, text);
}

function shown(value, indent) {
  if (Array.isArray(value)) return list("[", "]", value.map((element) => [shown(element, `${indent}  `)]), indent);
  if (value !== null && typeof value === "object") {
    return list("{", "}", Object.entries(value).map(([name, member]) =>
      [el("span", { class: "name" }, JSON.stringify(name)), ": ", shown(member, `${indent}  `)]), indent);
  }
  if (typeof value !== "string") return [el("span", { class: "literal" }, JSON.stringify(value))];
  return [linked(value, JSON.stringify(value))];
}

function list(open, close, entries, indent) {
  if (entries.length === 0) return [open + close];
  return [open, ...entries.flatMap((entry, index) =>
    [`\n${indent}  `, ...entry.flat(), index < entries.length - 1 ? "," : ""]), `\n${indent}${close}`];
}
