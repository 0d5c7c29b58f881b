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

/** The part of the Python extension that tells which interpreter was chosen for a folder. */
export interface PythonEnvironments {
  getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
  onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
}

/** What the Python extension knows; nothing where it is not installed, and in a workspace that is not trusted. */
export async function environments(): Promise<PythonEnvironments | undefined> {
  const python = vscode.extensions.getExtension<{ environments: PythonEnvironments }>("ms-python.python");
  return vscode.workspace.isTrusted ? (await python?.activate())?.environments : undefined;
}

/** The interpreter that is chosen there for a folder. */
export function chosenInterpreter(known: PythonEnvironments | undefined, folder: vscode.Uri): string | undefined {
  const chosen = known?.getActiveEnvironmentPath(folder).path;
  return chosen !== undefined && path.isAbsolute(chosen) ? chosen : undefined;
}

/** The interpreter that the Python extension has chosen for the first folder, else the virtual environment in it. */
async function workspaceInterpreter(): Promise<string | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (folder === undefined) {
    return undefined;
  }
  const own = [".venv", "venv"].map((name) => interpreterIn(path.join(folder.fsPath, name)));
  return chosenInterpreter(await environments(), folder) ?? own.find(existsSync);
}
