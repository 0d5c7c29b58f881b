/** "Choose model": where it is served, then which one of those that are there. */

import * as vscode from "vscode";
import { choose } from "./settings";

interface Place extends vscode.QuickPickItem {
  act: () => Promise<void>;
}

const PATIENCE_MS = 3000;

export async function chooseModel(): Promise<void> {
  const places = [
    place("circuit-board", "Embedded engine", "offline, nothing to set up", () => use("embedded")),
    place("cloud", "OpenAI", "with your API key", () => at("https://api.openai.com/v1")),
    place("server", "Ollama", "on this machine", () => at("http://127.0.0.1:11434/v1")),
    place("server-environment", "Another endpoint…", "OpenAI-compatible", elsewhere),
    place("file-binary", "A model file…", "GGUF, served by Winnow", fromFile),
  ];
  const picked = await vscode.window.showQuickPick(places, { title: "Winnow: who is asked?" });
  await picked?.act();
}

function place(icon: string, label: string, description: string, act: () => Promise<void>): Place {
  return { iconPath: new vscode.ThemeIcon(icon), label, description, act };
}

async function use(provider: string): Promise<void> {
  await choose("provider", provider);
}

async function elsewhere(): Promise<void> {
  const address = await vscode.window.showInputBox({
    title: "The endpoint",
    prompt: "An OpenAI-compatible address, such as http://127.0.0.1:8000/v1",
    value: vscode.workspace.getConfiguration("winnow.openai").get("baseUrl", ""),
    validateInput: (value) => (/^https?:\/\/.+/u.test(value) ? undefined : "It begins with http:// or https://."),
  });
  if (address !== undefined) {
    await at(address);
  }
}

async function at(address: string): Promise<void> {
  const offered = await modelsAt(address);
  const model =
    offered.length > 0
      ? await vscode.window.showQuickPick(offered, { title: `The model at ${address}` })
      : await vscode.window.showInputBox({
          title: `The model at ${address}`,
          prompt: "Its name there, such as qwen2.5-coder:7b. Empty: the endpoint's first.",
        });
  if (model !== undefined) {
    await choose("openai.baseUrl", address);
    await choose("openai.model", model);
    await use("openai");
  }
}

/** What the endpoint says it serves; nothing where it wants a key, or does not answer soon. */
async function modelsAt(address: string): Promise<string[]> {
  try {
    const answer = await fetch(`${address.replace(/\/$/u, "")}/models`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const listed = (await answer.json()) as { data?: { id?: string }[] };
    return (listed.data ?? []).flatMap(({ id }) => (id === undefined ? [] : [id]));
  } catch {
    return [];
  }
}

async function fromFile(): Promise<void> {
  const picked = await vscode.window.showOpenDialog({ title: "A model file", filters: { "Model files": ["gguf"] } });
  if (picked?.[0]) {
    await choose("local.model", picked[0].fsPath);
    await use("local");
  }
}
