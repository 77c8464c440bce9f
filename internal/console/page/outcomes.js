// Outcomes of results: those in the answer to a delivery, and those that are published.

import { badge, el } from "./dom.js";

const kinds = {
  created: "good", updated: "good", canceled: "good", existing: "good", unchanged: "plain", accepted: "good", retrieved: "good", listed: "good", polled: "good",
  held: "waiting", expiring: "waiting", expired: "bad", failed: "bad", ignored: "plain",
};

// outcomesOf counts the outcomes of results. That of a dry run says so, since nothing was written.
export function outcomesOf(results) {
  const counts = new Map();
  for (const { outcome, dryRun } of results) {
    if (!outcome) continue;
    const text = dryRun ? `${outcome} (dry run)` : outcome;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

// outcomeBadges shows each outcome, and how often it occurs.
export function outcomeBadges(results) {
  return [...outcomesOf(results)].map(([text, count]) => badge(count > 1 ? `${text} ×${count}` : text, kinds[text] ?? "plain"));
}

// aboutView says whom the only result is about, or why it has failed, or what a poll has told.
export function aboutView(results) {
  if (results.length !== 1) return null;
  const [{ error, invitation, command, told, resent, more }] = results;
  const poll = told !== undefined && [`told ${told}`, resent > 0 && `sent ${resent} again`, more && "more to come: poll again"].filter(Boolean).join(", ");
  const text = error?.code ?? invitation?.displayName ?? command?.displayName ?? poll;
  return text && el("small", { class: "about", title: error?.message }, text);
}
