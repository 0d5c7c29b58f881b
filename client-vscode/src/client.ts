/** The connection to the server: started, started again when it dies, its settings kept true. */

import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type CloseHandlerResult,
  type ErrorHandler,
  type LanguageClientOptions,
  type Message,
} from "vscode-languageclient/node";
import type { ServerCommand } from "./environment";

const CALM_MS = 120_000;
const PATIENCE = 8;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/** A client for this command; the caller starts it. */
export function connect(server: ServerCommand, env: NodeJS.ProcessEnv, log: vscode.LogOutputChannel): LanguageClient {
  const options: LanguageClientOptions = {
    documentSelector: [{ language: "python", scheme: "file" }],
    outputChannel: log,
    initializationOptions: { settings: settings() },
    errorHandler: new Revival(log),
    middleware: {
      workspace: {
        configuration: async (params, token, next) => {
          const answers = await next(params, token);
          return Array.isArray(answers) ? answers.map((each, index) => own(params.items[index]?.section, each)) : answers;
        },
      },
    },
  };
  return new LanguageClient("winnow", "Winnow", { ...server, options: { env } }, options);
}

/** Tell the server of settings that changed, or of trust that was given. */
export async function sendSettings(client: LanguageClient): Promise<void> {
  await client.sendNotification("workspace/didChangeConfiguration", { settings: { winnow: settings() } });
}

function own(section: string | undefined, answer: unknown): unknown {
  return section === "winnow" ? settings() : answer;
}

/** The settings as the server knows them: whether to trust is not one, but the window's own state. */
function settings(): Record<string, unknown> {
  const known = { ...vscode.workspace.getConfiguration().get<Record<string, unknown>>("winnow", {}) };
  delete known.server;
  return { ...known, trusted: vscode.workspace.isTrusted };
}

/** Bring a dead server back, each time after a longer pause, until it has died too often in a row. */
class Revival implements ErrorHandler {
  private deaths = 0;
  private last = 0;

  constructor(private readonly log: vscode.LogOutputChannel) {}

  error(_error: Error, _message: Message | undefined, count: number | undefined): { action: ErrorAction } {
    return { action: (count ?? 0) > 3 ? ErrorAction.Shutdown : ErrorAction.Continue };
  }

  async closed(): Promise<CloseHandlerResult> {
    const now = Date.now();
    this.deaths = now - this.last > CALM_MS ? 1 : this.deaths + 1;
    this.last = now;
    if (this.deaths > PATIENCE) {
      const message = `Winnow: the server ended ${this.deaths} times in a row. "Winnow: Log" may say why, "Winnow: Restart Server" tries again.`;
      return { action: CloseAction.DoNotRestart, message };
    }
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (this.deaths - 1), LONGEST_PAUSE_MS);
    this.log.warn(`The server ended; it is started again in ${pause} ms.`);
    await new Promise((resolve) => setTimeout(resolve, pause));
    return { action: CloseAction.Restart, handled: true };
  }
}
