// A folder behind a symbolic link: everything is named as it was opened.
const assert = require("node:assert/strict");
const vscode = require("vscode");
const { failures, file, open, page, replace, run, until } = require("./probe.cjs");

const STOCK = file("shop/stock.py");
const TESTS = file("tests/test_stock.py");
const EVERYTHING = "test_everything_free_can_be_reserved";

let known;

module.exports = {
  async "the Testing view names its files from the folder on that is open"() {
    await open(STOCK);
    await until(async () => (await vscode.commands.executeCommand("vscode.testing.getTestsInFile", TESTS)).length >= 7, "tests");
    await run();
    [{ children: known }] = vscode.tests.testResults[0].results;
    const files = known.map(({ label, uri }) => [label, uri.fsPath]);
    const named = ["tests/test_pricing.py", "tests/test_stock.py"].map((name) => [name, file(name).fsPath]);
    assert.deepEqual(files.sort(), named);
  },
  async "an explanation does, too"() {
    const { id } = known.flatMap(({ children }) => children).find((test) => test.id.endsWith(`::${EVERYTHING}`));
    await replace(STOCK, "if amount > self.free(name)", "if amount >= self.free(name)");
    await until(() => failures(TESTS).some(({ message }) => message.includes(EVERYTHING)), "its failure");
    await vscode.commands.executeCommand("winnow.explainTest", { id });
    assert.match(await page("explain"), /^ *tests\/test_stock\.py:\d+ in /mu);
  },
};
