// Stands in for the Python extension: the part of its API that Winnow uses, and a way to choose an interpreter.
const vscode = require("vscode");

const changes = new vscode.EventEmitter();
const UNKNOWN = "python"; // what it says while it has found none
const chosen = new Map();

exports.activate = () => ({
  environments: { getActiveEnvironmentPath: (uri) => ({ path: chosen.get(`${uri}`) ?? chosen.get("") ?? UNKNOWN }), onDidChangeActiveEnvironmentPath: changes.event },
  /** Choose an interpreter for a folder, or for all of which none was chosen. */
  choose(path, folder = "") {
    chosen.set(`${folder}`, path);
    changes.fire({ path });
  },
});
