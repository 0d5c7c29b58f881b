// Drive the packaged extension in the real VS Code, in a browser, as a person would.
// usage: node drive.mjs ADDRESS PROJECT PICTURES SETTINGS
import { readFileSync } from "node:fs";
import { PATIENCE_MS, environment, processes, until } from "./browser.mjs";
import { Window } from "./window.mjs";

const [address, project, pictures, settings] = process.argv.slice(2);
const started = Date.now();
const window = await Window.open(address, project);
const picture = (name) => window.picture(`${pictures}/${name}.png`);
const agents = () => processes("winnow/proof/agent");
const servers = () => processes("-m winnow serve");

async function step(name, act) {
  try {
    const said = await act();
    console.log(`${((Date.now() - started) / 1000).toFixed(1)} s  ${name}${said ? `: ${said}` : ""}`);
  } catch (error) {
    await picture(`failed-${name.replaceAll(/\W+/g, "-")}`);
    console.log(await window.words());
    await window.close();
    throw new Error(`${name}: ${error.message}`);
  }
}

async function breakReserve() {
  await window.goTo("25:20"); // if amount >| self.free(name)
  await window.type("=");
  await window.line("if amount >= self.free(name)");
  await window.status("✗");
}

await step("the window opens", async () => {
  await window.ready();
});
await step("in a restricted window nothing of the project runs, and the status bar says so", async () => {
  await window.open("stock.py");
  await window.status("restricted"); // once the extension has made the server's environment
  await window.page.waitForTimeout(2000); // long enough for tests to begin, were they to
  if (agents().length > 0) {
    throw new Error("the tests' interpreter runs in a restricted window");
  }
  await picture("restricted");
});
await step("once it is trusted, the tests of the open file run by themselves", async () => {
  await window.command("Workspaces: Manage Workspace Trust");
  await window.page.click('.workspace-trust-editor .monaco-button:has-text("Trust")');
  await window.page.waitForSelector(".workspace-trust-editor >> text=You trust this folder");
  await window.open("stock.py");
  await window.status("✓ 13 tests");
  if (agents().length === 0) {
    throw new Error("a process of the tests was not found, so the step before this one showed nothing");
  }
});
await step("ghost text appears with its evidence", async () => {
  await window.goTo("30:80");
  await window.type("\nif amount <= 0:\n");
  await window.ghost();
  await window.status("passed");
  await picture("ghost-text");
});
await step("the same stands in a hover that the keyboard opens", async () => {
  await window.press("Control+K", "Control+I");
  await window.page.waitForSelector('.monaco-hover:has-text("Winnow"):has-text("Dismiss")');
  await picture("hover");
});
await step("Escape dismisses it", async () => {
  await window.press("Escape");
  await window.page.waitForSelector(".monaco-hover", { state: "hidden" });
  await window.press("Escape");
  await window.noGhost();
});
await step("it is there again when it is asked for, and a word of it is accepted", async () => {
  await window.command("Trigger Inline Suggestion");
  await window.ghost();
  await window.press("Control+ArrowRight");
  await window.line("raise");
  await window.ghost();
});
await step("a line of it is accepted", async () => {
  await window.press("Control+ArrowDown");
  await window.noGhost();
  await window.line('raise ValueError("amount must be positive")');
  await window.status("✓ 13 tests");
});
await step("Tab accepts all of it", async () => {
  await window.press("Control+Shift+K");
  await window.goTo("31:80");
  await window.press("Enter");
  await window.command("Trigger Inline Suggestion");
  await window.ghost();
  await window.press("Tab");
  await window.line('raise ValueError("amount must be positive")');
  await window.status("✓ 13 tests");
});
await step("a broken edit turns tests red without a save", async () => {
  await breakReserve();
  await window.hears("button", "Failing: 2 of 13");
  await window.page.waitForSelector(".editor-instance .squiggly-info, .editor-instance .squiggly-error");
  await picture("failing-test");
});
await step("a fix is offered because it turned them green", async () => {
  await window.goTo("26:14"); // the line that the traceback points to
  await window.fix("Fix:");
  await picture("quick-fix");
  await window.press("Enter");
});
await step("the fix turns them green", async () => {
  await window.status("✓ 13 tests");
  await window.line("if amount > self.free(name)");
  await picture("fixed");
});
await step("the Testing view shows what a broken edit fails, without a save", async () => {
  await breakReserve();
  await window.command("Testing: Focus on Test Explorer View");
  await window.test("test_stock.py", "failed");
  await window.page.click('.test-explorer .monaco-list-row:has-text("test_stock.py") .monaco-tl-twistie');
  await window.test("test_everything_free", "failed");
  await window.hears("treeitem", "test_everything_free_can_be_reserved (Failed)");
  await picture("testing-view");
});
await step("Fix stands beside the test, previews what it changes, and turns it green", async () => {
  const row = await window.test("test_everything_free", "failed");
  await row.hover();
  await (await row.waitForSelector('.action-label[aria-label^="Fix"]')).click();
  await window.offered("Fix:", { timeout: PATIENCE_MS }); // the search for it may take its time
  await window.page.waitForSelector(".monaco-diff-editor .char-delete");
  await picture("fix-preview");
  await window.choose("Fix:");
  await window.test("test_stock.py", "passed");
});
await step("the report opens", async () => {
  await window.command("Winnow: Report");
  await (await window.webview()).waitForSelector("text=What Winnow did for you");
  await picture("report");
});
await step("a screen reader finds its way in the report: a landmark, headings, and pictures in words", async () => {
  await window.hears("main", "");
  await window.hears("heading", "What Winnow did for you");
  const report = await window.heard();
  const pictures = report.slice(report.findIndex(({ role }) => role === "main")).filter(({ role }) => role === "image");
  if (pictures.length === 0 || pictures.some(({ name }) => name === "")) {
    throw new Error(`pictures without words: ${JSON.stringify(pictures)}`);
  }
});
await step("the keyboard alone opens the menu, whose lines have names, and leaves it", async () => {
  await window.command("Winnow: Menu");
  await window.hears("option", "Why was nothing shown?");
  await picture("menu");
  await window.press("Escape");
});
await step("why there was silence stands in a page of its own", async () => {
  await window.command("Winnow: Why Was Nothing Shown?");
  await window.line("Shown");
  await window.hears("textbox", "Winnow: why");
  await picture("why");
});
await step("a pause holds until it is ended", async () => {
  await window.command("Winnow: Pause in This Folder");
  await window.status("paused");
  await window.command("Winnow: Resume");
  await window.noStatus("paused");
});
await step("a key goes to the server's process, and into no setting", async () => {
  await window.command("Winnow: Choose Model");
  await window.offered("Embedded engine");
  await window.choose("Embedded engine");
  await window.command("Winnow: Set API Key");
  await window.page.waitForSelector(".quick-input-widget input[type=password]");
  await window.type("no-real-key");
  await window.press("Enter");
  await until(() => servers().some((each) => environment(each).includes("OPENAI_API_KEY=no-real-key\0")), "the key");
  if (readFileSync(settings, "utf8").includes("no-real-key")) {
    throw new Error("the key stands in the settings");
  }
  await window.status("✓");
});
for (const time of ["once", "twice", "three times"]) {
  await step(`killed ${time}, the server comes back`, async () => {
    const [first] = servers();
    process.kill(Number(first), "SIGKILL");
    await until(() => servers().some((each) => each !== first), "another server");
    await window.open("pricing.py");
    await window.status("✓");
  });
}
await step("a project that is trusted from the start ticks the first step of the walkthrough", async () => {
  await window.command("Reset Welcome Page Walkthrough Progress");
  await window.page.reload();
  await window.ready();
  await window.command("Winnow: Get Started");
  await window.page.waitForSelector('.getting-started-step [aria-label="Open a project that you trust: Completed"]');
});
await window.close();
