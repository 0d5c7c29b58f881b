// How the extension begins.
const assert = require("node:assert/strict");
const vscode = require("vscode");
const { extension, state, until } = require("./probe.cjs");

const AIM_MS = 100;
/** What a machine keeps that has much else to do. */
const BOUND_MS = 5_000;

module.exports = {
  async "it rests until a Python file is open, and is activated quickly"() {
    assert.equal(extension.isActive, false);
    const began = performance.now();
    await extension.activate();
    const took = Math.round(performance.now() - began);
    assert.ok(took < BOUND_MS, `${took} ms`);
    return `${took} ms (the aim: ${AIM_MS} ms)`;
  },
  async "every command that it offers is there"() {
    const known = new Set(await vscode.commands.getCommands(true));
    const offered = extension.packageJSON.contributes.commands.map(({ command }) => command);
    assert.deepEqual(offered.filter((command) => !known.has(command)), []);
  },
  async "the server that it started answers"() {
    const { provider } = await until(async () => {
      const known = await vscode.commands.getCommands(true);
      return known.includes("winnow.state") && state();
    }, "the server");
    assert.equal(provider, "embedded");
  },
};
