// What a person does with the console, by the names that are on the page.

const lists = { Deliveries: "#deliveries", Rules: "#decisions", Calls: "#calls", Invitations: "#invitations", Messages: "#messages" };

// cards returns the cards of a part, newest first; those that have the text.
export function cards(page, part, text) {
  const all = page.locator(`${lists[part]} article`);
  return text === undefined ? all : all.filter({ hasText: text });
}

// card returns the newest card of a part that has the text.
export function card(page, part, text) {
  return cards(page, part, text).first();
}

export async function click(page, name) {
  await page.getByRole("button", { name, exact: true }).click();
}

// newest waits until the newest card of a part has the text, and returns it.
export async function newest(page, part, text) {
  await page.locator(`${lists[part]} article:first-child`).filter({ hasText: text }).waitFor();
  return cards(page, part).first();
}

// opened opens a card and returns what is inside.
export async function opened(of) {
  if (!await of.locator("details").evaluate((details) => details.open)) await of.locator("summary").click();
  const inside = of.locator(".inside");
  await inside.locator("p, h3, pre, ol").filter({ visible: true }).first().waitFor();
  return inside;
}

// write writes a delivery into the editor, and sends it.
export async function write(page, { door = "Direct", method, path, headers = "", body }) {
  if (!await page.locator("#editor").evaluate((details) => details.open)) await page.getByText("Any delivery:").click();
  await page.getByRole("radio", { name: door }).check();
  if (method) await page.getByLabel("Method").selectOption(method);
  if (path) await page.getByLabel("Path").fill(path);
  await page.locator("#headers").fill(headers);
  await page.locator("#body").fill(typeof body === "string" ? body : JSON.stringify(body));
  await click(page, "Send");
}
