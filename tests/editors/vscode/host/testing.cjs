// The Testing view, through its controller.
const assert = require("node:assert/strict");
const vscode = require("vscode");
const { failures, file, open, replace, run, until } = require("./probe.cjs");

const PRICING = file("shop/pricing.py");
const TESTS = file("tests/test_pricing.py");
const DISCOUNT = `winnow > ${TESTS.fsPath} > ${TESTS.fsPath}::test_a_discount_is_taken_off`;

const red = (stands) => [...stands].filter(([, { state }]) => state !== "passed").map(([name]) => name);

module.exports = {
  async "its tests are items of its controller, in the file that they stand in"() {
    await open(PRICING);
    const known = await until(async () => {
      const found = await vscode.commands.executeCommand("vscode.testing.getTestsInFile", TESTS);
      return found.length >= 7 && found.map((names) => names.join(" > "));
    }, "the items of a file of tests");
    assert.deepEqual(await vscode.commands.executeCommand("vscode.testing.getControllersWithTests"), ["winnow"]);
    assert.ok(known.includes(DISCOUNT), known.join("; "));
  },
  async "a run that is asked for runs every test"() {
    const stands = await run();
    assert.equal(stands.size, 13, [...stands.keys()].join("; "));
    assert.deepEqual(red(stands), []);
  },
  async "a code lens says how the tests stand that reach a function"() {
    const lenses = await until(async () => {
      const found = await vscode.commands.executeCommand("vscode.executeCodeLensProvider", PRICING, 20);
      return found.length >= 3 && found;
    }, "code lenses");
    assert.match(lenses[0].command.title, /✓ \d+ tests? · run/u);
  },
  async "a broken edit is a diagnostic at its test and at its line, without a save"() {
    const document = await replace(PRICING, "return total - total", "return total + total");
    const [[there], [here]] = await until(() => {
      const both = [failures(TESTS), failures(PRICING)];
      return both.every((each) => each.length > 0) && both;
    }, "diagnostics");
    assert.ok(document.isDirty);
    assert.match(there.message, /test_a_discount_is_taken_off/u);
    assert.match(document.lineAt(here.range.start.line).text, /def discount/u); // the test itself has a wrong value only
    assert.equal(here.relatedInformation[0].location.uri.fsPath, TESTS.fsPath);
  },
  async "its test is red when it is run, what was expected beside what came"() {
    const stands = await run();
    assert.deepEqual(red(stands), [DISCOUNT]);
    const [{ expectedOutput, actualOutput, location }] = stands.get(DISCOUNT).messages;
    assert.deepEqual([expectedOutput, actualOutput], ["850", "1150"]);
    assert.equal(location.uri.fsPath, TESTS.fsPath);
  },
  async "taking the edit back takes the diagnostics away"() {
    await replace(PRICING, "return total + total", "return total - total"); // a run has saved it, as it does by default
    await until(() => [TESTS, PRICING].every((at) => failures(at).length === 0), "no diagnostics");
  },
  async "where a file does not parse nothing runs, and none is said to pass"() {
    await replace(PRICING, "def discount", "def (discount");
    const stands = await run();
    assert.deepEqual([...stands.values()].filter(({ state }) => state === "passed"), []);
    await replace(PRICING, "def (discount", "def discount");
    await until(async () => (await run()).size > 0 && failures(PRICING).length === 0, "a file that parses");
  },
};
