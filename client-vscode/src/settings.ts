/** The settings as the server knows them: the editor's own, with the window's trust, and where it was paused. */

import * as vscode from "vscode";
import { chosenInterpreter, environments, type PythonEnvironments } from "./environment";
import { SELECTOR } from "./protocol";

const PAUSED_HERE = "winnow.pausedHere";

export class Settings implements vscode.Disposable {
  /** Whose interpreter runs the tests of a folder, where no setting names another. */
  private python: PythonEnvironments | undefined;
  private following: vscode.Disposable | undefined;
  /** What was chosen there when it was last looked at. */
  private chosen = "";

  /** `changed` is called when what is sent is another than before, though no setting was changed. */
  constructor(
    private readonly memory: vscode.Memento,
    private readonly changed: () => void,
  ) {}

  /** Learn from now on which interpreters are chosen in another extension, once the workspace is trusted. */
  async look(): Promise<void> {
    this.python ??= await environments();
    this.following ??= this.python?.onDidChangeActiveEnvironmentPath(() => {
      if (this.isNews()) {
        this.changed();
      }
    });
    this.isNews();
  }

  dispose(): void {
    this.following?.dispose();
  }

  /** What is sent to the server, of a folder or of all: whether to trust is no setting, but the window's own state. */
  all(folder = onlyFolder()): Record<string, unknown> {
    const known = { ...vscode.workspace.getConfiguration(undefined, folder).get<Record<string, unknown>>("winnow", {}) };
    delete known.server;
    const tests = { ...(known.tests as Record<string, unknown> | undefined) };
    const interpreter = folder && chosenInterpreter(this.python, folder);
    if (interpreter !== undefined && !tests.interpreter) {
      known.tests = { ...tests, interpreter };
    }
    const pausedFolders = [...new Set([...winnow().get<string[]>("pausedFolders", []), ...this.pausedHere])];
    return { ...known, pausedFolders, trusted: vscode.workspace.isTrusted };
  }

  async pauseFolder(folder: string): Promise<void> {
    await this.memory.update(PAUSED_HERE, [...new Set([...this.pausedHere, folder])]);
  }

  async pauseLanguage(language: string): Promise<void> {
    const paused = winnow().get<string[]>("pausedLanguages", []);
    await winnow().update("pausedLanguages", [...new Set([...paused, language])], vscode.ConfigurationTarget.Global);
  }

  async pauseEverywhere(): Promise<void> {
    await winnow().update("paused", true, vscode.ConfigurationTarget.Global);
  }

  /** End every pause, wherever it was set. */
  async resume(): Promise<void> {
    await this.memory.update(PAUSED_HERE, undefined);
    for (const key of ["paused", "pausedLanguages", "pausedFolders"]) {
      const set = winnow().inspect(key);
      if (set?.workspaceValue !== undefined) {
        await winnow().update(key, undefined, vscode.ConfigurationTarget.Workspace);
      }
      if (set?.globalValue !== undefined) {
        await winnow().update(key, undefined, vscode.ConfigurationTarget.Global);
      }
    }
  }

  /** Whether another interpreter is chosen for some folder: the other extension speaks up more often than that. */
  private isNews(): boolean {
    const before = this.chosen;
    this.chosen = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => chosenInterpreter(this.python, uri)).join("\n");
    return this.chosen !== before;
  }

  /** Folders that were paused by the menu, in this workspace. */
  private get pausedHere(): string[] {
    return this.memory.get<string[]>(PAUSED_HERE, []);
  }
}

/** The language of the file that is open; Python, where that is a page of ours, or nothing that we suggest in. */
export function language(): string {
  const document = vscode.window.activeTextEditor?.document;
  const [usual] = SELECTOR;
  return document && vscode.languages.match(SELECTOR, document) ? document.languageId : usual.language;
}

/** Set something for every window of this person. */
export async function choose(key: string, value: string | undefined): Promise<void> {
  await winnow().update(key, value, vscode.ConfigurationTarget.Global);
}

/** The folder whose settings are those of the window. */
function onlyFolder(): vscode.Uri | undefined {
  const [only, ...others] = vscode.workspace.workspaceFolders ?? [];
  return others.length === 0 ? only?.uri : undefined;
}

function winnow(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration("winnow");
}
