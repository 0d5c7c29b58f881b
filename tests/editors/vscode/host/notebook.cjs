// A notebook's cells are Python too, and are left alone.
const assert = require("node:assert/strict");
const vscode = require("vscode");
const { failures, file, fixes, state, until } = require("./probe.cjs");

const CELLS = ["def double(x):\n    return x + x", "assert double(2) == 5"];

module.exports = {
  async "its cells can be edited, and nothing of them is complained of"() {
    const at = file("cells.ipynb");
    const cells = CELLS.map((source) => ({ cell_type: "code", execution_count: null, metadata: {}, outputs: [], source }));
    const metadata = { language_info: { name: "python" } };
    const text = JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 });
    await vscode.workspace.fs.writeFile(at, Buffer.from(text));
    const notebook = await vscode.workspace.openNotebookDocument(at);
    await vscode.window.showNotebookDocument(notebook);
    const { document } = notebook.cellAt(0);
    assert.equal(document.languageId, "python");
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, document.lineAt(1).range.end, " + 0");
    assert.ok(await vscode.workspace.applyEdit(edit));
    await until(() => document.getText().endsWith("x + x + 0"), "the edit");
    const everywhere = new vscode.Range(0, 0, 1, 0);
    for (const cell of notebook.getCells()) {
      assert.deepEqual(failures(cell.document.uri), []);
      const offered = await fixes(cell.document.uri, { range: everywhere });
      assert.deepEqual(offered.filter(({ command }) => command?.command.startsWith("winnow.")), []);
    }
  },
  async "the server goes on"() {
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    assert.ok((await state()).trusted);
  },
};
