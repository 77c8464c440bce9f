// Part 4: sender invitations with their state, and what was published.

import { badge, button, byID, clock, el } from "./dom.js";
import { part, show } from "./cards.js";
import { bodyView, jsonView } from "./json.js";
import { aboutView, outcomeBadges } from "./outcomes.js";

const kinds = { PENDING: "waiting", ACCEPTED: "good", CANCELED: "plain", EXPIRED: "bad", FAILED: "bad" };
const acts = {
  accept: ["Accept", "The recipient tenancy accepts"],
  expire: ["Expire", "The invitation expires before its time"],
  fail: ["Fail", "The invitation's creation fails after all"],
};

// showInvitation shows an invitation. act plays the recipient, or the service.
export function showInvitation(number, item, act) {
  const { invitation } = item;
  const told = invitation.freeformTags?.["senderinvitation-told"];
  show(byID("invitations"), item.id, number, {
    line: [el("b", {}, invitation.displayName || invitation.recipientTenancyId), badge(invitation.status, kinds[invitation.status]),
      el("small", {}, invitation.lifecycleState, told && el("span", { title: "The tag by which the function knows what it has told of this invitation" }, ` · told ${told}`))],
    actions: item.can.filter((name) => acts[name]).map((name) => button(acts[name][0], () => act({ action: name, invitation: invitation.id }),
      { "data-key": name, title: acts[name][1], "aria-label": `${acts[name][0]}: ${invitation.displayName || invitation.id}` })),
    details: () => [
      ...part("Invitation", jsonView(invitation), invitation.status === "PENDING" && el("p", {}, `Expires ${item.expires}.`)),
      ...(item.workRequests?.length ? part("Work requests", jsonView(item.workRequests)) : []),
    ],
  });
}

// showMessage shows a message of a topic or a stream. deliver delivers an event to the function.
export function showMessage(number, item, deliver) {
  const events = item.events ?? [];
  const results = events.map(({ data }) => data ?? {});
  const again = events.map((event) => [deliverable(event), event]).filter(([name]) => name);
  show(byID("messages"), item.id, number, {
    line: [el("b", {}, events.length ? nameOf(events) : "text"), ...outcomeBadges(results), aboutView(results), el("small", {}, item.place.split(/[ ,]/, 1)[0], " · ", clock(item.at))],
    actions: again.slice(0, 3).map(([name, event]) => button(name, () => deliver(event), { "data-key": `deliver ${event.id}`, "aria-label": `${name}: deliver the event of ${item.id.replace("-", " ")}` })),
    details: () => [
      ...part(item.place, events.length ? events.map((event) => jsonView(event)) : bodyView(item.text ?? "")),
      item.key && el("p", {}, `Key: ${item.key}`),
    ].filter(Boolean),
  });
}

// deliverable names what the delivery of a published event is; undefined if it would be ignored, or does not carry its original.
function deliverable({ data }) {
  if (data?.outcome === "held") return "Approve";
  return data?.outcome === "failed" && data.event !== undefined ? "Process again" : undefined;
}

function nameOf(events) {
  const type = events[0].type ?? "event";
  return events.length > 1 ? `${type} and ${events.length - 1} more` : type;
}
