/** The connection to the server: started, and started again when it dies. */

import type * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  ShowMessageRequest,
  State,
  type CloseHandlerResult,
  type ErrorHandler,
  type LanguageClientOptions,
  type Message,
  type Middleware,
} from "vscode-languageclient/node";
import type { ServerCommand } from "./environment";
import { SELECTOR } from "./protocol";
import { ask } from "./question";

const CALM_MS = 120_000;
const PATIENCE = 8;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

export interface Connection {
  command: ServerCommand;
  env: NodeJS.ProcessEnv;
  log: vscode.LogOutputChannel;
  /** The settings as they are whenever the server asks. */
  settings: () => Record<string, unknown>;
  middleware: Middleware;
  /** Called whenever the server is being started, and when it has ended. */
  turned: (to: "starting" | "ended") => void;
}

/** A client for this connection; the caller starts it. */
export function connect({ command, env, log, settings, middleware, turned }: Connection): LanguageClient {
  const options: LanguageClientOptions = {
    documentSelector: [...SELECTOR],
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never, // what fails while a server comes back is for the log alone
    initializationOptions: { settings: settings(), showsAnswers: true },
    errorHandler: new Revival(log),
    middleware: {
      ...middleware,
      workspace: {
        configuration: async (params, token, next) => {
          const answers = await next(params, token);
          const own = (section: string | undefined, answer: unknown): unknown => (section === "winnow" ? settings() : answer);
          return Array.isArray(answers) ? answers.map((each, index) => own(params.items[index]?.section, each)) : answers;
        },
      },
    },
  };
  const client = new LanguageClient("winnow", "Winnow", { ...command, options: { env } }, options);
  client.onRequest(ShowMessageRequest.type, ask);
  client.onDidChangeState(({ newState }) => {
    if (newState !== State.Running) {
      turned(newState === State.Starting ? "starting" : "ended");
    }
  });
  return client;
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
