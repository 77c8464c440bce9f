// The console shows what happens, and plays the other side.

import assert from "node:assert/strict";
import { consoleTest } from "./harness.mjs";
import { card, cards, click, newest, opened, write } from "./page.mjs";

consoleTest("a newcomer's minute: signup, watch, accept, poll, accepted is told", {}, async (page) => {
  await click(page, "signup");
  await newest(page, "Deliveries", "created");
  await newest(page, "Rules", /rule signup.*create/);
  await newest(page, "Calls", "publish");
  await card(page, "Calls", "CreateSenderInvitation").getByText("200").waitFor();
  const invitation = await newest(page, "Invitations", "Invitation for Globex");
  await invitation.getByText("PENDING").waitFor();
  await newest(page, "Messages", "senderinvitation.created");
  await page.getByRole("button", { name: "Accept: Invitation for Globex" }).click();
  await invitation.getByText("ACCEPTED").waitFor();
  await click(page, "poll");
  await newest(page, "Messages", "senderinvitation.invitation.accepted");
  await newest(page, "Deliveries", /polled.*told 1/s);
  await invitation.getByText("told ACCEPTED").waitFor();
});

for (const [place, settings] of [["topic", {}], ["stream", { RESULT_STREAM_OCID: "ocid1.stream.oc1.iad.a" }]]) {
  consoleTest(`a message to a ${place} opens to its event`, { settings }, async (page) => {
    const inside = await opened(await newest(page, "Messages", "senderinvitation.created"));
    await inside.getByText(new RegExp(`^${place} ocid1`)).waitFor();
    await inside.locator(".json", { hasText: '"specversion": "1.0"' }).waitFor();
  });
}

consoleTest("a redelivery makes no second invitation", {}, async (page) => {
  await click(page, "signup");
  const inside = await opened(await newest(page, "Deliveries", "created"));
  await inside.getByRole("button", { name: "Deliver again" }).click();
  await newest(page, "Deliveries", "existing");
  assert.equal(await cards(page, "Invitations").count(), 2); // with that of the start
});

consoleTest("an update and a cancel reach the newest invitation", {}, async (page) => {
  await click(page, "signup");
  const invitation = await newest(page, "Invitations", "Globex");
  await invitation.getByText("ACTIVE").waitFor();
  await click(page, "contact-change");
  await newest(page, "Deliveries", "updated");
  await click(page, "offboarding");
  await newest(page, "Deliveries", "canceled");
  await (await newest(page, "Invitations", "Globex")).getByText("CANCELED").waitFor();
});

consoleTest("a held create is approved with one click", { settings: { MODE: "hold", EVENT_TYPE_PREFIX: "com.acme.invitation" } }, async (page) => {
  await page.getByText("MODE=hold").waitFor();
  await click(page, "signup");
  await newest(page, "Deliveries", "held");
  assert.equal(await cards(page, "Invitations", "Globex").count(), 0);
  await (await newest(page, "Messages", "com.acme.invitation.held")).getByRole("button", { name: /^Approve/ }).click();
  await newest(page, "Deliveries", "created");
  await newest(page, "Invitations", "Globex");
});

consoleTest("a throttled call shows its attempts", {}, async (page) => {
  await click(page, "Throttle 2 calls");
  await click(page, "signup");
  await newest(page, "Deliveries", "created");
  const inside = await opened(card(page, "Calls", "3 attempts"));
  assert.deepEqual(await inside.locator(".attempts .badge").allInnerTexts(), ["429", "429", "200"]);
});

consoleTest("Throttle all lasts until it is turned off", { settings: { MAX_ATTEMPTS: "1" } }, async (page) => {
  const throttle = page.getByRole("button", { name: "Throttle all" });
  await throttle.click();
  await page.locator("button[aria-pressed=true]", { hasText: "Throttle all" }).waitFor();
  await click(page, "signup");
  await newest(page, "Deliveries", "cut (502)");
  const message = await newest(page, "Messages", "senderinvitation.failed");
  await throttle.click();
  await page.locator("button[aria-pressed=false]", { hasText: "Throttle all" }).waitFor();
  await message.getByRole("button", { name: /^Process again/ }).click();
  await newest(page, "Deliveries", "created");
});

