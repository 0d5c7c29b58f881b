// What is sent to the server of a folder, and of all of them.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const vscode = require("vscode");
const { Settings } = require("./settings.js");

const folder = (name) => ({ uri: { fsPath: `/work/${name}` } });
const [ONE, TWO] = [folder("one"), folder("two")];
const memory = { get: (_key, otherwise) => otherwise };

/** A window of these folders, with a Python extension that has chosen an interpreter for some. */
function open(folders, chosen, set = {}) {
  let choose;
  const environments = {
    getActiveEnvironmentPath: (uri) => ({ path: chosen[uri.fsPath] ?? "python" }),
    onDidChangeActiveEnvironmentPath(listener) {
      choose = listener;
      return { dispose() {} };
    },
  };
  const getConfiguration = (section, scope) => ({
    get: (_key, otherwise) => (section === undefined ? { tests: { interpreter: set[scope?.fsPath] ?? "" } } : otherwise),
  });
  vscode.does.workspace = { isTrusted: true, workspaceFolders: folders, getConfiguration };
  vscode.does.extensions = { getExtension: () => ({ activate: async () => ({ environments }) }) };
  return (uri, interpreter) => {
    chosen[uri.fsPath] = interpreter;
    choose();
  };
}

const interpreter = (settings, of) => settings.all(of?.uri).tests.interpreter;

test("each folder has the interpreter that is chosen for it, one that came later, too", async () => {
  open([ONE], { "/work/one": "/one/python", "/work/two": "/two/python" });
  const settings = new Settings(memory, () => {});
  await settings.look();
  assert.equal(interpreter(settings), "/one/python");
  vscode.does.workspace.workspaceFolders = [ONE, TWO];
  assert.deepEqual([ONE, TWO].map((each) => interpreter(settings, each)), ["/one/python", "/two/python"]);
  assert.equal(interpreter(settings), ""); // of all of them there is none
});

test("a setting comes before it, that of one folder in this folder alone", async () => {
  open([ONE, TWO], { "/work/one": "/one/python", "/work/two": "/two/python" }, { "/work/one": "/set/python" });
  const settings = new Settings(memory, () => {});
  await settings.look();
  assert.deepEqual([ONE, TWO].map((each) => interpreter(settings, each)), ["/set/python", "/two/python"]);
});

test("it is told when another one is chosen for any folder, and only then", async () => {
  const choose = open([ONE, TWO], { "/work/one": "/one/python" });
  let told = 0;
  const settings = new Settings(memory, () => {
    told += 1;
  });
  await settings.look();
  choose(ONE.uri, "/one/python");
  assert.equal(told, 0);
  choose(TWO.uri, "/two/python");
  assert.equal(told, 1);
});
