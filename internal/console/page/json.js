// JSON for people: indented, coloured, and with links from ids to the items that have them.

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

function shown(value, indent) {
  if (Array.isArray(value)) return list("[", "]", value.map((element) => [shown(element, `${indent}  `)]), indent);
  if (value !== null && typeof value === "object") {
    return list("{", "}", Object.entries(value).map(([name, member]) =>
      [el("span", { class: "name" }, JSON.stringify(name)), ": ", shown(member, `${indent}  `)]), indent);
  }
  if (typeof value !== "string") return [el("span", { class: "literal" }, JSON.stringify(value))];
  const id = target(value);
  const text = JSON.stringify(value);
  return [id ? el("a", { href: `#${id}` }, text) : el("span", { class: "text" }, text)];
}

function list(open, close, entries, indent) {
  if (entries.length === 0) return [open + close];
  return [open, ...entries.flatMap((entry, index) =>
    [`\n${indent}  `, ...entry.flat(), index < entries.length - 1 ? "," : ""]), `\n${indent}${close}`];
}
