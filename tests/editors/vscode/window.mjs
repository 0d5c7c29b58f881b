// One window of VS Code as a person meets it: what stands on it, and what hands can do.
import { open as openBrowser, until } from "./browser.mjs";

const PAUSE_MS = 500;
/** What has just taken the focus may swallow keys; after this they are pressed again. */
const SWALLOWED_MS = 10_000;

export class Window {
  static async open(address, folder) {
    const { browser, page } = await openBrowser();
    await page.goto(`${address}/?folder=${folder}`, { waitUntil: "domcontentloaded" });
    return new Window(browser, page);
  }

  constructor(browser, page) {
    this.browser = browser;
    this.page = page;
  }

  ready() {
    return this.page.waitForSelector(".monaco-workbench .part.sidebar");
  }

  /** Take a picture, once what fades in has come to rest. */
  async picture(file) {
    await this.page.waitForTimeout(PAUSE_MS);
    await this.page.screenshot({ path: file });
  }

  /** What stands on it, in words: for whoever cannot look at it. */
  async words() {
    const said = [`focus: ${await this.page.evaluate(() => globalThis.document.activeElement?.className)}`];
    for (const part of [".tab.active", ".quick-input-widget", ".monaco-dialog-box", ".notification-toast", ".statusbar-item"]) {
      for (const each of await this.page.$$(part)) {
        if (await each.isVisible()) {
          said.push(`${part}: ${(await each.innerText()).replaceAll(/\s+/g, " ")}`);
        }
      }
    }
    return said.join("\n");
  }

  close() {
    return this.browser.close();
  }

  /** Wait for a text in Winnow's part of the status bar. */
  status(text) {
    return this.page.waitForSelector(`.statusbar-item[id*="winnow"]:has-text("${text}")`);
  }

  noStatus(text) {
    return this.page.waitForSelector(`.statusbar-item[id*="winnow"]:has-text("${text}")`, { state: "detached" });
  }

  /** What a screen reader meets, in the browser's own tree of it, frames and all: a role and a name each. */
  async heard() {
    const session = await this.page.context().newCDPSession(this.page);
    const { frameTree } = await session.send("Page.getFrameTree");
    const trees = await Promise.all(
      frames(frameTree).map((frameId) => session.send("Accessibility.getFullAXTree", { frameId }).catch(() => ({ nodes: [] }))),
    );
    await session.detach();
    const told = trees.flatMap(({ nodes }) => nodes).filter(({ ignored }) => !ignored);
    return told.map(({ role, name }) => ({ role: role.value, name: name?.value ?? "" }));
  }

  /** Wait until a screen reader would meet something of this role with a text in its name. */
  hears(role, text) {
    return until(
      async () => (await this.heard()).some((each) => each.role === role && each.name.includes(text)),
      `${role} “${text}” for a screen reader`,
    );
  }

  /** Wait for a line of an editor that holds a text. */
  line(text) {
    return this.page.waitForSelector(`.editor-instance .view-line:has-text(${JSON.stringify(text)})`);
  }

  /** Wait until what was typed stands in the file that is open. */
  changed() {
    return this.page.waitForSelector(".tab.active.dirty", { timeout: SWALLOWED_MS });
  }

  ghost(options) {
    return this.page.waitForSelector(".editor-instance .ghost-text-decoration", options);
  }

  noGhost() {
    return this.page.waitForSelector(".editor-instance .ghost-text-decoration", { state: "detached" });
  }

  /** Wait for a test, or a file of tests, in the Testing view; `state` is "passed" or "failed". */
  test(name, state) {
    const icon = `:has(.codicon-testing-${state}-icon)`;
    return this.page.waitForSelector(`.test-explorer .monaco-list-row:has-text("${name}")${icon}`);
  }

  press(...keys) {
    return keys.reduce((before, key) => before.then(() => this.page.keyboard.press(key)), Promise.resolve());
  }

