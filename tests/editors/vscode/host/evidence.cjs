// What speaks for a suggestion, where the cursor stands.
const assert = require("node:assert/strict");
const vscode = require("vscode");
const { file, open, revert, type, until } = require("./probe.cjs");

const STOCK = file("shop/stock.py");

/** What Winnow's hover says at the cursor. */
async function hover(editor) {
  const cursor = editor.selection.active;
  const found = await vscode.commands.executeCommand("vscode.executeHoverProvider", STOCK, cursor);
  const said = found.flatMap(({ contents }) => contents.map(({ value }) => value));
  return said.find((text) => text.includes("**Winnow**"));
}

module.exports = {
  async "a hover on ghost text says what its tests said, with links that the keyboard reaches"() {
    const editor = await open(STOCK, '"""Take a promise back."""');
    await type(`\n${" ".repeat(8)}if amount <= 0:\n${" ".repeat(12)}`);
    const says = await until(async () => {
      await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger"); // also where it is unlikely
      const text = await hover(editor);
      return text?.includes("passed") && text; // while the tests are collected it says so
    }, "a hover");
    assert.match(says.replaceAll("&nbsp;", " "), /\d+ tests? passed/u);
    for (const link of ["Accept Line", "Dismiss", "Why"]) {
      assert.ok(says.includes(`[${link}](command:`), says);
    }
  },
  async "accepted, it is text, and the hover is gone"() {
    await vscode.commands.executeCommand("editor.action.inlineSuggest.commit");
    const editor = vscode.window.activeTextEditor;
    await until(() => editor.document.lineAt(editor.selection.active).text.includes("raise ValueError"), "the text");
    assert.equal(await hover(editor), undefined);
    await revert(STOCK);
  },
};
