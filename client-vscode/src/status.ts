/** The status bar: who is asked, how the tests stand, why there is silence. */

import { isAbsolute, relative, sep } from "node:path";
import * as vscode from "vscode";
import type { State } from "./protocol";
import { language } from "./settings";

const LONGEST = 48;

export class Status implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("winnow", vscode.StatusBarAlignment.Right, 90);
  private readonly following: vscode.Disposable;
  state: State | undefined;

  constructor() {
    this.item.name = "Winnow";
    this.item.command = "winnow.menu";
    this.following = vscode.window.onDidChangeActiveTextEditor(() => {
      if (this.state) {
        this.receive(this.state);
      }
    });
    this.starting();
    this.item.show();
  }

  starting(): void {
    this.state = undefined;
    this.draw("$(loading~spin) Winnow", ["Winnow is starting"], false);
  }

  /** The server does not run; `reason` says what to do. */
  failed(reason: string): void {
    this.state = undefined;
    this.draw("$(error) Winnow", [reason], true);
  }

  receive(state: State): void {
    this.state = state;
    const embedded = state.provider === "embedded";
    const asked = [state.provider, state.model, state.endpoint].filter(Boolean).join(" · ");
    const lines = [embedded ? "Winnow: the embedded engine, offline" : `Winnow: ${asked}`];
    if (state.text) {
      lines.push(state.text);
    }
    if (state.quiet) {
      lines.push(`Quiet: ${state.quiet}`);
    }
    if (paused(state)) {
      lines.push("Paused: the menu has “Resume”");
    }
    if (!state.trusted) {
      lines.push("This window is restricted: nothing of the workspace runs");
    }
    const says = headline(state);
    const who = embedded ? "Winnow" : `Winnow ${state.model || state.provider}`;
    this.draw(`${icon(state)} ${who}${says ? `: ${says}` : ""}`, lines, false);
  }

  dispose(): void {
    this.following.dispose();
    this.item.dispose();
  }

  private draw(text: string, lines: string[], warning: boolean): void {
    const tooltip = new vscode.MarkdownString();
    for (const line of lines) {
      tooltip.appendText(line).appendMarkdown("\n\n");
    }
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: spoken(lines), role: "button" };
    this.item.backgroundColor = warning ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
  }
}

/** What a screen reader says: it may leave out a mark, or read it as a check or a ballot. */
function spoken(lines: string[]): string {
  return lines.map((line) => line.replace(/^✓/u, "Passing:").replace(/^✗/u, "Failing:")).join(". ");
}

function headline(state: State): string {
  if (paused(state)) {
    return "paused";
  }
  const says = state.trusted ? state.text : "restricted";
  return says.length > LONGEST ? `${says.slice(0, LONGEST - 1)}…` : says;
}

function icon(state: State): string {
  if (paused(state)) {
    return "$(debug-pause)";
  }
  return state.trusted ? "$(filter)" : "$(workspace-untrusted)";
}

/** Whether nothing is suggested by itself in the file that is open. */
function paused(state: State): boolean {
  const document = vscode.window.activeTextEditor?.document;
  const speechless = (state.pausedLanguages ?? []).includes(language());
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const places = document?.uri.scheme === "file" ? [document.uri.fsPath] : folders; // a page of ours lies nowhere
  const silent = (place: string): boolean => (state.pausedFolders ?? []).some((folder) => isWithin(place, folder));
  return state.paused || speechless || (places.length > 0 && places.every(silent));
}

function isWithin(file: string, folder: string): boolean {
  const way = relative(folder, file);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
