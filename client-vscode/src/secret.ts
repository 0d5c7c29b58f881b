/** The API key: in the editor's secret storage, and in the environment of the server's process; nowhere else. */

import * as vscode from "vscode";

const NAME = "winnow.apiKey";

/** The server's environment: ours, with the key under the name that the settings give it. */
export async function environmentWithKey(secrets: vscode.SecretStorage): Promise<NodeJS.ProcessEnv> {
  const key = await secrets.get(NAME);
  const variable = vscode.workspace.getConfiguration("winnow.openai").get("apiKeyVariable", "OPENAI_API_KEY");
  return key === undefined ? process.env : { ...process.env, [variable]: key };
}

/** Ask for the key; an empty one is forgotten. Tells whether it changed. */
export async function askForKey(secrets: vscode.SecretStorage): Promise<boolean> {
  const key = await vscode.window.showInputBox({
    title: "Winnow: API key",
    prompt: "Kept in the editor's secret storage. Empty: forget it.",
    password: true,
    ignoreFocusOut: true,
  });
  if (key === undefined) {
    return false;
  }
  await (key === "" ? secrets.delete(NAME) : secrets.store(NAME, key));
  return true;
}