consoleTest("with a broken topic the call is cut; a redelivery publishes", {}, async (page) => {
  await click(page, "Break the topic");
  await page.locator("button[aria-pressed=true]", { hasText: "Break the topic" }).waitFor();
  await click(page, "signup");
  const delivery = await newest(page, "Deliveries", "cut (502)");
  await (await opened(delivery)).getByText("closed the connection without an answer").waitFor();
  assert.equal(await cards(page, "Messages").count(), 1); // that of the start
  await click(page, "Break the topic");
  await page.locator("button[aria-pressed=false]", { hasText: "Break the topic" }).waitFor();
  await (await opened(delivery)).getByRole("button", { name: "Deliver again" }).click();
  await newest(page, "Deliveries", "existing");
  await newest(page, "Messages", "senderinvitation.existing");
});

consoleTest("a creation that fails is told by a poll", {}, async (page) => {
  await click(page, "Fail the next creation");
  await page.locator("button[aria-pressed=true]", { hasText: "Fail the next creation" }).waitFor();
  await click(page, "signup");
  await (await newest(page, "Invitations", "Globex")).getByText("FAILED").first().waitFor();
  await page.locator("button[aria-pressed=false]", { hasText: "Fail the next creation" }).waitFor();
  await click(page, "poll");
  await newest(page, "Messages", "senderinvitation.invitation.failed");
});

consoleTest("a cancellation that fails leaves the invitation pending", {}, async (page) => {
  await click(page, "Fail the next cancellation");
  await page.locator("button[aria-pressed=true]", { hasText: "Fail the next cancellation" }).waitFor();
  await newest(page, "Invitations", "ACTIVE");
  await click(page, "offboarding");
  await newest(page, "Deliveries", "canceled");
  await page.locator("button[aria-pressed=false]", { hasText: "Fail the next cancellation" }).waitFor();
  const inside = await opened(await newest(page, "Invitations", /PENDING.*ACTIVE/));
  await inside.getByText('"CANCEL_SENDER_INVITATION"').waitFor();
  await inside.getByText('"FAILED"').waitFor();
});

consoleTest("30 days later a pending invitation has expired", {}, async (page) => {
  const invitation = await newest(page, "Invitations", "ACTIVE");
  await click(page, "30 days later");
  await page.getByText("30 days ahead").waitFor();
  await invitation.getByText("EXPIRED").waitFor();
  await click(page, "poll");
  await newest(page, "Messages", "senderinvitation.invitation.expired");
});

consoleTest("an invitation is expired and failed by its buttons", {}, async (page) => {
  await (await newest(page, "Invitations", "ACTIVE")).getByRole("button", { name: /^Expire/ }).click();
  await newest(page, "Invitations", "EXPIRED");
  await click(page, "signup");
  await (await newest(page, "Invitations", /Globex.*PENDING/)).getByRole("button", { name: /^Fail/ }).click();
  const invitation = await newest(page, "Invitations", "FAILED");
  assert.equal(await invitation.getByRole("button").count(), 0);
});

consoleTest("after a rotation of credentials the next call gets 401, and then succeeds", {}, async (page) => {
  await click(page, "Rotate credentials");
  await page.getByText("credentials rotated once").waitFor();
  await click(page, "signup");
  await newest(page, "Deliveries", "created");
  const inside = await opened(card(page, "Calls", "2 attempts"));
  assert.deepEqual(await inside.locator(".attempts .badge").allInnerTexts(), ["401", "200"]);
  await inside.locator(".headers", { hasText: "Opc-Request-Id: " }).nth(1).waitFor(); // of the request and of the answer
});

