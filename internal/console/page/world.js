// The other side, and the faults of the world around the function.

import { button, byID } from "./dom.js";
import { ask } from "./server.js";

const acts = [
  { name: "30 days later", title: "Puts the service's clock forward: pending invitations expire", act: () => ({ action: "advance", days: 30 }) },
  { name: "Throttle 2 calls", title: "Organizations answers the next two calls with 429: the function tries again", act: () => ({ action: "throttle", calls: 2 }), pressed: (faults) => faults.throttle > 0, off: { action: "throttle", calls: 0 } },
  { name: "Throttle all", title: "Organizations answers each call with 429 until you turn it off", act: () => ({ action: "throttle", calls: -1 }), pressed: (faults) => faults.throttle < 0, off: { action: "throttle", calls: 0 } },
  { name: "Break the topic", title: "Nothing can be published until you turn it off: the function cuts its calls, and a redelivery publishes", act: () => ({ action: "break-topic", on: true }), pressed: (faults) => faults.breakTopic, off: { action: "break-topic", on: false } },
  { name: "Fail the next creation", title: "The service accepts the next create, but its work request fails", act: () => ({ action: "fail-next", creations: 1 }), pressed: (faults) => faults.failNext > 0, off: { action: "fail-next", creations: 0 } },
  { name: "Fail the next cancellation", title: "The service accepts the next cancel, but its work request fails: the invitation is pending again", act: () => ({ action: "fail-next-cancel", cancels: 1 }), pressed: (faults) => faults.failCancel > 0, off: { action: "fail-next-cancel", cancels: 0 } },
  { name: "Rotate credentials", title: "Revokes the credentials and issues new ones: the next call gets 401, and the function reads them again", act: () => ({ action: "rotate" }) },
];

export function startWorld() {
  byID("acts").append(...acts.map((one) => {
    const made = button(one.name, () => act(made.getAttribute("aria-pressed") === "true" ? one.off : one.act()), { title: one.title, "aria-pressed": one.pressed ? "false" : null });
    one.button = made;
    return made;
  }));
}

// act plays the other side.
export async function act(wanted) {
  const fault = byID("act-fault");
  fault.textContent = "";
  try {
    await ask("/console/act", wanted);
  } catch (error) {
    fault.textContent = error.message;
  }
}

// showWorld shows how the world has changed: the service's clock, the credentials, and the faults that are on.
export function showWorld({ aheadDays, faults, rotated }) {
  byID("clock").textContent = [
    aheadDays > 0 && `OCI's clock is ${aheadDays} days ahead`,
    rotated > 0 && `credentials rotated ${rotated === 1 ? "once" : `${rotated} times`}`,
  ].filter(Boolean).join(" · ");
  for (const { button: made, pressed } of acts) {
    if (pressed) made.setAttribute("aria-pressed", String(pressed(faults)));
  }
}
