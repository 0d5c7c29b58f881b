// A workspace of two folders, whose tests have the same names.
const assert = require("node:assert/strict");
const vscode = require("vscode");
const { failures, file, open, replace, run, state, until } = require("./probe.cjs");

const [ONE, TWO] = vscode.workspace.workspaceFolders;
const TEST = "test_a_discount_is_taken_off";
const tests = (folder) => file("tests/test_pricing.py", folder);
const found = (folder) => vscode.commands.executeCommand("vscode.testing.getTestsInFile", tests(folder));
const named = (folder) => `winnow > ${tests(folder).fsPath} > ${tests(folder).fsPath}::${TEST}`;

module.exports = {
  async "each folder has its own items in the Testing view"() {
    for (const folder of [ONE, TWO]) {
      await open(file("shop/pricing.py", folder));
      await until(async () => (await found(folder)).length >= 7, `the tests of ${folder.name}`);
    }
    for (const folder of [ONE, TWO]) {
      const names = (await found(folder)).map((each) => each.join(" > "));
      assert.ok(names.includes(named(folder)), names.join("; "));
    }
  },
  async "an edit in one of them is red there, and nowhere else"() {
    await replace(file("shop/pricing.py", ONE), "return total - total", "return total + total");
    await until(() => failures(tests(ONE)).length > 0, "a diagnostic");
    const stands = await run();
    assert.deepEqual([named(ONE), named(TWO)].map((name) => stands.get(name)?.state), ["failed", "passed"]);
    assert.deepEqual(failures(tests(TWO)), []);
  },
  async "a pause here is one of the folder whose file is open, and of no other"() {
    await open(file("shop/pricing.py", TWO));
    await vscode.commands.executeCommand("winnow.pauseHere");
    const paused = async () => (await state()).pausedFolders;
    await until(async () => (await paused()).length > 0, "the pause");
    assert.deepEqual(await paused(), [TWO.uri.fsPath]);
    await vscode.commands.executeCommand("winnow.resumeAll");
    await until(async () => (await paused()).length === 0, "the end of the pause");
  },
};
