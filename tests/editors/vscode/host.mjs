// Run the tests of `host/` inside VS Code's extension host, beside the packaged extension.
// usage: node host.mjs ADDRESS WORKSPACE PICTURES    (a folder, or a file that names several)
import path from "node:path";
import { PATIENCE_MS, open } from "./browser.mjs";

const [address, workspace, pictures] = process.argv.slice(2);
const extension = (name) => `vscode-remote://${new URL(address).host}${new URL(name, import.meta.url).pathname}`;
const tests = extension("host");
const payload = [
  ["extensionDevelopmentPath", tests],
  ["extensionDevelopmentPath", extension("python")],
  ["extensionTestsPath", `${tests}/index.cjs`],
];
const { browser, page } = await open();
const started = Date.now();
const rest = []; // what the editor logs besides; told where a test fails

function log(_kind, said) {
  const [text] = said;
  if (String(text).startsWith("winnow: ")) {
    console.log(`${((Date.now() - started) / 1000).toFixed(1)} s  ${text.slice("winnow: ".length)}`);
  } else {
    rest.push(said.join(" "));
  }
}

await page.exposeFunction("codeAutomationLog", log);
const ended = new Promise((resolve) => void page.exposeFunction("codeAutomationExit", resolve));
const opened = workspace.endsWith(".code-workspace") ? "workspace" : "folder";
await page.goto(`${address}/?${opened}=${workspace}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
const late = setTimeout(() => page.close(), 3 * PATIENCE_MS);
const code = await Promise.race([ended, page.waitForEvent("close", { timeout: 0 })]);
clearTimeout(late);
if (code !== 0) {
  console.log(rest.join("\n"));
  await page.screenshot({ path: path.join(pictures, "failed-extension-host.png") }).catch(() => undefined);
}
await browser.close();
if (code !== 0) {
  throw new Error("a test in the extension host failed");
}
