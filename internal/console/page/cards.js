// Cards: each item is a line that opens to its details. A card that changes keeps its place, its state and the focus in it.

import { badge, byID, el } from "./dom.js";
import { related } from "./store.js";

// show shows an item in a list, newest first. view has the line (nodes), the actions (buttons, always visible) and details, a function
// that makes the nodes which the card opens to.
export function show(list, id, number, view) {
  let card = byID(id);
  if (!card) {
    card = newCard(id, number);
    const next = [...list.children].find((other) => Number(other.dataset.number) < number);
    list.insertBefore(card, next ?? null);
  }
  const focused = card.contains(document.activeElement) ? document.activeElement : null;
  const key = focused && (focused.dataset.key ?? "summary");
  card.view = view;
  card.querySelector("summary").replaceChildren(...view.line.filter(Boolean));
  card.querySelector(".actions").replaceChildren(...(view.actions ?? []));
  if (card.querySelector("details").open) open(card);
  if (focused && !card.contains(focused)) (card.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? card.querySelector("summary")).focus();
}

export function remove(id) {
  byID(id)?.remove();
}

function newCard(id, number) {
  const details = el("details", { ontoggle: () => details.open ? open(card) : card.querySelector(".inside").replaceChildren() },
    el("summary"), el("div", { class: "inside" }));
  const light = (on) => () => {
    for (const lit of document.querySelectorAll(".related")) lit.classList.remove("related");
    if (on) for (const other of cardsWith(id)) other.classList.add("related");
  };
  const card = el("article", {
    id, class: "card", "data-number": number,
    onmouseenter: light(true), onmouseleave: light(false), onfocusin: light(true), onfocusout: light(false),
  }, details, el("div", { class: "actions" }));
  return card;
}

// A delivery has two cards: its own, and that of the rules' decision about it.
const base = (id) => id.replace("decision-", "delivery-");
const cardsOf = (id) => [byID(id), byID(id.replace("delivery-", "decision-"))].filter(Boolean);

// cardsWith returns the other cards that belong to this one, in the order of the parts.
function cardsWith(id) {
  const cards = new Set([base(id), ...related(base(id))].flatMap(cardsOf));
  return [...document.querySelectorAll(".card")].filter((card) => cards.has(card) && card.id !== id);
}

function open(card) {
  const inside = card.querySelector(".inside");
  const places = [...inside.querySelectorAll("pre")].map((pre) => [pre.scrollTop, pre.scrollLeft]);
  inside.replaceChildren(...card.view.details(), links(card.id));
  [...inside.querySelectorAll("pre")].forEach((pre, index) => {
    if (places[index]) [pre.scrollTop, pre.scrollLeft] = places[index];
  });
}

const mostLinks = 20;

// links names the cards that belong to this one.
function links(id) {
  const cards = cardsWith(id);
  if (cards.length === 0) return "";
  return el("ul", { class: "links", "aria-label": "Belongs to it" },
    cards.slice(0, mostLinks).map((card) => el("li", {}, `${card.id.split("-", 1)[0]} `, el("a", { href: `#${card.id}` }, card.querySelector("summary b").textContent))),
    cards.length > mostLinks && el("li", {}, `and ${cards.length - mostLinks} more`));
}

// reveal opens the card with this id, brings it into view and gives it the focus. It reports whether there is such a card.
export function reveal(id) {
  const card = byID(id);
  if (!card?.classList.contains("card")) return false;
  card.querySelector("details").open = true;
  card.querySelector("summary").focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
  card.classList.remove("found");
  void card.offsetWidth; // so that the animation begins again
  card.classList.add("found");
  return true;
}

// part names a part of the details. Content that is null, false or "" is left out.
export function part(title, ...content) {
  return [el("h3", { class: "inner" }, title), ...content.flat().filter(Boolean)];
}

// statusBadge shows an HTTP status.
export function statusBadge(status) {
  return badge(String(status), status >= 400 ? "bad" : "good");
}