  type(text) {
    return this.page.keyboard.type(text, { delay: 20 });
  }

  /** Open a file by its name. */
  async open(file) {
    await this.again(async () => {
      await this.ask("Control+P", file);
      await this.offered(file, { state: `.focused[aria-label^="${file}"]` });
      await this.press("Enter");
      await this.page.waitForSelector(`.tab.active[data-resource-name="${file}"]`, { timeout: SWALLOWED_MS });
    }, file);
  }

  /** Run a command by its name in the palette; it may go on in a list or a box of its own. */
  async command(name) {
    await this.again(async () => {
      await this.ask("F1", `>${name}`);
      await this.offered(name, { state: ".focused" });
      await this.press("Enter");
      await this.page.waitForSelector(row(name), { state: "hidden", timeout: SWALLOWED_MS });
    }, name);
  }

  /** Put the cursor at a line and column, counted from 1. */
  async goTo(where) {
    await this.again(async () => {
      await this.ask("Control+G", `:${where}`);
      await this.press("Enter");
      await this.page.waitForSelector(".quick-input-widget", { state: "hidden", timeout: SWALLOWED_MS });
    }, where);
  }

  /** Open the menu of fixes at the cursor until it holds one with this title; the row. */
  fix(title) {
    return until(async () => {
      await this.press("Control+.");
      const menu = ".action-widget .monaco-list-row";
      await this.page.waitForSelector(menu, { timeout: SWALLOWED_MS }).catch(() => undefined);
      const row = await this.page.$(`${menu}:has-text("${title}")`);
      if (row === null) {
        await this.press("Escape");
        await this.page.waitForTimeout(PAUSE_MS);
      }
      return row;
    }, `“${title}” in the menu of fixes`);
  }

  /** The page inside a webview. */
  async webview() {
    const outer = await this.page.waitForSelector("iframe.webview");
    const inner = await (await outer.contentFrame()).waitForSelector("iframe#active-frame");
    return inner.contentFrame();
  }

  /**
   * Open the box at the top by its keys, and put a text into it at once. Letter by letter, the list may stay empty for
   * good because it was empty for the first letters, and what takes the focus meanwhile gets the rest of them.
   */
  async ask(keys, text) {
    await this.clear();
    await this.press(keys);
    const input = await this.page.waitForSelector(".quick-input-widget input", { state: "visible", timeout: SWALLOWED_MS });
    await input.fill(text);
  }

  /** Let nothing stand in the way of keys: another page, the mouse above a list, a dialog, which is told of. */
  async clear() {
    await this.page.bringToFront();
    await this.page.mouse.move(0, 0);
    const dialog = await this.page.$(".monaco-dialog-box");
    if (dialog !== null) {
      console.log(`A dialog stood in the way: ${(await dialog.innerText()).replaceAll(/\s+/g, " ")}`);
      await this.press("Escape");
    }
  }

  /** Wait for a row of the list that is open. */
  offered(text, { timeout = SWALLOWED_MS, state = "" } = {}) {
    return this.page.waitForSelector(row(text, state), { timeout });
  }

  /** Press Enter in the list that is open until it has been heard; one too many would go into the text behind it. */
  choose(text) {
    return until(async () => {
      await this.press("Enter");
      return this.page.waitForSelector(row(text), { state: "hidden", timeout: SWALLOWED_MS }).then(
        () => true,
        () => false,
      );
    }, `an end of the list with “${text}”`);
  }

  /** Do it anew while it does not come to its end. */
  again(act, what) {
    return until(async () => {
      try {
        await act();
        return true;
      } catch (error) {
        if (error.name !== "TimeoutError") {
          throw error;
        }
        return this.press("Escape").then(() => false);
      }
    }, what);
  }
}

function frames({ frame, childFrames = [] }) {
  return [frame.id, ...childFrames.flatMap(frames)];
}

function row(text, state = "") {
  return `.quick-input-list .monaco-list-row${state}:has-text("${text}")`;
}
