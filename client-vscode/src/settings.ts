/** The settings as the server knows them: the editor's own, with the window's trust, and where it was paused. */

import * as vscode from "vscode";
import { chosenInterpreter, followInterpreter } from "./environment";
import { SELECTOR } from "./protocol";

const PAUSED_HERE = "winnow.pausedHere";

export class Settings implements vscode.Disposable {
  /** For the tests, where no setting names another. */
  private interpreter: string | undefined;
  private following: vscode.Disposable | undefined;

  /** `changed` is called when what is sent is another than before, though no setting was changed. */
  constructor(
    private readonly memory: vscode.Memento,
    private readonly changed: () => void,
  ) {}

  /** Look which interpreter was chosen in another extension, and whenever another one is. */
  async look(): Promise<void> {
    this.following ??= await followInterpreter(() => void this.lookAgain());
    this.interpreter = await chosenInterpreter();
  }

  dispose(): void {
    this.following?.dispose();
  }

  /** What is sent to the server: whether to trust is no setting of ours, but the window's own state. */
  all(): Record<string, unknown> {
    const known = { ...configuration().get<Record<string, unknown>>("winnow", {}) };
    delete known.server;
    const tests = { ...(known.tests as Record<string, unknown> | undefined) };
    if (this.interpreter !== undefined && !tests.interpreter) {
      known.tests = { ...tests, interpreter: this.interpreter };
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

  private async lookAgain(): Promise<void> {
    const before = this.interpreter;
    await this.look();
    if (this.interpreter !== before) {
      this.changed();
    }
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

function configuration(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration();
}

function winnow(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration("winnow");
}
