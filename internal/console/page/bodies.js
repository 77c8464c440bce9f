// Fields for bodies. A body may be bytes that are no text: then the field is empty and says so, until somebody writes.

import { fill } from "./dom.js";

const bytesOf = new WeakMap(); // a field to its bytes, in base64

// fillBody puts the body of a delivery into a field.
export function fillBody(field, { body, bodyBase64, bytes }) {
  fill(field, body ?? "");
  if (!bodyBase64) return;
  bytesOf.set(field, bodyBase64);
  field.placeholder = `${bytes ?? "Some"} bytes that are no text. What you write replaces them.`;
  field.addEventListener("input", () => {
    bytesOf.delete(field);
    field.placeholder = "";
  }, { once: true });
}

// bodyIn returns the body in a field.
export function bodyIn(field) {
  return bytesOf.has(field) ? { bodyBase64: bytesOf.get(field) } : { body: field.value };
}
