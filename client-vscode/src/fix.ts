/** "Fix" of a failing test: the fixes that turned it green, each shown in the code before it is applied. */

import * as vscode from "vscode";
import type { CodeAction, Command } from "vscode-languageclient/node";
import { offer, resolved } from "./offer";
import type { Said } from "./protocol";
import type { Server } from "./server";

const QUESTION = "winnow.ask";
/** A line that no file has: the test is named, not a place. */
const NOWHERE = { line: 2 ** 31 - 1, character: 0 };

/** Offer what mends a test, or the question that decides it; look for it where nothing is known and nobody has yet. */
export async function fixTest(server: Server, test: string, searched?: Said): Promise<void> {
  let offered = await known(server, test);
  if (offered.length === 0) {
    const said = searched ?? (await server.ask<Said>("winnow.repair", test));
    offered = searched ? [] : await known(server, test);
    if (offered.length === 0) {
      tell(said);
      return;
    }
  }
  const title = `Winnow: fix ${test.slice(test.lastIndexOf("/") + 1)}`;
  const action = offered.every(isQuestion) ? offered[0] : await offer(server, title, offered);
  if (action && isQuestion(action)) {
    tell(await server.ask<Said>(QUESTION, test));
  } else if (action) {
    await apply(server, action);
  }
}

/** The proven fixes of a test and the open question about it, as the server offers them in the editor's own menu. */
async function known(server: Server, test: string): Promise<CodeAction[]> {
  const range = { start: NOWHERE, end: NOWHERE };
  const diagnostics = [{ range, message: "", source: "winnow", data: { test } }];
  const answer = await server.client?.sendRequest<(CodeAction | Command)[] | null>("textDocument/codeAction", {
    textDocument: { uri: "untitled:winnow" },
    range,
    context: { diagnostics },
  });
  return (answer ?? []).filter((each): each is CodeAction => !isCommand(each) && (isFix(each) || isQuestion(each)));
}

function isCommand(action: CodeAction | Command): action is Command {
  return typeof action.command === "string";
}

function isFix(action: CodeAction): boolean {
  return action.edit !== undefined || (action.data as { fix?: string } | undefined)?.fix !== undefined;
}

function isQuestion(action: CodeAction): boolean {
  return action.command?.command === QUESTION;
}

function tell(said: Said | undefined): void {
  if (said) {
    void vscode.window.showInformationMessage(`Winnow: ${said.text}`);
  }
}

/** Change what a fix changes in the code as it is by now, and let the server know; where it fits no longer, that says so. */
async function apply(server: Server, action: CodeAction): Promise<void> {
  const { edit, command } = await resolved(server, action);
  const changes = await server.client?.protocol2CodeConverter.asWorkspaceEdit(edit);
  if (changes && (await vscode.workspace.applyEdit(changes)) && command) {
    await vscode.commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]));
  }
}
