// The interpreter that is chosen in the Python extension, for which another one stands in here.
const vscode = require("vscode");
const { file, open, page, until } = require("./probe.cjs");

const MISSING = "no-such-python";

const settings = () => vscode.workspace.getConfiguration("winnow.tests");
const python = () => vscode.extensions.getExtension("ms-python.python").exports;

/** Wait until the doctor says something of the tests' interpreter. */
function doctor(says) {
  return until(async () => {
    await vscode.commands.executeCommand("winnow.showDoctor");
    return (await page("doctor")).includes(says);
  }, `“${says}” in the doctor's page`);
}

module.exports = {
  async "another one runs the tests from then on, without a restart, and a setting comes before it"() {
    await open(file("shop/stock.py"));
    const set = settings().get("interpreter");
    python().choose(file(MISSING).fsPath);
    await doctor(`(${set})`);
    await settings().update("interpreter", "", vscode.ConfigurationTarget.Global);
    await doctor(MISSING);
    python().choose(set);
    await doctor(`(${set})`);
    await settings().update("interpreter", set, vscode.ConfigurationTarget.Global);
  },
};
