/** The server as the rest of the extension sees it: it is started, asked, restarted; what it says is drawn. */

import { setImmediate } from "node:timers/promises";
import * as vscode from "vscode";
import type { Client } from "./client.js";
import { showAnswer } from "./answer";
import { findServer } from "./environment";
import { Pages } from "./page";
import { DECISION, FIX, READY, STATUS, TESTS, type Decision, type State, type TestRow, type Tests } from "./protocol";
import { environmentWithKey } from "./secret";
import { Settings } from "./settings";
import { Status } from "./status";
import { Suggestions } from "./suggestions";
import { Testing } from "./testing";
import { Turns, unless } from "./turns";

export class Server {
  readonly log = vscode.window.createOutputChannel("Winnow", { log: true });
  readonly pages = new Pages();
  readonly settings: Settings;
  readonly suggestions: Suggestions;
  private readonly status = new Status();
  private readonly testing = new Testing((tests) =>
    tests === undefined ? this.ask("winnow.runAll") : this.ask("winnow.runTests", tests),
  );
  private readonly turns = new Turns(async (letGo) => {
    await this.stop();
    await this.start(letGo);
  });
  client: Client | undefined;

  constructor(private readonly context: vscode.ExtensionContext) {
    const begun = performance.now();
    this.settings = new Settings(context.workspaceState, () => void this.sendSettings());
    this.suggestions = new Suggestions(() => {
      this.log.info(`The first suggestion came ${Math.round(performance.now() - begun)} ms after the start.`);
      void vscode.commands.executeCommand("setContext", "winnow.suggested", true);
    });
    context.subscriptions.push(this.log, this.pages, this.settings, this.suggestions, this.status, this.testing);
    context.subscriptions.push(
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.restart()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("winnow.server")) {
          void this.restart();
        } else if (event.affectsConfiguration("winnow")) {
          void this.sendSettings();
        }
      }),
    );
  }

  /** What the server last said of itself. */
  get state(): State | undefined {
    return this.status.state;
  }

  /** The tests that fail at this moment. */
  get failing(): TestRow[] {
    return this.testing.failing;
  }

  /** Start the server, anew where it runs; trust and settings that change together are one restart. */
  async restart(): Promise<void> {
    return this.turns.next();
  }

  /** End the server for good. */
  async end(): Promise<void> {
    this.turns.end();
    await this.stop();
  }

  /** End the server; one that never ran, or does not answer, is let go. */
  private async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      this.log.warn(says(error));
    }
  }

  /** Find the server and start it; what goes wrong stands in the status bar and in the log. */
  private async start(letGo: AbortSignal): Promise<void> {
    this.status.starting();
    const began = performance.now();
    const took = (): string => `${Math.round(performance.now() - began)} ms`;
    try {
      const looked = this.settings.look();
      const { secrets } = this.context;
      const found = Promise.all([findServer(this.context), environmentWithKey(secrets), loadClient(), looked]);
      const [command, env, { connect }] = await unless(letGo, found);
      this.log.info(`The server was found after ${took()}: ${command.command}`);
      const client = connect({
        command,
        env,
        log: this.log,
        settings: () => this.settings.all(),
        middleware: {
          ...this.suggestions.middleware,
          executeCommand: async (command, given: unknown[], next) => showAnswer(this, command, given, await next(command, given)),
        },
        turned: (to) => {
          this.turned(client, to);
        },
      });
      this.listen(client);
      this.client = client;
      await client.answers(letGo);
      this.log.info(`The server answered after ${took()}.`);
      await unless(letGo, this.suggestions.askAgain());
    } catch (error) {
      if (!letGo.aborted) {
        await this.stop();
        void this.failed(says(error)); // the message stands until it is answered, and nobody waits for that
      }
    }
  }

  /** Tell the server of settings that changed. */
  async sendSettings(): Promise<void> {
    if (this.client?.isRunning() === true) {
      await this.client.sendNotification("workspace/didChangeConfiguration", { settings: { winnow: this.settings.all() } });
    }
  }

  /** Run a command of the server; undefined, and a message, where it cannot. */
  async ask<Answer = undefined>(command: string, ...parameters: unknown[]): Promise<Answer | undefined> {
    if (this.client?.isRunning() !== true) {
      void vscode.window.showWarningMessage("Winnow: the server does not run. “Winnow: Log” says why.");
      return undefined;
    }
    try {
      return await this.client.sendRequest<Answer>("workspace/executeCommand", { command, arguments: parameters });
    } catch (error) {
      void vscode.window.showErrorMessage(`Winnow: ${says(error)}`);
      return undefined;
    }
  }

  private listen(client: Client): void {
    client.onNotification(STATUS, (state: State) => {
      this.status.receive(state);
    });
    client.onNotification(TESTS, (sent: Tests) => {
      this.testing.receive(sent);
    });
    client.onNotification(READY, () => void this.suggestions.askAgain());
    client.onNotification(DECISION, (decision: Decision) => {
      this.log.info(`${decision.reason}: ${decision.text}`);
    });
    client.onNotification(FIX, ({ test }: { test: string }) => {
      this.log.info(`A fix of ${test} is at hand.`);
    });
  }

  /** Draw that a client's server is being started, or has ended; one that was replaced is drawn no more. */
  private turned(client: Client, to: "starting" | "ended"): void {
    if (to === "starting") {
      this.status.starting();
      this.testing.forget();
    } else if (this.client === client) {
      this.status.failed("The server has ended. “Winnow: Log” says why, “Winnow: Restart Server” tries again.");
    }
  }

  private async failed(reason: string): Promise<void> {
    this.log.error(reason);
    this.status.failed(reason);
    const acts = { "Try Again": "winnow.restart", "Show Log": "winnow.showLog" };
    const picked = await vscode.window.showErrorMessage(`Winnow: ${reason}`, ...(Object.keys(acts) as (keyof typeof acts)[]));
    if (picked) {
      await vscode.commands.executeCommand(acts[picked]);
    }
  }
}

/** By far the largest part of the extension: read once it is activated, while the server is looked for. */
async function loadClient(): Promise<typeof import("./client.js")> {
  await setImmediate();
  return import("./client.js");
}

function says(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
