/** The extension's two doors: it begins with the window of a Python project, or with a Python file, and ends with the window. */

import type * as vscode from "vscode";
import { registerCommands } from "./commands";
import { Server } from "./server";

let server: Server | undefined;

/** Returns at once; the server is found and started while the editor goes on. */
export function activate(context: vscode.ExtensionContext): void {
  server = new Server(context);
  registerCommands(context, server);
  void server.restart();
}

export async function deactivate(): Promise<void> {
  await server?.end();
}
