/** What was chosen in a menu of the editor is answered where it can be seen: the editor itself drops the answer. */

import * as vscode from "vscode";
import { fixTest } from "./fix";
import type { Said } from "./protocol";
import type { Server } from "./server";

const BRIEFLY_MS = 8000;

export async function showAnswer(server: Server, command: string, given: unknown[], answer: unknown): Promise<unknown> {
  const text = (answer as Said | null | undefined)?.text;
  if (command === "winnow.repair") {
    await fixTest(server, String(given[0]), answer as Said);
  } else if (text !== undefined && command.startsWith("winnow.run")) {
    vscode.window.setStatusBarMessage(`Winnow: ${text}`, BRIEFLY_MS);
  } else if (text?.includes("\n") === true) {
    await server.pages.show(command.replace("winnow.", ""), text);
  } else if (text !== undefined) {
    void vscode.window.showInformationMessage(`Winnow: ${text}`);
  }
  return answer;
}
