// How soon the first ghost text is there when the first file is opened in a new window of a project: its text stands so
// that one key asks for it.
// usage: node start.mjs ADDRESS PROJECT PICTURES [SECONDS]    (that the window stands there before: 0)
import { readFileSync, writeFileSync } from "node:fs";
import { until } from "./browser.mjs";
import { Window } from "./window.mjs";

const BUDGET_MS = 2000;
/** A person who sees nothing for so long asks; the log tells of it. */
const PATIENT_MS = 20_000;
const BEFORE = '        """Take a promise back."""\n';
const BEGUN = `${" ".repeat(8)}if amount <= 0:\n${" ".repeat(12)}raise\n`; // it parses, as it would when somebody comes back
const PLACE = "stock.py:32:18"; // the end of it
const KEY = " ";

const [address, project, pictures, seconds = "0"] = process.argv.slice(2);
const file = `${project}/shop/stock.py`;
writeFileSync(file, readFileSync(file, "utf8").replace(BEFORE, BEFORE + BEGUN));
const began = Date.now();
const window = await Window.open(address, project);
await window.ready();
await window.page.waitForTimeout(1000 * Number(seconds));
await window.again(async () => {
  await window.ask("Control+P", PLACE);
  await window.offered("stock.py", { state: ".focused" });
}, PLACE);
const opened = Date.now();
await window.press("Enter");
await window.line("Take a promise back.");
await window.page.waitForSelector(".editor-instance .monaco-editor.focused .cursor", { state: "attached" });
const shown = Date.now();
let pressed = 0;
await window.again(async () => {
  pressed += 1;
  await window.press(KEY);
  await window.changed();
}, "a change in the file");
let asked = 0;
await until(async () => {
  const seen = await window.ghost({ timeout: PATIENT_MS }).catch(() => false);
  if (!seen) {
    asked += 1;
    await window.command("Trigger Inline Suggestion");
  }
  return seen;
}, "ghost text");
const took = Date.now();
console.log(
  `start: the first ghost text came ${took - opened} ms after its file was opened (the budget: ${BUDGET_MS} ms), in a ` +
    `window that had stood for ${seconds} s: the editor showed the file after ${shown - opened} ms, then one key asked ` +
    `for it${pressed > 1 ? ` (pressed ${pressed} times, as it was swallowed)` : ""}; ${took - began} ms after ` +
    `the window was asked for; by name it was asked for ${asked} times`,
);
await window.picture(`${pictures}/first-ghost-text.png`);
await window.close();
