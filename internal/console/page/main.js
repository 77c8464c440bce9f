// The console: what the stream brings goes to the store, and from there onto the page.

import { byID, el } from "./dom.js";
import { showCall } from "./calls.js";
import { remove, reveal } from "./cards.js";
import { forgetAnnounced, showDecision, showDelivery } from "./deliveries.js";
import { startPlayground, takeAndGo } from "./playground.js";
import { showInvitation, showMessage } from "./results.js";
import { editItem, forgetSent, resend, send, setBasePath, showSent, startSending } from "./send.js";
import { sample } from "./samples.js";
import { listen } from "./server.js";
import { clear, put } from "./store.js";
import { act, showWorld, startWorld } from "./world.js";

const shows = {
  deliveries: (number, item) => {
    showDelivery(number, item, { resend, edit: editItem, tryRules: takeAndGo });
    showDecision(number, item);
    showSent();
  },
  calls: showCall,
  invitations: (number, item) => showInvitation(number, item, act),
  messages: (number, item) => showMessage(number, item, (event) => send({ door: "direct", headers: {}, body: JSON.stringify(event) })),
};

const modes = { "dry-run": "nothing is written to Organizations", hold: "each create waits until somebody approves it" };

let stack; // the run of the stack whose items are shown

function hello({ stack: id, basePath, settings }) {
  if (stack !== id) {
    clear();
    forgetAnnounced();
    forgetSent();
    for (const list of document.querySelectorAll(".items")) list.replaceChildren();
  }
  stack = id;
  setBasePath(basePath);
  const means = modes[settings.MODE];
  byID("mode").hidden = !means;
  byID("mode").textContent = `MODE=${settings.MODE}: ${means}`;
}

function item(arrived) {
  for (const id of put(arrived)) {
    remove(id);
    remove(id.replace("delivery-", "decision-"));
  }
  shows[arrived.part](arrived.number, arrived.item);
}

function live(on) {
  byID("live").textContent = on ? "live" : "not connected: does make run still run?";
  byID("live").className = on ? "on" : "off";
}

// A link to an item opens it. The browser would put the item at the top of the window, also if it is in view.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='#']");
  if (link && reveal(link.hash.slice(1))) event.preventDefault();
});

startWorld();
listen({ hello, item, world: showWorld }, live);
try {
  await startSending(takeAndGo);
  await startPlayground(sample("signup.json"));
} catch (fault) {
  byID("send-fault").replaceChildren(el("span", {}, fault.message));
}
