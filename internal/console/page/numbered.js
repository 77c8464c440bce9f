// A field of text with the numbers of its lines beside it.

import { el } from "./dom.js";

const most = 2000; // numbers, so that a huge text stays quick

const numbersOf = (field) => field.previousElementSibling;

// numbered writes the numbers of the lines beside a field, and keeps them so.
export function numbered(field) {
  field.addEventListener("input", () => write(field));
  field.addEventListener("scroll", () => { numbersOf(field).scrollTop = field.scrollTop; });
  write(field);
}

function write(field) {
  const numbers = numbersOf(field), lines = Math.min(most, field.value.split("\n").length);
  if (numbers.children.length === lines) return;
  numbers.replaceChildren(...Array.from({ length: lines }, (_, index) => el("span", {}, String(index + 1))));
}

// mark marks the lines that are wrong, and no others.
export function mark(field, lines) {
  [...numbersOf(field).children].forEach((number, index) => number.classList.toggle("wrong", lines.has(index + 1)));
}

// goToLine selects a line and brings it into view. A browser does not scroll to what a script selects.
export function goToLine(field, line) {
  const before = field.value.split("\n").slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const end = field.value.indexOf("\n", before);
  field.focus();
  field.setSelectionRange(before, end < 0 ? field.value.length : end);
  field.scrollTop = (line - 4) * parseFloat(getComputedStyle(field).lineHeight);
}