consoleTest("the HTTP door takes a delivery and a request to the API", {}, async (page) => {
  const event = { specversion: "1.0", id: "e-1", source: "/test", type: "com.example.tenancy.signup", data: { tenancyId: "ocid1.tenancy.oc1..aaaaaaaahttp", company: "Http" } };
  await write(page, { door: "HTTP", path: "/events", headers: "Content-Type: application/cloudevents+json", body: event });
  await newest(page, "Deliveries", /HTTP/);
  await newest(page, "Deliveries", "created");
  await write(page, { door: "HTTP", method: "GET", path: "/20230401/senderInvitations?compartmentId=ocid1.tenancy.oc1..aaaaaaaasender", body: "" });
  const inside = await opened(await newest(page, "Deliveries", "GET /20230401/senderInvitations"));
  await inside.getByText("ocid1.tenancy.oc1..aaaaaaaahttp").waitFor();
  await newest(page, "Rules", "no rules asked");
});

consoleTest("a sample is chosen by its name, and a bad one fails with its reason", {}, async (page) => {
  await page.getByText("Any delivery:").click();
  await page.locator("#sample").selectOption("bad-cloudevent-missing");
  await click(page, "Send");
  const inside = await opened(await newest(page, "Deliveries", "failed"));
  await inside.getByText(/source: REQUIRED/).first().waitFor();
  await newest(page, "Rules", "would fail");
  assert.ok(await page.locator("#sample option").count() > 100);
});

consoleTest("what another program sends is shown too", {}, async (page, stack) => {
  await fetch(`${stack.gateway}/invoke`, { method: "POST", body: JSON.stringify({ operation: "list" }) });
  await newest(page, "Deliveries", "listed");
});

consoleTest("ids link across, and related cards light up", {}, async (page) => {
  await click(page, "signup");
  const delivery = await newest(page, "Deliveries", "created");
  const invitation = await newest(page, "Invitations", "Globex");
  await newest(page, "Messages", "created");
  await delivery.hover();
  await page.locator("#invitations .related", { hasText: "Globex" }).waitFor();
  await page.locator("#messages .related").first().waitFor();
  assert.ok(await page.locator("#calls .related").count() >= 2);
  await card(page, "Calls", "CreateSenderInvitation").hover();
  await page.locator("#invitations .related", { hasText: "Globex" }).waitFor();
  await (await opened(delivery)).getByRole("listitem").filter({ hasText: "call CreateSenderInvitation" }).getByRole("link").click();
  await page.locator("#calls .found", { hasText: "CreateSenderInvitation" }).waitFor();
  const id = await (await opened(invitation)).locator("a", { hasText: "ocid1.senderinvitation" }).first().innerText();
  await (await opened(delivery)).locator("a", { hasText: id }).first().click();
  await page.locator("#invitations .found").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.closest("article").id), await invitation.getAttribute("id"));
  assert.equal(await page.evaluate(() => scrollY), 0, "the page jumps, though the card was in view");
});

consoleTest("a page that loses the stack says so, and shows the next one's items alone", {}, async (page, stack, { errors }) => {
  const { start } = await import("./stack.mjs");
  await click(page, "signup");
  await newest(page, "Invitations", "Globex");
  await stack.stop();
  await page.getByText("not connected").waitFor();
  await click(page, "signup");
  await page.locator("#send-fault", { hasText: "The local stack does not answer" }).waitFor();
  const next = await start({}, stack.port);
  try {
    await page.getByText("live", { exact: true }).waitFor();
    await newest(page, "Invitations", "Acme");
    assert.equal(await cards(page, "Invitations").count(), 1);
    assert.equal(await cards(page, "Deliveries").count(), 1);
  } finally {
    await next.stop();
  }
  errors.length = 0; // those of the lost connection
});

