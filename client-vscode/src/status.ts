/** The status bar: who is asked, how the tests stand, why there is silence. */

import * as vscode from "vscode";
import type { State } from "./protocol";

export class Status implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("winnow", vscode.StatusBarAlignment.Right, 90);
  state: State | undefined;

  constructor() {
    this.item.name = "Winnow";
    this.item.command = "winnow.menu";
    this.starting();
    this.item.show();
  }

  starting(): void {
    this.draw("$(loading~spin) Winnow", "Winnow is starting.", false);
  }

  /** The server cannot be started; `reason` says what to do. */
  failed(reason: string): void {
    this.draw("$(error) Winnow", reason, true);
  }

  receive(state: State): void {
    this.state = state;
    const who = state.model || state.provider;
    const says = headline(state);
    const lines = [`**Winnow** · ${state.provider}${state.model ? ` · ${state.model}` : ""}`];
    if (state.text) {
      lines.push(state.text);
    }
    if (state.quiet) {
      lines.push(`Quiet: ${state.quiet}`);
    }
    if (!state.trusted) {
      lines.push("This window is restricted: nothing of the workspace runs.");
    }
    this.draw(`${icon(state)} ${who}${says ? `: ${says}` : ""}`, lines.join("\n\n"), false);
  }

  dispose(): void {
    this.item.dispose();
  }

  private draw(text: string, tooltip: string, warning: boolean): void {
    this.item.text = text;
    this.item.tooltip = new vscode.MarkdownString(tooltip, true);
    this.item.accessibilityInformation = { label: `Winnow. ${tooltip.replaceAll("**", "")}` };
    this.item.backgroundColor = warning ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
  }
}

const LONGEST = 48;

function headline(state: State): string {
  if (state.paused) {
    return "paused";
  }
  const says = state.trusted ? state.text : "restricted";
  return says.length > LONGEST ? `${says.slice(0, LONGEST - 1)}…` : says;
}

function icon(state: State): string {
  if (state.paused) {
    return "$(debug-pause)";
  }
  return state.trusted ? "$(filter)" : "$(workspace-untrusted)";
}
