// Part 3: calls to OCI.

import { badge, byID, clock, duration, el } from "./dom.js";
import { part, show, statusBadge } from "./cards.js";
import { messageView } from "./json.js";

// showCall shows a call with its attempts.
export function showCall(number, item) {
  const last = item.attempts.at(-1);
  show(byID("calls"), item.id, number, {
    line: [el("b", {}, item.operation || `${item.method} ${item.path}`), item.done ? ended(last) : badge("under way", "waiting"),
      el("small", {}, item.attempts.length > 1 && el("b", {}, `${item.attempts.length} attempts`), item.attempts.length > 1 && " · ", clock(item.at), ` · ${duration(item.ms)}`)],
    details: () => [
      ...part("Request", el("p", { class: "url" }, `${item.method} ${item.path}${item.query ? `?${item.query}` : ""}`),
        messageView({ headers: item.requestHeaders, body: item.requestBody, cut: item.requestCut })),
      ...part("Attempts", el("ol", { class: "attempts" }, item.attempts.map((attempt) => el("li", {}, ended(attempt), " ", clock(attempt.at), ` ${duration(attempt.ms)}`)))),
      ...(item.done ? part("Answer", messageView({ headers: item.answerHeaders, body: item.answerBody, cut: item.answerCut })) : []),
    ],
  });
}

function ended(attempt) {
  if (attempt.cut) return badge("cut", "bad");
  return attempt.status ? statusBadge(attempt.status) : badge("under way", "waiting");
}
