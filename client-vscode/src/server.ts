/** The server as the rest of the extension sees it: it is started, asked, restarted; what it says is drawn. */

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { connect, sendSettings } from "./client";
import { findServer } from "./environment";
import { STATUS, TESTS, type State, type Tests } from "./protocol";
import { environmentWithKey } from "./secret";
import { Status } from "./status";
import { Testing } from "./testing";

export class Server {
  readonly log = vscode.window.createOutputChannel("Winnow", { log: true });
  private readonly status = new Status();
  private readonly testing = new Testing(async (tests) => {
    await (tests === undefined ? this.ask("winnow.runAll") : this.ask("winnow.runTests", tests));
  });
  private client: LanguageClient | undefined;

  constructor(private readonly context: vscode.ExtensionContext) {
    context.subscriptions.push(
      this.log,
      this.status,
      this.testing,
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.restart()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("winnow.server")) {
          void this.restart();
        } else if (event.affectsConfiguration("winnow") && this.client?.isRunning() === true) {
          void sendSettings(this.client);
        }
      }),
    );
  }

  /** What the server last said of itself. */
  get state(): State | undefined {
    return this.status.state;
  }

  /** Find the server and start it; what goes wrong stands in the status bar and in the log. */
  async start(): Promise<void> {
    this.status.starting();
    try {
      const client = connect(await findServer(this.context), await environmentWithKey(this.context.secrets), this.log);
      client.onNotification(STATUS, (state: State) => {
        this.status.receive(state);
      });
      client.onNotification(TESTS, (sent: Tests) => {
        this.testing.receive(sent.tests);
      });
      this.client = client;
      await client.start();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.log.error(reason);
      this.status.failed(reason);
      void vscode.window.showErrorMessage(`Winnow: ${reason}`);
    }
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.dispose();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
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
      void vscode.window.showErrorMessage(`Winnow: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }
}
