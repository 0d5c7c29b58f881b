// How soon the first ghost text is there when a file is opened in a window where Winnow has not begun yet.
// usage: node start.mjs ADDRESS PROJECT PICTURES
import { until } from "./browser.mjs";
import { Window } from "./window.mjs";

const AIM_MS = 2000;
/** It may come for what was typed first; where that came too early, the person asks. */
const ASKED_AGAIN_MS = 3000;

const [address, project, pictures] = process.argv.slice(2);
const window = await Window.open(address, project);
await window.ready();
await window.again(async () => {
  await window.ask("Control+P", "stock.py");
  await window.offered("stock.py");
}, "stock.py");
const opened = Date.now();
await window.press("Enter");
await window.page.waitForSelector('.tab.active[data-resource-name="stock.py"]');
await window.goTo("30:80"); // the end of the docstring of `release`
await window.line("Take a promise back.");
await window.type(`\n${" ".repeat(8)}if amount <= 0:\n${" ".repeat(12)}`); // the editor may not know yet how to indent
const typed = Date.now() - opened;
let asked = 0;
await until(async () => {
  const shown = await window.ghost({ timeout: ASKED_AGAIN_MS }).catch(() => false);
  if (!shown) {
    asked += 1;
    await window.command("Trigger Inline Suggestion");
  }
  return shown;
}, "ghost text");
const took = Date.now() - opened;
console.log(
  `start: the first ghost text came ${took} ms after its file was opened (the aim: ${AIM_MS} ms); ` +
    `typed until ${typed} ms, asked again ${asked === 1 ? "once" : `${asked} times`}`,
);
await window.picture(`${pictures}/first-ghost-text.png`);
await window.close();
