// What the packaged extension does, asked of VS Code's own API in its extension host. A file here is a subject; it
// exports its tests, a sentence each. They are played in order, and one may go on where the one before it ended.
const vscode = require("vscode");
const { until } = require("./probe.cjs");

const IN_ONE_FOLDER = ["activation", "testing", "fixing", "evidence", "commands", "settings", "notebook", "question"];
const IN_TWO_FOLDERS = ["folders"];

exports.run = async () => {
  await until(() => vscode.workspace.workspaceFolders?.length, "the folders of the workspace"); // a file names several
  const subjects = vscode.workspace.workspaceFile === undefined ? IN_ONE_FOLDER : IN_TWO_FOLDERS;
  for (const subject of subjects) {
    for (const [name, test] of Object.entries(require(`./${subject}.cjs`))) {
      const said = await test().catch((error) => {
        throw new Error(`${subject}: ${name}: ${error.stack}`);
      });
      console.log(`winnow: ${subject}: ${name}${said ? `: ${said}` : ""}`);
    }
  }
};
