// What the packaged extension does, asked of VS Code's own API in its extension host. A file here is a subject; it
// exports its tests, a sentence each. They are played in order, and one may go on where the one before it ended.
const { basename } = require("node:path").posix;
const vscode = require("vscode");
const { until } = require("./probe.cjs");

const BY_WORKSPACE = {
  bare: ["activation"],
  project: ["project", "testing", "fixing", "evidence", "commands", "settings", "interpreter", "notebook", "question", "starting"],
  two: ["folders"],
  linked: ["linked"],
};

exports.run = async () => {
  await until(() => vscode.workspace.workspaceFolders?.length, "the folders of the workspace"); // a file names several
  const { workspaceFile, workspaceFolders } = vscode.workspace;
  const { path } = workspaceFile ?? workspaceFolders[0].uri;
  for (const subject of BY_WORKSPACE[basename(path, ".code-workspace")]) {
    for (const [name, test] of Object.entries(require(`./${subject}.cjs`))) {
      const said = await test().catch((error) => {
        throw new Error(`${subject}: ${name}: ${error.stack}`);
      });
      console.log(`winnow: ${subject}: ${name}${said ? `: ${said}` : ""}`);
    }
  }
};
