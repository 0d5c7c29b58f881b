// What can be set, what is refused, and what is no setting at all.
const assert = require("node:assert/strict");
const vscode = require("vscode");
const { extension, file, open, state, until } = require("./probe.cjs");

const WRONG = {
  "winnow.openai.baseUrl": "localhost",
  "winnow.openai.apiKeyVariable": "sk-1234",
  "winnow.openai.prices": ["dear"],
  "winnow.eagerness": "loud",
  "winnow.tests.timeout": -1,
  "winnow.paused": "often",
};

const settings = () => vscode.workspace.getConfiguration("winnow");

/** Whether the server is silent here, and the reason of its latest decision. */
async function paused(language = "python") {
  const { paused: silent, pausedLanguages, pausedFolders } = await state();
  return silent || pausedLanguages.includes(language) || pausedFolders.includes(file("").fsPath);
}

module.exports = {
  async "a setting that is wrong is marked where it is written, and the server goes on with what it had"() {
    const at = file(".vscode/settings.json");
    const lines = Object.entries(WRONG).map(([name, value]) => `  "${name}": ${JSON.stringify(value)}`);
    await vscode.workspace.fs.writeFile(at, Buffer.from(`{\n${lines.join(",\n")}\n}\n`));
    const document = await vscode.workspace.openTextDocument(at);
    await vscode.window.showTextDocument(document);
    const marked = () => vscode.languages.getDiagnostics(at).map(({ range }) => document.lineAt(range.start).text);
    const unmarked = () => Object.keys(WRONG).filter((name) => !marked().some((line) => line.includes(`"${name}"`)));
    await until(() => unmarked().length === 0, "a mark at every wrong setting").catch((error) => {
      throw new Error(`${error.message} at ${unmarked().join(", ")}`);
    });
    const said = vscode.languages.getDiagnostics(at).map(({ message }) => message);
    assert.ok(said.includes("The name of an environment variable; never the key itself."), said.join("; "));
    assert.equal((await state()).eagerness, "balanced");
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    await vscode.workspace.fs.delete(at);
    await until(() => settings().get("eagerness") === "balanced", "the settings without that file");
  },
  async "every setting says what it is for, and none can hold a key"() {
    const properties = Object.entries(extension.packageJSON.contributes.configuration.properties);
    assert.deepEqual(properties.filter(([, { markdownDescription }]) => !markdownDescription), []);
    assert.deepEqual(properties.filter(([name]) => /key$/iu.test(name)), []);
  },
  async "a pause for a language is a setting of the person, and resume ends it"() {
    await open(file("shop/stock.py"));
    await vscode.commands.executeCommand("winnow.showWhy"); // a page of ours is in no language that is paused
    await vscode.commands.executeCommand("winnow.pauseLanguage");
    assert.deepEqual(settings().get("pausedLanguages"), ["python"]);
    await until(() => paused(), "the pause");
    await vscode.commands.executeCommand("winnow.resumeAll");
    assert.deepEqual(settings().get("pausedLanguages"), []);
    await until(async () => !(await paused()), "the end of the pause");
  },
  async "a pause in this folder is no setting, lasts through a restart, and resume ends it"() {
    await vscode.commands.executeCommand("winnow.pauseHere");
    assert.deepEqual([settings().get("paused"), settings().get("pausedFolders")], [false, []]);
    await until(() => paused(), "the pause");
    await vscode.commands.executeCommand("winnow.restart");
    await until(() => paused(), "the pause after the restart");
    await vscode.commands.executeCommand("winnow.resumeAll");
    await until(async () => !(await paused()), "the end of the pause");
  },
  async "a pause everywhere is a setting of the person"() {
    await vscode.commands.executeCommand("winnow.pauseEverywhere");
    assert.equal(settings().inspect("paused").globalValue, true);
    await until(() => paused(), "the pause");
    await vscode.commands.executeCommand("winnow.resumeAll");
    assert.equal(settings().inspect("paused").globalValue, undefined);
  },
};