consoleTest("the page keeps the newest 200 of each part", {}, async (page, stack) => {
  const send = () => fetch(`${stack.gateway}/invoke`, { method: "POST", body: '{"operation": "list"}' });
  for (let sent = 0; sent < 204; sent += 4) await Promise.all([send(), send(), send(), send()]);
  await page.locator("#delivery-205").waitFor();
  await page.locator("#delivery-5").waitFor({ state: "detached" });
  assert.equal(await cards(page, "Deliveries").count(), 200);
  assert.equal(await cards(page, "Rules").count(), 200);
});

consoleTest("a list that is too large to keep is shown, but not explained", {}, async (page, stack) => {
  const record = (number) => ({ specversion: "1.0", id: `${number}`, source: "/s", type: "com.example.tenancy.signup", data: { tenancyId: `ocid1.tenancy.oc1..aaaaaaaalarge${number}`, text: "x".repeat(2000) } });
  await fetch(`${stack.gateway}/invoke`, { method: "POST", body: JSON.stringify(Array.from({ length: 50 }, (_, number) => record(number))) });
  const inside = await opened(await newest(page, "Deliveries", "created ×50"));
  await inside.getByText(/^The first part of \d+ bytes:/).waitFor();
  assert.equal(await inside.getByRole("button", { name: "Deliver again" }).isDisabled(), true);
  await newest(page, "Rules", "not explained");
  await fetch(`${stack.gateway}/invoke`, { method: "POST", body: JSON.stringify(Array.from({ length: 300 }, () => ({ operation: "cancel" }))) });
  await newest(page, "Deliveries", "too large to count"); // not 200, as if all were well
});

consoleTest("in a dry run nothing is told to be created", { settings: { MODE: "dry-run" } }, async (page) => {
  await page.getByText("MODE=dry-run: nothing is written").waitFor();
  await newest(page, "Deliveries", "created (dry run)");
  await newest(page, "Messages", "created (dry run)");
  assert.equal(await cards(page, "Invitations").count(), 0);
});

