// Takes pictures of the console, light and dark, for the documents: node screenshot.mjs FOLDER. With "narrow" behind it, it takes one
// of a narrow screen too.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { click, newest, opened } from "./page.mjs";
import { browser, launch, start } from "./stack.mjs";

const folder = process.argv[2] ?? ".";
if (!browser) {
  console.error("screenshot: there is no Chromium: apt-get install chromium, or CHROMIUM=path");
  process.exit(1);
}
await mkdir(folder, { recursive: true });
const chromium = await launch();
const pictures = {
  "console.png": { colorScheme: "light", viewport: { width: 1400, height: 960 } },
  "console-dark.png": { colorScheme: "dark", viewport: { width: 1400, height: 960 } },
};
if (process.argv[3] === "narrow") pictures["console-narrow.png"] = { colorScheme: "light", viewport: { width: 390, height: 844 } };
for (const [name, context] of Object.entries(pictures)) {
  const stack = await start();
  try {
    const page = await chromium.newPage({ ...context, reducedMotion: "reduce" });
    await page.goto(stack.console);
    await newest(page, "Invitations", "ACTIVE");
    await click(page, "Throttle 2 calls");
    await click(page, "signup");
    await newest(page, "Deliveries", "created");
    await (await newest(page, "Invitations", /Globex.*ACTIVE/)).getByRole("button", { name: /^Accept/ }).click();
    await newest(page, "Invitations", "ACCEPTED");
    await click(page, "poll");
    await newest(page, "Messages", "accepted");
    await newest(page, "Deliveries", "polled");
    await opened(page.locator("#decisions article", { hasText: "rule signup" }).first());
    await page.locator("body").evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
    await page.locator("#deliveries article", { hasText: "Globex" }).hover(); // its cards light up
    await page.screenshot({ path: join(folder, name), fullPage: name.includes("narrow") });
    console.log(`wrote ${join(folder, name)}`);
  } finally {
    await stack.stop();
  }
}
await chromium.close();
