/** Where the server comes from: a command that was set, the workspace's interpreter, or an environment of our own. */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";

const run = promisify(execFile);
const NEEDED = [3, 11] as const;
/** Nothing of the workspace, in which it is started, is imported in place of the server's own modules. */
const APART = "-P";
const HAS_SERVER = [APART, "-c", "import winnow"];
const CANDIDATES = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"];

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
  if (interpreter !== undefined && (await succeeds(interpreter, HAS_SERVER))) {
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

function interpreterIn(environment: string): string {
  return process.platform === "win32"
    ? path.join(environment, "Scripts", "python.exe")
    : path.join(environment, "bin", "python");
}

/** An environment below the extension's storage, made from the wheel that the extension carries. */
async function ownInterpreter(context: vscode.ExtensionContext): Promise<string> {
  const wheels = path.join(context.extensionPath, "out");
  const wheel = (await readdir(wheels)).find((name) => name.endsWith(".whl"));
  if (wheel === undefined) {
    throw new Error("no server was found: install winnow-ls and set winnow.server.command to its `winnow serve`.");
  }
  const environment = path.join(context.globalStorageUri.fsPath, wheel.replace(/\.whl$/u, ""));
  const interpreter = interpreterIn(environment);
  if (await succeeds(interpreter, HAS_SERVER)) {
    return interpreter;
  }
  const progress = { location: vscode.ProgressLocation.Notification, title: "Winnow" };
  await vscode.window.withProgress(progress, async (report) => {
    report.report({ message: "making the server's environment, once…" });
    await rm(environment, { recursive: true, force: true });
    await run(await newPython(), ["-m", "venv", environment]);
    report.report({ message: "installing the server…" });
    await run(interpreter, ["-m", "pip", "install", "--quiet", path.join(wheels, wheel)]);
  });
  return interpreter;
}

async function newPython(): Promise<string> {
  const test = `import sys; sys.exit(sys.version_info < (${NEEDED.join(", ")}))`;
  for (const candidate of CANDIDATES) {
    if (await succeeds(candidate, ["-c", test])) {
      return candidate;
    }
  }
  throw new Error(`Python ${NEEDED.join(".")} or newer is needed for the server: install it, or set winnow.server.command.`);
}

async function succeeds(command: string, args: string[]): Promise<boolean> {
  try {
    await run(command, args, { timeout: 30_000 });
    return true;
  } catch {
    return false;
  }
}
