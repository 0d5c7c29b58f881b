// Stands in for the Python extension: the part of its API that Winnow uses, and a way to choose an interpreter.
const vscode = require("vscode");

const changes = new vscode.EventEmitter();
let path = "python"; // what it says while it has found none

exports.activate = () => ({
  environments: { getActiveEnvironmentPath: () => ({ path }), onDidChangeActiveEnvironmentPath: changes.event },
  choose(chosen) {
    path = chosen;
    changes.fire({ path });
  },
});
