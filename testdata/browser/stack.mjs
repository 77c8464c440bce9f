// The local stack and a browser, for the tests and the screenshot. make builds the programs in bin.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../..", import.meta.url));

// browser is the path of an installed Chromium; undefined if there is none. CHROMIUM names another.
export const browser = process.env.CHROMIUM || ["chromium", "chromium-browser", "google-chrome"]
  .flatMap((name) => process.env.PATH.split(delimiter).map((folder) => join(folder, name))).find(existsSync);

// launch starts the browser. As root, Chromium cannot have its sandbox.
export function launch(...args) {
  return chromium.launch({ executablePath: browser, args: process.getuid?.() === 0 ? ["--no-sandbox", ...args] : args });
}

// start starts make run's program with settings and flags, on this port or free ones. It returns the addresses, and stop.
export async function start(settings = {}, port, ...flags) {
  port ??= await freePort();
  const program = spawn(join(root, "bin/local"), ["-function", join(root, "bin/sender-invitations"), "-event", "testdata/events/signup.json", ...flags],
    { cwd: root, env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: port, ...settings } });
  let printed = "";
  await new Promise((resolve, reject) => {
    const read = (text) => {
      printed += text;
      if (printed.includes("Running, until Ctrl-C")) resolve();
    };
    program.stdout.on("data", read);
    program.stderr.on("data", (text) => { printed += text; });
    program.on("exit", (status) => reject(new Error(`the local stack ended with status ${status}:\n${printed}`)));
    program.on("error", reject);
  });
  const stop = () => new Promise((resolve) => {
    if (program.exitCode !== null || program.signalCode !== null) return resolve();
    program.on("exit", resolve);
    program.kill("SIGINT");
  });
  return { gateway: `http://127.0.0.1:${port}`, console: `http://127.0.0.1:${port + 1}/`, port, printed: () => printed, stop };
}

// freePort returns a port that is free, as is the next one.
async function freePort() {
  for (;;) {
    const first = await listen(0);
    const port = first.address().port;
    const second = await listen(port + 1).catch(() => undefined);
    first.close();
    second?.close();
    if (second) return port;
  }
}

function listen(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
