/** Where the server comes from: a command that was set, the workspace's interpreter, or an environment of our own. */

import { existsSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { APART, hasServer, interpreterIn, ownInterpreter } from "./venv";

export interface ServerCommand {
  command: string;
  args: string[];
}

/** Find the server, or make it. Throws an error that says what to do. */
export async function findServer(context: vscode.ExtensionContext): Promise<ServerCommand> {
  const [command, ...args] = vscode.workspace.getConfiguration("winnow.server").get<string[]>("command", []);
  if (command !== undefined) {
    return { command, args };
  }
  // The workspace's interpreter is the workspace's code: it is not started before the person trusts it.
  const interpreter = vscode.workspace.isTrusted ? await workspaceInterpreter() : undefined;
  if (interpreter !== undefined && (await hasServer(interpreter))) {
    return serving(interpreter);
  }
  return serving(await ownInterpreter(context));
}

function serving(interpreter: string): ServerCommand {
  return { command: interpreter, args: [APART, "-m", "winnow", "serve"] };
}

interface PythonEnvironments {
  getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
  onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
}

/** What the Python extension knows; nothing where it is not installed, and in a workspace that is not trusted. */
async function environments(): Promise<PythonEnvironments | undefined> {
  const python = vscode.extensions.getExtension<{ environments: PythonEnvironments }>("ms-python.python");
  return vscode.workspace.isTrusted ? (await python?.activate())?.environments : undefined;
}

/** The interpreter that the Python extension has chosen for the tests of a trusted workspace; one folder has one. */
export async function chosenInterpreter(): Promise<string | undefined> {
  const [folder, ...others] = vscode.workspace.workspaceFolders ?? [];
  const chosen = folder && others.length === 0 && (await environments())?.getActiveEnvironmentPath(folder.uri).path;
  return chosen && path.isAbsolute(chosen) ? chosen : undefined;
}

/** Hear whenever the person chooses another one there. */
export async function followInterpreter(changed: () => void): Promise<vscode.Disposable | undefined> {
  return (await environments())?.onDidChangeActiveEnvironmentPath(changed);
}

/** The interpreter that the Python extension has chosen, else the virtual environment of the first folder. */
async function workspaceInterpreter(): Promise<string | undefined> {
  const chosen = await chosenInterpreter();
  if (chosen !== undefined) {
    return chosen;
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return [".venv", "venv"].map((name) => interpreterIn(path.join(folder?.fsPath ?? "", name))).find(existsSync);
}
