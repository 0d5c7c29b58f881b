/** The server's own virtual environment, made once for all windows from the wheel that the extension carries. */

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";

const run = promisify(execFile);
const NEEDED = [3, 11] as const;
const CANDIDATES = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"];
const LOOK_MS = 30_000;
const MAKE_MS = 600_000;
/** What stands in the name of one that is being made; one that is older was left by a window that ended meanwhile. */
const MAKING = ".making-";

/** Nothing of the workspace, in which it is started, is imported in place of the server's own modules. */
export const APART = "-P";

/** Made once in a window, however often the server is started meanwhile. */
let making: Promise<string> | undefined;

/** The interpreter of the server's own environment, which is made where it is missing. Throws what says what to do. */
export async function ownInterpreter(context: vscode.ExtensionContext): Promise<string> {
  const wheels = path.join(context.extensionPath, "out");
  const wheel = (await readdir(wheels)).find((name) => name.endsWith(".whl"));
  if (wheel === undefined) {
    throw new Error("no server was found: install winnow-ls and set winnow.server.command to its `winnow serve`.");
  }
  const environment = path.join(context.globalStorageUri.fsPath, wheel.replace(/\.whl$/u, ""));
  if (await hasServer(interpreterIn(environment))) {
    return interpreterIn(environment);
  }
  making ??= make(environment, path.join(wheels, wheel)).finally(() => {
    making = undefined;
  });
  return making;
}

export function interpreterIn(environment: string): string {
  return process.platform === "win32"
    ? path.join(environment, "Scripts", "python.exe")
    : path.join(environment, "bin", "python");
}

export function hasServer(interpreter: string): Promise<boolean> {
  return succeeds(interpreter, [APART, "-c", "import winnow"]);
}

/** Make an environment beside its place, so that a window that does the same is not disturbed, and put it there whole. */
async function make(environment: string, wheel: string): Promise<string> {
  await mkdir(path.dirname(environment), { recursive: true });
  await sweep(environment);
  const begun = await mkdtemp(environment + MAKING);
  try {
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: "Winnow", cancellable: true },
      (report, token) => install(begun, wheel, report, token),
    );
    await place(begun, environment);
  } finally {
    await rm(begun, { recursive: true, force: true });
  }
  return interpreterIn(environment);
}

type Report = vscode.Progress<{ message: string }>;

async function install(into: string, wheel: string, report: Report, token: vscode.CancellationToken): Promise<void> {
  const stopping = new AbortController();
  const listening = token.onCancellationRequested(() => {
    stopping.abort();
  });
  const limits = { signal: stopping.signal, timeout: MAKE_MS };
  try {
    report.report({ message: "making the server's environment, once…" });
    await run(await newPython(), ["-m", "venv", into], limits);
    report.report({ message: "installing the server…" });
    await run(interpreterIn(into), ["-m", "pip", "install", "--quiet", wheel], limits);
  } catch (error) {
    throw stopping.signal.aborted || isLate(error) ? new Error(unmade(stopping.signal.aborted)) : error;
  } finally {
    listening.dispose();
  }
}

function unmade(isStopped: boolean): string {
  const why = isStopped ? "was stopped" : `took more than ${MAKE_MS / 60_000} minutes (does pip reach its package index?)`;
  return `making the server's environment ${why}. “Winnow: Restart Server” makes it anew; winnow.server.command names another server.`;
}

/** Whether a program was ended as it took too long. */
function isLate(error: unknown): boolean {
  return (error as { killed?: boolean }).killed === true;
}

/** Put an environment in its place, which only what has no server gives up: another window may have been sooner. */
async function place(begun: string, environment: string): Promise<void> {
  try {
    await rename(begun, environment);
  } catch (error) {
    if (await hasServer(interpreterIn(environment))) {
      return;
    }
    const broken = `${begun}-broken`;
    await rename(environment, broken).catch(() => undefined);
    await rename(begun, environment).catch(() => {
      throw error;
    });
    await rm(broken, { recursive: true, force: true });
  }
}

/** Take away what windows began to make and never finished. */
async function sweep(environment: string): Promise<void> {
  const folder = path.dirname(environment);
  const begun = (await readdir(folder)).filter((name) => name.includes(MAKING)).map((name) => path.join(folder, name));
  for (const each of begun) {
    const since = await stat(each).catch(() => undefined);
    if (since && Date.now() - since.mtimeMs > 2 * MAKE_MS) {
      await rm(each, { recursive: true, force: true });
    }
  }
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
    await run(command, args, { timeout: LOOK_MS });
    return true;
  } catch {
    return false;
  }
}
