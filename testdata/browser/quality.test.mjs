// The console is for everybody, and safe.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { consoleTest } from "./harness.mjs";
import { cards, click, newest, opened, write } from "./page.mjs";
import { browser, launch, start } from "./stack.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// checked fails with what axe finds: contrast, names, roles, structure (WCAG 2.2, levels A and AA, and good practice).
async function checked(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  assert.deepEqual(violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map((node) => `${node.html.slice(0, 200)} ${node.failureSummary}`)]), []);
}

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1440, 1000, 360]) {
    consoleTest(`accessible: ${colorScheme}, ${width} pixels wide`, { context: { colorScheme, viewport: { width, height: 900 } } }, async (page) => {
      await click(page, "signup");
      await newest(page, "Messages", "created");
      await click(page, "Throttle all");
      await page.getByText("Any delivery:").click();
      for (const part of ["Deliveries", "Rules", "Calls", "Invitations", "Messages"]) await opened(cards(page, part).first());
      await page.locator("#try-rules").fill("- name: a\n  wrong: b\n");
      await page.locator("#try-result .faults").waitFor();
      await checked(page);
      await page.locator("#try-rules").fill("- name: a\n  match: {type: x}\n  operation: cancel\n  with: {recipientTenancyId: data.x}\n");
      await page.locator("#try-result .rules").waitFor();
      await checked(page);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "the page scrolls sideways");
    });
  }
}

consoleTest("by keyboard alone: send, open, follow a link, accept", {}, async (page) => {
  const focusOn = async (selector) => {
    for (let steps = 0; steps < 400; steps++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
    }
    assert.fail(`Tab does not reach ${selector}`);
  };
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.innerText), "Skip to what happened");
  await focusOn("#quick button");
  await page.keyboard.press("Enter");
  await newest(page, "Deliveries", "created");
  const invitation = await newest(page, "Invitations", /Globex.*ACTIVE/);
  await focusOn("#deliveries summary");
  await page.keyboard.press("Enter");
  await focusOn("#deliveries a[href^='#invitation']");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.matches("#invitations summary"));
  await focusOn("#invitations button[data-key=accept]");
  await page.keyboard.press("Enter");
  await invitation.getByText("ACCEPTED", { exact: true }).waitFor();
  await page.waitForFunction(() => document.activeElement.matches("#invitations summary")); // its button is gone
});

consoleTest("a change keeps the focus and what is open", {}, async (page) => {
  const invitation = await newest(page, "Invitations", "ACTIVE");
  await opened(invitation);
  await invitation.getByRole("button", { name: /^Expire/ }).focus();
  await click(page, "contact-change");
  await invitation.getByText("Acme Holding").first().waitFor();
  await opened(invitation);
  await page.locator("#quick button", { hasText: "contact-change" }).focus();
  assert.equal(await invitation.locator("details").evaluate((details) => details.open), true);
});

consoleTest("a delivery's end is announced", {}, async (page) => {
  await click(page, "signup");
  await page.locator("#announce", { hasText: "created" }).waitFor({ state: "attached" });
});

const hostile = `<img src="x" onerror="alert('img')"><script>alert('script')</script><b id="markup">"'&amp;</b>`;

consoleTest("text from events is never markup", {}, async (page, stack) => {
  const event = { specversion: "1.0", id: hostile, source: "/s", type: hostile, data: { tenancyId: "ocid1.tenancy.oc1..aaaaaaaahostile", [hostile]: hostile, company: hostile } };
  await fetch(`${stack.gateway}/invoke`, { method: "POST", body: JSON.stringify({ ...event, type: "com.example.tenancy.signup" }) });
  await newest(page, "Deliveries", "created");
  await fetch(`${stack.gateway}/invoke`, { method: "POST", body: JSON.stringify(event) });
  await newest(page, "Deliveries", "ignored");
  await fetch(`${stack.gateway}/invoke`, { method: "POST", body: hostile });
  await newest(page, "Deliveries", "failed");
  await fetch(`${stack.gateway}/${encodeURIComponent(hostile)}?${encodeURIComponent(hostile)}`, { headers: { "X-Hostile": hostile } });
  await newest(page, "Deliveries", "404");
  await write(page, { body: hostile });
  await page.locator("#try-rules").fill(JSON.stringify([{ name: hostile, match: { type: hostile, when: "data" }, operation: "create", with: { recipientTenancyId: "data.tenancyId", displayName: "data.company" } }]));
  await page.locator("#try-event").fill(JSON.stringify(event));
  await page.locator("#try-result").getByText("Command: create").waitFor();
  for (const part of ["Deliveries", "Rules", "Calls", "Invitations", "Messages"]) {
    for (const one of await cards(page, part).all()) await opened(one);
  }
  assert.equal(await page.locator("#markup, main img, main script").count(), 0);
  assert.ok(await page.getByText("<img src=").count() > 5); // it is there, as text
});

consoleTest("the page loads nothing from elsewhere, and no script could", {}, async (page, stack, { errors }) => {
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  const answer = await page.reload();
  await newest(page, "Deliveries", "signup");
  assert.deepEqual(asked.filter((url) => !url.startsWith(stack.console)), []);
  assert.match(answer.headers()["content-security-policy"], /default-src 'none'.*script-src 'self'/);
  const blocked = await page.evaluate(() => new Promise((resolve) => {
    addEventListener("securitypolicyviolation", (violation) => resolve(violation.violatedDirective), { once: true });
    try {
      document.body.insertAdjacentHTML("beforeend", "<p>x</p>");
      resolve("markup was accepted");
    } catch { /* the violation follows */ }
  }));
  assert.match(blocked, /require-trusted-types-for/);
  errors.length = 0; // the browser has reported it
});

test("a page of another host reads nothing and changes nothing (DNS rebinding, forged requests)", { skip: !browser && "there is no Chromium: apt-get install chromium, or CHROMIUM=path", timeout: 60_000 }, async () => {
  const stack = await start();
  const chromium = await launch("--host-resolver-rules=MAP rebound.example 127.0.0.1");
  try {
    const page = await chromium.newPage();
    const rebound = `http://rebound.example:${stack.port + 1}/`;
    for (const path of ["", "console/stream", "messages", "calls"]) {
      const answer = await page.goto(rebound + path);
      assert.equal(answer.status(), 421, path);
    }
    const forged = await page.evaluate(async (address) => {
      try {
        await fetch(`${address}console/act`, { method: "POST", mode: "no-cors", headers: { "Content-Type": "text/plain" }, body: '{"action":"advance","days":30}' });
        const read = await fetch(`${address}messages`);
        return await read.text();
      } catch (fault) {
        return `${fault}`;
      }
    }, stack.console);
    assert.match(forged, /TypeError/);
    await page.goto(stack.console);
    await page.getByText("live", { exact: true }).waitFor();
    await newest(page, "Invitations", "PENDING");
    assert.equal(await page.locator("#clock").innerText(), "");
  } finally {
    await chromium.close();
    await stack.stop();
  }
});
