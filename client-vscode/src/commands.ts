/** What a person can ask for by name; most of it is asked of the server. */

import * as vscode from "vscode";
import { fixTest } from "./fix";
import { chooseModel } from "./model";
import type { Said } from "./protocol";
import { askForKey } from "./secret";
import type { Server } from "./server";
import { choose } from "./settings";

const EAGERNESS = {
  quiet: "Only what is very likely to be taken",
  balanced: "What is likely to be taken",
  eager: "Whatever survives the tests",
} as const;

const WALKTHROUGH = "winnow.winnow#begin";

/** A menu in the Testing view gives the test, or its message. */
type Place = vscode.TestItem | { test: vscode.TestItem };
type Command = (place: Place) => unknown;

export function registerCommands(context: vscode.ExtensionContext, server: Server): void {
  const paused = (pause: () => Promise<void>) => async () => {
    await pause();
    await server.sendSettings();
  };
  const table: Record<string, Command> = {
    "winnow.menu": () => menu(server),
    "winnow.showWhy": () => show(server, "winnow.why", "why"),
    "winnow.showDoctor": () => show(server, "winnow.doctor", "doctor"),
    "winnow.showReport": () => showReport(server),
    "winnow.chooseEagerness": chooseEagerness,
    "winnow.chooseModel": chooseModel,
    "winnow.setKey": async () => ((await askForKey(context.secrets)) ? server.restart() : undefined),
    "winnow.pauseHere": paused(() => server.settings.pauseHere()),
    "winnow.pauseLanguage": paused(() => server.settings.pauseLanguage(language())),
    "winnow.pauseEverywhere": paused(() => server.settings.pauseEverywhere()),
    "winnow.resumeAll": paused(() => server.settings.resume()),
    "winnow.dismiss": () => dismiss(server),
    "winnow.runTestsAffected": () => runAffected(server),
    "winnow.fixTest": (place) => fixTest(server, testOf(place)),
    "winnow.explainTest": (place) => show(server, "winnow.explain", "explain", testOf(place)),
    "winnow.restart": () => server.restart(),
    "winnow.showLog": () => {
      server.log.show();
    },
    "winnow.begin": async () => vscode.commands.executeCommand("workbench.action.openWalkthrough", WALKTHROUGH),
  };
  for (const [name, act] of Object.entries(table)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, act));
  }
}

async function menu(server: Server): Promise<void> {
  const { state } = server;
  const silent = state !== undefined && (state.paused || (state.pausedLanguages ?? []).length > 0);
  const pauses = [
    { label: "$(debug-pause) Pause in this workspace", command: "winnow.pauseHere" },
    { label: "$(debug-pause) Pause for this language", description: language(), command: "winnow.pauseLanguage" },
    { label: "$(debug-pause) Pause everywhere", command: "winnow.pauseEverywhere" },
  ];
  const picked = await vscode.window.showQuickPick(
    [
      { label: "$(question) Why was nothing shown?", command: "winnow.showWhy" },
      { label: "$(graph) Report", command: "winnow.showReport" },
      { label: "$(dashboard) Eagerness", description: state?.eagerness ?? "", command: "winnow.chooseEagerness" },
      { label: "$(server) Choose model", description: state?.model ?? "", command: "winnow.chooseModel" },
      { label: "$(key) Set API key", command: "winnow.setKey" },
      { label: "$(beaker) Run affected tests", command: "winnow.runTestsAffected" },
      ...(silent ? [{ label: "$(debug-continue) Resume", command: "winnow.resumeAll" }] : pauses),
      { label: "$(pulse) Doctor", command: "winnow.showDoctor" },
      { label: "$(output) Log", command: "winnow.showLog" },
      { label: "$(debug-restart) Restart server", command: "winnow.restart" },
      { label: "$(book) Get started", command: "winnow.begin" },
    ],
    { title: "Winnow", placeHolder: state?.quiet ?? state?.text ?? "" },
  );
  if (picked) {
    await vscode.commands.executeCommand(picked.command);
  }
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
  const offered = Object.entries(EAGERNESS).map(([label, description]) => ({ label, description }));
  const picked = await vscode.window.showQuickPick(offered, { title: "How readily may suggestions appear?" });
  if (picked) {
    await choose("eagerness", picked.label);
  }
}

function language(): string {
  return vscode.window.activeTextEditor?.document.languageId ?? "python";
}

function testOf(place: Place): string {
  return "test" in place ? place.test.id : place.id;
}
