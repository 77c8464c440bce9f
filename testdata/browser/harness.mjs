// A test of the console.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { card } from "./page.mjs";
import { browser, launch, start } from "./stack.mjs";

let chromium;
before(async () => { chromium = browser && await launch(); });
after(() => chromium?.close());

// consoleTest runs a test with a stack and a page of its own. The page must not have reported an error at its end.
export function consoleTest(name, { settings, flags = [], context, ...options }, run) {
  test(name, { skip: !browser && "there is no Chromium: apt-get install chromium, or CHROMIUM=path", timeout: 60_000, ...options }, async (t) => {
    const stack = await start(settings, undefined, ...flags);
    const opened = await chromium.newContext({ viewport: { width: 1440, height: 1000 }, reducedMotion: "reduce", ...context });
    try {
      const page = await opened.newPage();
      const errors = [];
      page.on("pageerror", (error) => errors.push(`${error}`));
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      page.on("dialog", (dialog) => { errors.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
      page.setDefaultTimeout(15_000);
      await page.goto(stack.console);
      await page.getByText("live", { exact: true }).waitFor();
      await card(page, "Deliveries", "signup").waitFor(); // that of the start
      await run(page, stack, { errors, t });
      assert.deepEqual(errors, []);
    } finally {
      await opened.close();
      await stack.stop();
    }
  });
}
