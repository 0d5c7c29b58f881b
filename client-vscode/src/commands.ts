/** What a person can ask for by name; most of it is asked of the server. */

import * as path from "node:path";
import * as vscode from "vscode";
import { testAt, type Place } from "./failing";
import { fixTest } from "./fix";
import { chooseModel } from "./model";
import type { Said } from "./protocol";
import { askForKey } from "./secret";
import type { Server } from "./server";
import { choose, language } from "./settings";

const EAGERNESS = {
  quiet: "Only what is very likely to be taken",
  balanced: "What is likely to be taken",
  eager: "Whatever survives the tests",
} as const;

const WALKTHROUGH = "winnow.winnow#begin";

type Command = (place: Place) => unknown;

export function registerCommands(context: vscode.ExtensionContext, server: Server): void {
  const paused = (pause: () => Promise<void>) => async () => {
    await pause();
    await server.sendSettings();
  };
  const ofTest = (act: (test: string) => Promise<void>) => async (place: Place) => {
    const test = await testAt(place, server.failing);
    if (test !== undefined) {
      await act(test);
    }
  };
  const table: Record<string, Command> = {
    "winnow.menu": () => menu(server),
    "winnow.showWhy": () => show(server, "winnow.why", "why"),
    "winnow.showDoctor": () => show(server, "winnow.doctor", "doctor"),
    "winnow.showReport": () => showReport(server),
    "winnow.showUsage": () => show(server, "winnow.usage", "usage"),
    "winnow.chooseEagerness": chooseEagerness,
    "winnow.chooseModel": chooseModel,
    "winnow.setKey": async () => ((await askForKey(context.secrets)) ? server.restart() : undefined),
    "winnow.pauseHere": paused(() => pauseHere(server)),
    "winnow.pauseLanguage": paused(() => server.settings.pauseLanguage(language())),
    "winnow.pauseEverywhere": paused(() => server.settings.pauseEverywhere()),
    "winnow.resumeAll": paused(() => server.settings.resume()),
    "winnow.dismiss": () => dismiss(server),
    "winnow.runTestsAffected": () => runAffected(server),
    "winnow.fixTest": ofTest((test) => fixTest(server, test)),
    "winnow.hintTest": ofTest((test) => show(server, "winnow.hint", "hint", test)),
    "winnow.explainTest": ofTest((test) => show(server, "winnow.explain", "explain", test)),
    "winnow.restart": () => server.restart(),
    "winnow.showLog": () => {
      server.log.show();
    },
    "winnow.begin": begin,
  };
  for (const [name, act] of Object.entries(table)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, act));
  }
}

async function menu(server: Server): Promise<void> {
  const { state } = server;
  const silent = state !== undefined && (state.paused || [...(state.pausedLanguages ?? []), ...(state.pausedFolders ?? [])].length > 0);
  const failures = [
    entry("lightbulb", "Fix a failing test", "winnow.fixTest"),
    entry("compass", "A hint for a failing test", "winnow.hintTest"),
    entry("info", "Explain a failure", "winnow.explainTest"),
  ];
  const pauses = [
    entry("debug-pause", "Pause in this folder", "winnow.pauseHere", here()?.name),
    entry("debug-pause", "Pause for this language", "winnow.pauseLanguage", language()),
    entry("debug-pause", "Pause everywhere", "winnow.pauseEverywhere"),
  ];
  const picked = await vscode.window.showQuickPick(
    [
      ...(server.failing.length > 0 ? failures : []),
      entry("question", "Why was nothing shown?", "winnow.showWhy"),
      entry("graph", "Report", "winnow.showReport"),
      entry("credit-card", "Usage", "winnow.showUsage"),
      entry("dashboard", "Eagerness", "winnow.chooseEagerness", state?.eagerness),
      entry("server", "Choose model", "winnow.chooseModel", state?.provider === "embedded" ? "embedded" : state?.model),
      entry("key", "Set API key", "winnow.setKey"),
      entry("beaker", "Run affected tests", "winnow.runTestsAffected"),
      ...(silent ? [entry("debug-continue", "Resume", "winnow.resumeAll")] : pauses),
      entry("pulse", "Doctor", "winnow.showDoctor"),
      entry("output", "Log", "winnow.showLog"),
      entry("debug-restart", "Restart server", "winnow.restart"),
      entry("book", "Get started", "winnow.begin"),
    ],
    { title: "Winnow", placeHolder: [state?.text, state?.quiet].filter(Boolean).join(" · ") },
  );
  if (picked) {
    await vscode.commands.executeCommand(picked.command);
  }
}

/** A line of the menu; its icon is no part of what is read aloud. */
function entry(icon: string, label: string, command: string, description = ""): vscode.QuickPickItem & { command: string } {
  return { label, description, iconPath: new vscode.ThemeIcon(icon), command };
}

/** Open the walkthrough. What is done already ticks its step only by a key that changes while it is open. */
async function begin(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openWalkthrough", WALKTHROUGH);
  await vscode.commands.executeCommand("setContext", "winnow.begun", true);
}

async function show(server: Server, command: string, title: string, ...parameters: string[]): Promise<void> {
  const said = await server.ask<Said>(command, ...parameters);
  if (said) {
    await server.pages.show(title, said.text);
  }
}

async function showReport(server: Server): Promise<void> {
  const report = await server.ask<{ path: string }>("winnow.report");
  if (report) {
    await server.pages.showReport(report.path);
  }
}

async function runAffected(server: Server): Promise<void> {
  const said = await server.ask<Said>("winnow.runAffected");
  if (said) {
    void vscode.window.showInformationMessage(`Winnow: ${said.text}`);
  }
}

async function dismiss(server: Server): Promise<void> {
  const dismissed = await server.suggestions.dismiss();
  if (dismissed !== undefined) {
    await server.ask("winnow.dismissed", dismissed);
  }
}

async function chooseEagerness(): Promise<void> {
  const now = vscode.workspace.getConfiguration("winnow").get<string>("eagerness");
  const offered = Object.entries(EAGERNESS).map(([label, says]) => ({
    label,
    description: label === now ? `${says} · as it is now` : says,
  }));
  const picked = await vscode.window.showQuickPick(offered, { title: "How readily may suggestions appear?" });
  if (picked) {
    await choose("eagerness", picked.label);
  }
}

/** Pause in the folder of the file that is open; in one that is chosen, where none is open and there are several. */
async function pauseHere(server: Server): Promise<void> {
  const folder = here() ?? (await vscode.window.showWorkspaceFolderPick({ placeHolder: "Pause Winnow in which folder?" }));
  if (folder) {
    await server.settings.pauseFolder(folder.uri.fsPath);
  }
}

/** The innermost workspace folder of the file that is open; else the only one; without any, where the file lies. */
function here(): Pick<vscode.WorkspaceFolder, "name" | "uri"> | undefined {
  const file = vscode.window.activeTextEditor?.document.uri;
  const [only, ...others] = vscode.workspace.workspaceFolders ?? [];
  if (only === undefined) {
    const uri = file?.scheme === "file" ? vscode.Uri.joinPath(file, "..") : undefined;
    return uri && { name: path.basename(uri.fsPath), uri };
  }
  return (file && vscode.workspace.getWorkspaceFolder(file)) ?? (others.length === 0 ? only : undefined);
}