consoleTest("a card says whom it is about, or why it has failed", { settings: { MODE: "hold" } }, async (page, stack) => {
  await newest(page, "Messages", "Invitation for Acme");
  await click(page, "signup");
  await (await newest(page, "Messages", "Invitation for Globex")).getByRole("button", { name: /^Approve/ }).click();
  await newest(page, "Deliveries", /approval.*created.*Invitation for Globex/s);
  const send = (body, options) => fetch(`${stack.gateway}/invoke`, { method: "POST", body: JSON.stringify(body), ...options });
  await send([]);
  await newest(page, "Deliveries", "empty list");
  await send({ operation: "cancel" });
  await newest(page, "Deliveries", /cancel.*failed.*MissingParameter/s);
  await newest(page, "Rules", /would fail.*MissingParameter/s);
  await newest(page, "Messages", /failed.*MissingParameter/s);
  await send([{ operation: "poll" }, { operation: "cancel" }, {}]);
  await newest(page, "Rules", /and 2 more records.*2 would fail/s);
  await send(undefined, { method: "PUT" });
  await newest(page, "Deliveries", "405");
  for (const part of ["Deliveries", "Rules", "Calls", "Invitations", "Messages"]) {
    for (const one of await cards(page, part).all()) assert.doesNotMatch(await (await opened(one)).innerText(), /^(false|null|undefined|\[object .*)$/m);
  }
});

consoleTest("what became of the delivery that was sent stands at the buttons", {}, async (page) => {
  const sent = page.locator("#sent");
  await click(page, "signup");
  await sent.getByText("created").waitFor();
  await write(page, { body: {} });
  await sent.getByText("failed").waitFor();
  await sent.getByRole("link").click();
  await page.waitForFunction(() => document.activeElement.matches("#deliveries article:first-child summary"));
  await write(page, { headers: "No colon", body: {} });
  await page.locator("#send-fault", { hasText: 'The header "No colon" has no colon' }).waitFor();
});

consoleTest("a recorded delivery is sent again as it was: bytes that are no text, any method", {}, async (page, stack) => {
  const again = async () => (await opened(cards(page, "Deliveries").first())).getByRole("button", { name: "Deliver again" }).click();
  await fetch(`${stack.gateway}/invoke`, { method: "POST", body: new Uint8Array([0xff, 0xfe, 0x00]) });
  await newest(page, "Deliveries", "failed");
  assert.equal(await (await opened(cards(page, "Deliveries").first())).getByRole("button", { name: "Edit" }).isDisabled(), true);
  await again();
  await page.locator("#delivery-3").getByText("failed").waitFor();
  await (await opened(cards(page, "Deliveries").first())).getByText("Not text: 3 bytes.").waitFor();
  await fetch(`${stack.gateway}/20230401/senderInvitations`, { method: "PROPFIND" });
  await (await opened(await newest(page, "Deliveries", "PROPFIND /20230401"))).getByRole("button", { name: "Edit" }).click();
  await click(page, "Send");
  await page.locator("#delivery-5").getByText("PROPFIND /20230401").waitFor();
});

consoleTest("offboarding is about the newest invitation that is pending", {}, async (page) => {
  await click(page, "signup");
  await (await newest(page, "Invitations", /Globex.*ACTIVE/s)).getByRole("button", { name: /^Accept/ }).click();
  await newest(page, "Invitations", /Globex.*ACCEPTED/s);
  await click(page, "offboarding");
  await card(page, "Invitations", /Acme.*CANCELED/s).waitFor();
});

consoleTest("contact-change is about the newest invitation, whatever its tenancy is called", {}, async (page, stack) => {
  await fetch(`${stack.gateway}/invoke`, { method: "POST", body: '{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..zzz9own", "displayName": "Own"}' });
  await newest(page, "Invitations", /Own.*ACTIVE/s);
  await click(page, "contact-change");
  await newest(page, "Deliveries", "updated");
});

consoleTest("a sample that is no text is sent as its bytes, until somebody writes", {}, async (page) => {
  await page.getByText("Any delivery:").click();
  await page.locator("#sample").selectOption("bad-utf16");
  assert.match(await page.locator("#body").getAttribute("placeholder"), /bytes that are no text/);
  await click(page, "Send");
  await (await opened(await newest(page, "Deliveries", "failed"))).getByText(/Not text/).waitFor();
  await click(page, "Try its rules");
  await page.getByRole("region", { name: "Result" }).getByText(/UTF-16/).first().waitFor();
  await page.locator("#body").fill('{"operation": "list"}');
  await click(page, "Send");
  await newest(page, "Deliveries", "listed");
});

consoleTest("a call with any path has a card", {}, async (page, stack) => {
  await fetch(`${stack.console}20230401/senderInvitations/ocid1.senderinvitation.%ff`); // unsigned
  await newest(page, "Calls", "401");
});

consoleTest("pages that nobody sees leave the connections to the one that somebody sees", {}, async (page, stack) => {
  for (let pages = 0; pages < 7; pages++) {
    const hidden = await page.context().newPage();
    await hidden.addInitScript(() => Object.defineProperty(document, "hidden", { get: () => window.away ?? false }));
    await hidden.goto(stack.console);
    await hidden.getByText("live", { exact: true }).waitFor();
    await hidden.evaluate(() => { window.away = true; document.dispatchEvent(new Event("visibilitychange")); });
  }
  await click(page, "signup");
  await newest(page, "Deliveries", "created");
  const back = page.context().pages().at(-1);
  await back.evaluate(() => { window.away = false; document.dispatchEvent(new Event("visibilitychange")); });
  await newest(back, "Deliveries", "created");
});

consoleTest("without samples, no button sends nothing", { flags: ["-samples", "/nonexistent"] }, async (page) => {
  await click(page, "poll");
  await newest(page, "Deliveries", "polled");
  assert.deepEqual(await page.locator("#quick button").allInnerTexts(), ["poll"]);
});
