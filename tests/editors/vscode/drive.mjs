// Drive the packaged extension in the real VS Code, in a browser, as a person would.
// usage: node drive.mjs ADDRESS PROJECT PICTURES
import { createRequire } from "node:module";
import { mkdirSync } from "node:fs";

const require = createRequire(new URL("../../../client-vscode/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const [address, project, pictures] = process.argv.slice(2);
mkdirSync(pictures, { recursive: true });
const started = Date.now();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
const page = await browser.newPage({ viewport: { width: 1100, height: 620 } });
page.setDefaultTimeout(40_000);

const picture = (name) => page.screenshot({ path: `${pictures}/${name}.png` });

async function step(name, act) {
  try {
    await act();
    console.log(`${((Date.now() - started) / 1000).toFixed(1)} s  ${name}`);
  } catch (error) {
    await picture(`failed-${name.replaceAll(/\W+/g, "-")}`);
    await browser.close();
    throw new Error(`${name}: ${error.message}`);
  }
}

async function open(file) {
  await page.keyboard.press("Control+P");
  await page.waitForSelector(".quick-input-widget input", { state: "visible" });
  await page.keyboard.type(file);
  await page.waitForSelector(`.quick-input-list .monaco-list-row >> text=${file}`);
  await page.keyboard.press("Enter");
  await page.waitForSelector(`.tab.active[data-resource-name="${file}"]`);
}

const status = (text) => page.waitForSelector(`.statusbar-item[id*="winnow"]:has-text("${text}")`);
const line = (text) => page.waitForSelector(`.editor-instance .view-line:has-text("${text}")`);

await step("the window opens", async () => {
  await page.goto(`${address}/?folder=${project}`, { waitUntil: "domcontentloaded" });
  await page.waitForSelector(".monaco-workbench .part.sidebar");
});
await step("the server runs the tests of the file", async () => {
  await open("prices.py");
  await page.waitForSelector('.statusbar-item[id*="winnow"]:has-text("answers")');
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\n");
  await status("✓");
});
await step("ghost text appears", async () => {
  await line("return price * 2");
  await page.keyboard.press("Control+G");
  await page.keyboard.type("2:5");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Shift+End");
  await page.keyboard.type("return ", { delay: 40 });
  await page.waitForSelector(".editor-instance .ghost-text-decoration");
  await status("passed");
  await picture("ghost-text");
});
await step("Tab accepts it", async () => {
  await page.keyboard.press("Tab");
  await line("return price * 2");
});
await step("a broken edit turns a test red", async () => {
  await page.keyboard.press("Control+G");
  await page.keyboard.type("2");
  await page.keyboard.press("Enter");
  await page.keyboard.press("End");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("3");
  await open("test_prices.py");
  await page.waitForSelector(".editor-instance .squiggly-error");
  await picture("failing-test");
});
await step("a fix is offered", async () => {
  await status("passed"); // a fix has been proven
  await page.keyboard.press("F8");
  await page.waitForSelector(".peekview-widget, .marker-widget");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+.");
  await page.waitForSelector('.action-widget .monaco-list-row:has-text("Fix:")');
  await picture("quick-fix");
  await page.keyboard.press("Enter");
});
await step("the fix turns the test green", async () => {
  await page.waitForSelector(".editor-instance .squiggly-error", { state: "detached" });
  await open("prices.py");
  await line("return price * 2");
  await picture("fixed");
});
await browser.close();
