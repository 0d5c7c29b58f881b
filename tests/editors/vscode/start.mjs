// How soon the first ghost text is there when the first file is opened in a new window of a project.
// usage: node start.mjs ADDRESS PROJECT PICTURES [SECONDS]    (that the window stands there before: 0)
import { until } from "./browser.mjs";
import { Window } from "./window.mjs";

const AIM_MS = 2000;
/** It comes for what was typed, also where that was too early; a person who sees nothing for so long asks. */
const PATIENT_MS = 10_000;
const PLACE = "stock.py:30:80"; // the end of the docstring of `release`
const TYPED = `\n${" ".repeat(8)}if amount <= 0:\n${" ".repeat(12)}`; // the editor may not know yet how to indent

const [address, project, pictures, seconds = "0"] = process.argv.slice(2);
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
const shown = Date.now() - opened;
await window.page.waitForSelector(".editor-instance .cursor", { state: "attached" });
await window.type(TYPED); // key by key: for what is put there at once, and for spaces alone, the editor does not ask
await window.line("if amount <= 0:");
const typed = Date.now() - opened;
let asked = 0;
await until(async () => {
  const seen = await window.ghost({ timeout: PATIENT_MS }).catch(() => false);
  if (!seen) {
    asked += 1;
    await window.command("Trigger Inline Suggestion");
  }
  return seen;
}, "ghost text");
const took = Date.now() - opened;
console.log(
  `start: the first ghost text came ${took} ms after its file was opened (the aim: ${AIM_MS} ms), ${Date.now() - began} ms ` +
    `after the window; the file stood there after ${shown} ms, the text was typed by ${typed} ms, asked for it was ${asked} times`,
);
await window.picture(`${pictures}/first-ghost-text.png`);
await window.close();
