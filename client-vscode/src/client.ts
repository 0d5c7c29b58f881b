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
  type MessageTransports,
  type Middleware,
} from "vscode-languageclient/node";
import type { ServerCommand } from "./environment";
import { SELECTOR } from "./protocol";
import { ask } from "./question";
import { unless } from "./turns";

/** From its start on; it imports little before it answers, but a disk may be slow. */
const ANSWER_MS = 30_000;
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
export function connect({ command, env, log, settings, middleware, turned }: Connection): Client {
  const revival = new Revival(log);
  const options: LanguageClientOptions = {
    documentSelector: [...SELECTOR],
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never, // what fails while a server comes back is for the log alone
    initializationOptions: { settings: settings(), showsAnswers: true },
    errorHandler: revival,
    initializationFailedHandler: () => false, // whoever starts it says what went wrong
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
  const client = new Client(command, env, options, revival);
  client.onRequest(ShowMessageRequest.type, ask);
  client.onDidChangeState(({ newState }) => {
    if (newState !== State.Running) {
      turned(newState === State.Starting ? "starting" : "ended");
    }
  });
  return client;
}

/** A language client whose server can be let go before it has answered, too, which the library refuses. */
export class Client extends LanguageClient {
  private isOver = false;

  constructor(
    private readonly command: ServerCommand,
    env: NodeJS.ProcessEnv,
    options: LanguageClientOptions,
    private readonly revival: Revival,
  ) {
    super("winnow", "Winnow", { ...command, options: { env } }, options);
  }

  /** Start the server and wait until it answers. Throws what says what to do where it never does. */
  async answers(letGo: AbortSignal): Promise<void> {
    const late = AbortSignal.timeout(ANSWER_MS);
    await unless(AbortSignal.any([letGo, late]), this.start()).catch((error: unknown) => {
      throw late.aborted && !letGo.aborted ? new Error(this.silent) : error;
    });
  }

  override async dispose(timeout?: number): Promise<void> {
    this.isOver = true;
    this.revival.isOver = true;
    const isUnanswered = this.state === State.Starting;
    await super.dispose(timeout).catch((error: unknown) => {
      if (!isUnanswered) {
        throw error; // of one that is being started it only says that; its process is ended all the same
      }
    });
  }

  /** Nobody needs to be told what becomes of a server that was let go. */
  override error(message: string, data?: unknown, showNotification?: boolean | "force"): void {
    super.error(message, data, this.isOver ? false : showNotification);
  }

  protected override async createMessageTransports(encoding: string): Promise<MessageTransports> {
    const transports = await super.createMessageTransports(encoding);
    if (this.isOver) {
      this.serverProcess?.kill("SIGKILL"); // it was let go before there was a process
    }
    return transports;
  }

  private get silent(): string {
    const command = [this.command.command, ...this.command.args].join(" ");
    return `“${command}” did not answer within ${ANSWER_MS / 1000} seconds: winnow.server.command has to be a command that runs “winnow serve”, or empty.`;
  }
}

/** Bring a dead server back, each time after a longer pause, until it has died too often in a row. */
class Revival implements ErrorHandler {
  /** Whether the server was let go, and is to stay away. */
  isOver = false;
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
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (this.isOver) {
      return { action: CloseAction.DoNotRestart, handled: true };
    }
    this.log.warn(`The server ended; it is started again, ${pause} ms later.`);
    return { action: CloseAction.Restart, handled: true };
  }
}
