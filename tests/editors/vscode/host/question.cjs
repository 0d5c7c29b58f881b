// Where fixes pass every test and differ, the person is asked what the code should do.
const assert = require("node:assert/strict");
const vscode = require("vscode");
const { failures, file, open, until } = require("./probe.cjs");

const NEAR = file("shop/near.py");
const TESTS = file("tests/test_near.py");
const SOURCES = [
  [NEAR, "def near(n):\n    return n > 3\n"],
  [
    TESTS,
    "from shop.near import near\n\n\ndef test_three():\n    assert near(3)\n\n\ndef test_nine():\n    assert near(9)\n",
  ],
];

/** What the editor holds of a file; nothing where it has not opened it. */
const text = (at) => vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === at.fsPath)?.getText() ?? "";

/** Press Enter in the list that is open, until what it brings is there. */
function answer(isThere, what) {
  return until(async () => {
    await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
    return isThere();
  }, what);
}

module.exports = {
  async "the first answer of its list picks the fix, and is kept as a test in a file that is closed"() {
    for (const [at, source] of SOURCES) {
      await vscode.workspace.fs.writeFile(at, Buffer.from(source));
    }
    await open(NEAR);
    await until(() => failures(TESTS).length > 0, "a failing test");
    const fixing = vscode.commands.executeCommand("winnow.fixTest", { id: `${TESTS.fsPath}::test_three` });
    await answer(() => text(NEAR) !== SOURCES[0][1], "the fix");
    await answer(() => text(TESTS).includes("def test_near_as_answered():"), "the test that is kept");
    await fixing;
    assert.match(text(TESTS), /assert near\(\S+\) == (True|False)\n$/u);
    await until(() => failures(TESTS).length === 0, "no failing test");
  },
};
