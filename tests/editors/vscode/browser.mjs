// The browser that VS Code is looked at in, and the processes behind it.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../../client-vscode/package.json", import.meta.url));
const { chromium } = require("playwright-core");

/** How long until what a step waits for counts as never coming; no step depends on how soon it does come. */
export const PATIENCE_MS = 120_000;

/** A browser with one empty page. */
export async function open() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  });
  const page = await browser.newPage({ viewport: { width: 1100, height: 620 } });
  page.setDefaultTimeout(PATIENCE_MS);
  return { browser, page };
}

/** Wait until something is true that the page knows nothing of. */
export async function until(isTrue, what) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    const answer = await isTrue();
    if (answer) {
      return answer;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: never`);
}

/** The numbers of the processes of this run, and of no other, whose command line holds a text. */
export function processes(text) {
  const mine = `WINNOW_STATE=${process.env.WINNOW_STATE}\0`;
  return readdirSync("/proc").filter(
    (number) => environment(number).includes(mine) && told(number, "cmdline").replaceAll("\0", " ").includes(text),
  );
}

/** The environment that a process was started with. */
export function environment(number) {
  return told(number, "environ");
}

/** What the system tells of a process; nothing where it has ended, or is none. */
function told(number, what) {
  try {
    return readFileSync(`/proc/${number}/${what}`, "utf8");
  } catch {
    return "";
  }
}
