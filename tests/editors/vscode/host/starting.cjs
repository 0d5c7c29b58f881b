// A server that was named wrongly.
const vscode = require("vscode");
const { state, until } = require("./probe.cjs");

const answers = async () => (await vscode.commands.getCommands(true)).includes("winnow.state");
const name = (command) =>
  vscode.workspace.getConfiguration("winnow.server").update("command", command, vscode.ConfigurationTarget.Global);

module.exports = {
  async "a command that never answers is let go as soon as it is corrected"() {
    await name(["python3"]);
    await until(async () => !(await answers()), "the end of the server that ran");
    await name(undefined);
    await until(async () => (await answers()) && state(), "the server that answers");
  },
};
