// What a person can ask for by name.
const assert = require("node:assert/strict");
const vscode = require("vscode");
const { file, open, page, state, until } = require("./probe.cjs");

/** Press Enter in the list that a command opens, until it has been heard. */
async function pickFirst(command) {
  let picked = false;
  void vscode.commands.executeCommand(command).then(() => (picked = true));
  await until(async () => {
    await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
    return picked;
  }, command);
}

module.exports = {
  async "why there was silence is a page"() {
    await open(file("shop/stock.py"));
    await vscode.commands.executeCommand("winnow.showWhy");
    assert.match(await page("why"), /Shown/u);
  },
  async "the doctor names the interpreter and the tests"() {
    await vscode.commands.executeCommand("winnow.showDoctor");
    assert.match(await page("doctor"), /13 tests, pytest [\d.]+ on Python/u);
  },
  async "what models took is a page; the embedded engine is none"() {
    await vscode.commands.executeCommand("winnow.showUsage");
    assert.equal((await page("usage")).trim(), "Nothing was asked of a model.");
  },
  async "the report is a page that runs nothing"() {
    await vscode.commands.executeCommand("winnow.showReport");
    const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await until(() => tabs().some(({ input }) => input instanceof vscode.TabInputWebview), "the report");
  },
  async "an eagerness that is chosen from the list is a setting, and the server follows"() {
    const settings = vscode.workspace.getConfiguration("winnow");
    const eagerness = () => vscode.workspace.getConfiguration("winnow").get("eagerness");
    await until(async () => {
      await pickFirst("winnow.chooseEagerness"); // the report may take the focus as it opens, which closes a list
      return eagerness() === "quiet";
    }, "the choice");
    await until(async () => (await state()).eagerness === "quiet", "another eagerness");
    await settings.update("eagerness", undefined, vscode.ConfigurationTarget.Global);
    await until(async () => (await state()).eagerness === "balanced", "the eagerness that it was");
  },
  async "after a restart of the server the tests stand again"() {
    await open(file("shop/stock.py"));
    await vscode.commands.executeCommand("winnow.restart");
    await until(async () => (await state()).text.startsWith("✓ 13 tests"), "13 tests");
  },
};
