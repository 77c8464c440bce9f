// Elements. Every text goes into the page as a text node, never as markup.

// el makes an element with attributes and children. A child is an element, a text, or null or false for none. An attribute that begins with
// "on" is an event listener; one that is false, null or undefined is left out.
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child != null && child !== false));
  return made;
}

// button makes a button that does not submit a form.
export function button(text, onclick, attributes = {}) {
  return el("button", { type: "button", onclick, ...attributes }, text);
}

// badge makes a short word with the colour of its kind: good, bad, waiting or plain.
export function badge(text, kind = "plain") {
  return el("span", { class: `badge ${kind}` }, text);
}

export function byID(id) {
  return document.getElementById(id);
}

// announce says a text to those who do not see the page.
export function announce(text) {
  byID("announce").textContent = text;
}

// duration shows milliseconds.
export function duration(ms) {
  return ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

// clock shows a time of day, in UTC as the function's log does.
export function clock(at) {
  return el("time", { datetime: at, title: at }, at.slice(11, 19));
}

// fill puts a text into a field, and tells the field's listeners.
export function fill(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
