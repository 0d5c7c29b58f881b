/** What a person can ask for by name; most of it is asked of the server. */

import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import type { Said } from "./protocol";
import { askForKey } from "./secret";
import type { Server } from "./server";

const EAGERNESS = {
  quiet: "Only what is very likely to be taken",
  balanced: "What is likely to be taken",
  eager: "Whatever survives the tests",
} as const;

type Command = () => Promise<void>;

export function registerCommands(context: vscode.ExtensionContext, server: Server): void {
  const table: Record<string, Command> = {
    "winnow.menu": menu,
    "winnow.showWhy": () => show(server, "winnow.why", "Winnow: why"),
    "winnow.showDoctor": () => show(server, "winnow.doctor", "Winnow: doctor"),
    "winnow.showReport": () => showReport(server),
    "winnow.chooseEagerness": () => chooseEagerness(),
    "winnow.chooseModel": () => chooseModel(),
    "winnow.setKey": async () => {
      if (await askForKey(context.secrets)) {
        await server.restart();
      }
    },
    "winnow.pauseHere": () => server.ask("winnow.pause"),
    "winnow.resumeHere": () => server.ask("winnow.resume"),
    "winnow.runTestsAffected": () => server.ask("winnow.runAffected"),
    "winnow.restart": () => server.restart(),
    "winnow.showLog": () => {
      server.log.show();
      return Promise.resolve();
    },
  };
  for (const [name, act] of Object.entries(table)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, act));
  }

  async function menu(): Promise<void> {
    const paused = server.state?.paused === true;
    const picked = await vscode.window.showQuickPick(
      [
        { label: "$(question) Why was nothing shown?", command: "winnow.showWhy" },
        { label: "$(graph) Report", command: "winnow.showReport" },
        { label: "$(dashboard) Eagerness", description: server.state?.eagerness ?? "", command: "winnow.chooseEagerness" },
        { label: "$(server) Choose model", description: server.state?.model ?? "", command: "winnow.chooseModel" },
        { label: "$(key) Set API key", command: "winnow.setKey" },
        { label: "$(beaker) Run affected tests", command: "winnow.runTestsAffected" },
        paused
          ? { label: "$(debug-continue) Resume", command: "winnow.resumeHere" }
          : { label: "$(debug-pause) Pause", command: "winnow.pauseHere" },
        { label: "$(pulse) Doctor", command: "winnow.showDoctor" },
        { label: "$(output) Log", command: "winnow.showLog" },
        { label: "$(debug-restart) Restart server", command: "winnow.restart" },
      ],
      { title: "Winnow", placeHolder: server.state?.quiet ?? server.state?.text ?? "" },
    );
    if (picked) {
      await vscode.commands.executeCommand(picked.command);
    }
  }
}

/** Show what the server answers as a Markdown preview, or as text where there is none. */
async function show(server: Server, command: string, title: string): Promise<void> {
  const said = await server.ask<Said>(command);
  if (said) {
    const content = `# ${title}\n\n${said.text.replaceAll(/(?<!\n)\n(?!\n)/gu, "  \n")}\n`;
    const document = await vscode.workspace.openTextDocument({ language: "markdown", content });
    await vscode.window.showTextDocument(document, { preview: true, viewColumn: vscode.ViewColumn.Beside });
  }
}

/** The report is one page that needs nothing from elsewhere: no scripts run, nothing is fetched. */
async function showReport(server: Server): Promise<void> {
  const report = await server.ask<{ path: string }>("winnow.report");
  if (report) {
    const panel = vscode.window.createWebviewPanel("winnow.report", "Winnow: report", vscode.ViewColumn.Active, {
      enableScripts: false,
      localResourceRoots: [],
    });
    panel.webview.html = await readFile(report.path, "utf8");
  }
}

async function chooseEagerness(): Promise<void> {
  const offered = Object.entries(EAGERNESS).map(([label, description]) => ({ label, description }));
  const picked = await vscode.window.showQuickPick(offered, { title: "How readily may suggestions appear?" });
  if (picked) {
    await set("eagerness", picked.label);
  }
}

async function chooseModel(): Promise<void> {
  const settings = vscode.workspace.getConfiguration("winnow.openai");
  const address = await vscode.window.showInputBox({
    title: "The endpoint (1 of 2)",
    prompt: "An OpenAI-compatible address, such as http://127.0.0.1:11434/v1. Empty: OPENAI_BASE_URL, else OpenAI.",
    value: settings.get("baseUrl", ""),
  });
  if (address === undefined) {
    return;
  }
  const model = await vscode.window.showInputBox({
    title: "The model (2 of 2)",
    prompt: "Its name at the endpoint, such as qwen2.5-coder:7b. Empty: the endpoint's first.",
    value: settings.get("model", ""),
  });
  if (model !== undefined) {
    await set("openai.baseUrl", address);
    await set("openai.model", model);
  }
}

async function set(key: string, value: string): Promise<void> {
  await vscode.workspace.getConfiguration("winnow").update(key, value, vscode.ConfigurationTarget.Global);
}
