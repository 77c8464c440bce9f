// The rules playground tells on each keystroke what the function would do.

import assert from "node:assert/strict";
import { consoleTest } from "./harness.mjs";
import { card, newest, opened } from "./page.mjs";

const rules = `- name: paying
  match: {type: com.example.tenancy.signup, when: data.plan == 'gold'}
  operation: create
  with: {recipientTenancyId: data.tenancyId}
- name: other
  match: {type: com.acme.*}
  operation: cancel
  with: {recipientTenancyId: data.tenancyId}
- name: all
  match: {type: "com.example.tenancy.*"}
  operation: create
  with: {recipientTenancyId: data.tenancyId, displayName: data.company}
- name: behind
  match: {type: "*"}
  operation: create
  with: {recipientTenancyId: data.tenancyId}
`;

consoleTest("the rules in force and a sample stand ready", {}, async (page) => {
  const result = page.getByRole("region", { name: "Result" });
  await result.getByText("rule signup").waitFor();
  assert.match(await page.locator("#try-rules").inputValue(), /name: signup/);
  assert.match(await page.locator("#try-event").inputValue(), /com\.example\.tenancy\.signup/);
});

consoleTest("the rules of the settings stand ready", { settings: { RULES: rules } }, async (page) => {
  await page.getByRole("region", { name: "Result" }).getByText("rule all").waitFor();
  assert.equal(await page.locator("#try-rules").inputValue(), rules);
});

consoleTest("each other rule tells what differs, with both values", {}, async (page) => {
  await page.locator("#try-rules").fill(rules);
  const result = page.getByRole("region", { name: "Result" });
  const rule = (name) => result.locator("ol.rules > li").filter({ has: page.locator("b", { hasText: new RegExp(`^${name}$`) }) });
  await rule("all").getByText("matches").waitFor();
  await rule("paying").getByText(/data\.plan == 'gold'/).waitFor();
  await rule("paying").getByText(/'business'/).waitFor();
  await rule("other").getByText("com.acme.*").waitFor();
  await rule("other").getByText("com.example.tenancy.signup").waitFor();
  await rule("behind").getByText("would match too").waitFor();
  await result.getByText('"displayName"').waitFor();
});

consoleTest("a keystroke changes the result", {}, async (page) => {
  const result = page.getByRole("region", { name: "Result" });
  await result.getByText("rule signup").waitFor();
  await page.locator("#try-event").fill('{"operation": "cancel", "recipientTenancyId": "ocid1.tenancy.oc1..aaaaaaaaacme"}');
  await result.getByText("Command: cancel").waitFor();
  await page.locator("#try-event").press("End");
  await page.locator("#try-event").press("Backspace");
  await result.getByText("would fail").waitFor();
});

consoleTest("a fault has its line and its field; a click selects the line", {}, async (page) => {
  const result = page.getByRole("region", { name: "Result" });
  await page.locator("#try-rules").fill(rules.replace("displayName: data.company", "displayNam: data.company"));
  const fault = result.getByRole("button", { name: "line 12 · rule all · with.displayNam" });
  await fault.click();
  assert.equal(await page.locator("#try .numbers .wrong").innerText(), "12");
  assert.match(await page.evaluate(() => getSelection().toString()), /displayNam: data\.company/);
  await page.locator("#try-rules").fill("- name: a\n  match: {type: *}\n");
  await result.getByRole("button", { name: "line 2" }).waitFor();
});

consoleTest("what somebody writes before the rules in force have come stays", {}, async (page) => {
  for (const slow of ["samples", "rules"]) {
    let release;
    const released = new Promise((resolve) => { release = resolve; });
    await page.route(`**/console/${slow}`, async (route) => { await released; await route.continue(); });
    await page.reload();
    await page.locator("#try-rules").fill(rules);
    await page.locator("#try-event").fill('{"operation": "cancel"}');
    const came = page.waitForResponse("**/console/rules");
    release();
    await came;
    await page.getByRole("region", { name: "Result" }).getByText("would fail").waitFor();
    assert.equal(await page.locator("#try-rules").inputValue(), rules);
    assert.equal(await page.locator("#try-event").inputValue(), '{"operation": "cancel"}');
    await page.unroute(`**/console/${slow}`);
  }
});

consoleTest("a delivery that was sent is tried", {}, async (page) => {
  const inside = await opened(await newest(page, "Deliveries", "signup"));
  await page.locator("#try-event").fill("{}");
  await inside.getByRole("button", { name: "Try its rules" }).click();
  assert.match(await page.locator("#try-event").inputValue(), /Acme/);
  await page.getByRole("region", { name: "Result" }).getByText("rule signup").waitFor();
});

consoleTest("what the rules decided stands beside a delivery", {}, async (page) => {
  const inside = await opened(card(page, "Rules", "rule signup"));
  await inside.getByText("matches", { exact: true }).waitFor();
  await inside.getByText("Command: create").waitFor();
});

consoleTest("a click on a fault brings its line into view", {}, async (page) => {
  const rule = (number, type = "type") => `- name: r${number}\n  match: {${type}: x}\n  operation: cancel\n  with: {recipientTenancyId: data.x}\n`;
  await page.locator("#try-rules").fill(Array.from({ length: 60 }, (_, number) => rule(number, number === 20 ? "typ" : "type")).join(""));
  await page.getByRole("button", { name: "line 82 · rule r20 · match.typ" }).click();
  await page.waitForFunction(() => {
    const number = document.querySelector("#try .numbers .wrong").getBoundingClientRect();
    const field = document.querySelector("#try-rules").getBoundingClientRect();
    return number.top >= field.top && number.bottom <= field.bottom;
  });
});

consoleTest("an event that is no JSON has the line of its fault", {}, async (page) => {
  await page.locator("#try-event").fill('{\n  "specversion": "1.0",\n  "type": x\n}');
  await page.getByRole("button", { name: "line 3 of the event" }).click();
  assert.equal(await page.locator("#try .numbers .wrong").innerText(), "3");
  assert.match(await page.evaluate(() => getSelection().toString()), /"type": x/);
  await page.locator("#try-event").fill("[]");
  await page.getByText("An empty list").waitFor();
  assert.equal(await page.locator("#try .numbers .wrong").count(), 0);
});
