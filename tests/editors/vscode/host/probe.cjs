// What the tests here do with the editor, and ask of it.
const assert = require("node:assert/strict");
const path = require("node:path");
const vscode = require("vscode");

/** How long until what a test waits for counts as never coming; no test depends on how soon it does come. */
const PATIENCE_MS = 90_000;
const OFTEN_MS = 50;
/** What the numbers of `TestResultState`, a proposed part of the API, mean. */
const STATES = ["unset", "queued", "running", "passed", "failed", "skipped", "errored"];

const extension = vscode.extensions.getExtension("winnow.winnow");

/** Wait for an answer that is true; the answer. */
async function until(isTrue, what) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    const answer = await isTrue();
    if (answer) {
      return answer;
    }
    await new Promise((resolve) => setTimeout(resolve, OFTEN_MS));
  }
  throw new Error(`${what}: never`);
}

/** A file of a workspace folder, the first unless another is named. */
function file(name, folder = vscode.workspace.workspaceFolders[0]) {
  return vscode.Uri.file(path.join(folder.uri.fsPath, name));
}

/** Open a file in the editor, the cursor behind a text in it. */
async function open(at, text) {
  const editor = await vscode.window.showTextDocument(at);
  const cursor = after(editor.document, text ?? "");
  editor.selection = new vscode.Selection(cursor, cursor);
  return editor;
}

/** Type, as the keyboard does. */
function type(text) {
  return vscode.commands.executeCommand("type", { text });
}

/** Put one text in the place of another, without a save. */
async function replace(at, before, text) {
  const document = await vscode.workspace.openTextDocument(at);
  const end = after(document, before);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(at, new vscode.Range(document.positionAt(document.offsetAt(end) - before.length), end), text);
  assert.ok(await vscode.workspace.applyEdit(edit));
  return document;
}

/** Take back what was not saved. */
async function revert(at) {
  await vscode.window.showTextDocument(at);
  await vscode.commands.executeCommand("workbench.action.files.revert");
}

function after(document, text) {
  const start = document.getText().indexOf(text);
  assert.notEqual(start, -1, `“${text}” in ${document.uri.fsPath}`);
  return document.positionAt(start + text.length);
}

/** What Winnow complains of in a file. */
function failures(at) {
  return vscode.languages.getDiagnostics(at).filter(({ source }) => source === "winnow");
}

/** The quick fixes at a diagnostic. */
function fixes(at, { range }) {
  return vscode.commands.executeCommand("vscode.executeCodeActionProvider", at, range, "quickfix", 20);
}

/** The text of a page of Winnow's own, once it is open. */
async function page(title) {
  const shown = await until(() => {
    const documents = vscode.window.visibleTextEditors.map(({ document }) => document);
    return documents.find(({ uri }) => uri.scheme === "winnow" && uri.path.includes(title));
  }, `the page “${title}”`);
  return shown.getText();
}

/** Run every test as the Testing view does; by the names from its root down, each one's state and messages. */
async function run() {
  const before = vscode.tests.testResults.length;
  await vscode.commands.executeCommand("testing.runAll");
  await until(() => vscode.tests.testResults.length > before, "the results of a run");
  const stands = new Map();
  const walk = (items, above) => {
    for (const { id, children, taskStates } of items) {
      const names = [...above, id];
      const [{ state, messages }] = taskStates;
      if (children.length === 0) {
        stands.set(names.join(" > "), { state: STATES[state], messages });
      }
      walk(children, names);
    }
  };
  walk(vscode.tests.testResults[0].results, []);
  return stands;
}

/** What the server says of itself. */
function state() {
  return vscode.commands.executeCommand("winnow.state");
}

module.exports = { extension, failures, file, fixes, open, page, replace, revert, run, state, type, until };
