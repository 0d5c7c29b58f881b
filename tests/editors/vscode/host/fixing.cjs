// Quick fixes, on a diagnostic and beside a test.
const assert = require("node:assert/strict");
const vscode = require("vscode");
const { failures, file, fixes, open, replace, until } = require("./probe.cjs");

const STOCK = file("shop/stock.py");
const EVERYTHING = `${file("tests/test_stock.py").fsPath}::test_everything_free_can_be_reserved`;

const broken = () => replace(STOCK, "if amount > self.free(name)", "if amount >= self.free(name)");
const mended = () => until(() => failures(STOCK).length === 0, "no diagnostics");

/** The quick fixes at the first diagnostic of a file, once there is one that changes something. */
function offers() {
  return until(async () => {
    const [failure] = failures(STOCK);
    const offered = failure === undefined ? [] : await fixes(STOCK, failure);
    return offered.some(({ edit }) => edit !== undefined) && offered;
  }, "a fix");
}

/** The tab that shows a file beside what it may become. */
function preview() {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.find(({ input }) => input instanceof vscode.TabInputTextDiff && input.original.fsPath === STOCK.fsPath);
}

module.exports = {
  async "on a failing test's diagnostic stand its fix, a hint instead, and an explanation"() {
    await open(STOCK);
    await broken();
    const titles = (await offers()).map(({ title }) => title);
    assert.match(titles[0], /^Fix: /u);
    assert.ok(titles.some((title) => title.startsWith("Hint instead")), titles.join("; "));
    assert.ok(titles.some((title) => title.startsWith("Explain")), titles.join("; "));
  },
  async "the fix is the preferred one, an edit that the editor can preview, and makes them go"() {
    const [fix] = await offers();
    assert.ok(fix.isPreferred);
    assert.equal(fix.kind.value, "quickfix");
    assert.deepEqual(fix.edit.entries().map(([uri]) => uri.fsPath), [STOCK.fsPath]);
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    await mended();
  },
  async "an explanation and a hint open as pages"() {
    await broken();
    for (const verb of ["Explain", "Hint instead"]) {
      const { command } = (await offers()).find(({ title }) => title.startsWith(verb));
      await vscode.commands.executeCommand(command.command, ...command.arguments);
      const page = await until(() => {
        const shown = vscode.window.visibleTextEditors.map(({ document }) => document);
        return shown.find(({ uri }) => uri.scheme === "winnow" && uri.path.includes(command.command.split(".")[1]));
      }, verb);
      assert.match(page.getText(), /\w+/u);
    }
  },
  async "Fix beside a test shows what it would change, and changes it once it is chosen"() {
    const fixing = vscode.commands.executeCommand("winnow.fixTest", { id: EVERYTHING });
    await until(preview, "a preview");
    assert.ok((await vscode.workspace.openTextDocument(STOCK)).getText().includes(">= self.free"));
    await until(async () => {
      await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
      return preview() === undefined;
    }, "the end of the preview");
    await fixing;
    await mended();
  },
};
