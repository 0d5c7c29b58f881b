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

/** Put the cursor at a line and column, counted from 1. */
async function goTo(where) {
  await page.keyboard.press("Control+G");
  await page.waitForSelector(".quick-input-widget input", { state: "visible" });
  await page.keyboard.type(where);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".quick-input-widget", { state: "hidden" });
}

await step("the window opens", async () => {
  await page.goto(`${address}/?folder=${project}`, { waitUntil: "domcontentloaded" });
  await page.waitForSelector(".monaco-workbench .part.sidebar");
});
await step("the tests of the opened file run by themselves", async () => {
  await open("stock.py");
  await status("✓ 13 tests");
});
await step("ghost text appears with its evidence", async () => {
  await goTo("30:80");
  await page.keyboard.type("\nif amount <= 0:\n", { delay: 20 });
  await page.waitForSelector(".editor-instance .ghost-text-decoration");
  await status("passed");
  await picture("ghost-text");
});
await step("Tab accepts it", async () => {
  await page.keyboard.press("Tab");
  await status("✓ 13 tests");
});
await step("a broken edit turns tests red without a save", async () => {
  await goTo("25:20"); // if amount >| self.free(name)
  await page.keyboard.type("=");
  await line("if amount >= self.free(name)");
  await status("✗");
  await page.waitForSelector(".editor-instance .squiggly-info, .editor-instance .squiggly-error");
  await picture("failing-test");
});
await step("a fix is offered because it turned them green", async () => {
  await page.waitForTimeout(3000); // the search for a fix starts once the failure has stood for a moment
  await goTo("26:14"); // the line that the traceback points to
  await page.keyboard.press("Control+.");
  await page.waitForSelector('.action-widget .monaco-list-row:has-text("Fix:")');
  await picture("quick-fix");
  await page.keyboard.press("Enter");
});
await step("the fix turns them green", async () => {
  await status("✓ 13 tests");
  await line("if amount > self.free(name)");
  await picture("fixed");
});
await browser.close();
