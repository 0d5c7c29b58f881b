/** "Fix" beside a failing test: the fixes that turned it green, each previewed before it is applied. */

import * as vscode from "vscode";
import type { CodeAction, Command } from "vscode-languageclient/node";
import type { Said } from "./protocol";
import type { Server } from "./server";

const QUESTION = "winnow.ask";
/** A line that no file has: the test is named, not a place. */
const NOWHERE = { line: 2 ** 31 - 1, character: 0 };

/** Offer what mends a test, or the question that decides it; look for it first where nothing is known yet. */
export async function fixTest(server: Server, test: string): Promise<void> {
  let offered = await known(server, test);
  if (offered.length === 0) {
    const said = await server.ask<Said>("winnow.repair", test);
    offered = await known(server, test);
    if (offered.length === 0) {
      tell(said);
      return;
    }
  }
  const picked = await vscode.window.showQuickPick(
    offered.map((action) => ({ label: action.title, action })),
    {
      title: `Winnow: fix ${test.slice(test.lastIndexOf("/") + 1)}`,
      placeHolder: "A fix shows what it would change before it does",
    },
  );
  if (picked && isQuestion(picked.action)) {
    tell(await server.ask<Said>(QUESTION, test));
  } else if (picked) {
    await preview(server, picked.action);
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

/** Show each file beside what it would become, and change it where the person says so. */
async function preview({ client, pages }: Server, action: CodeAction): Promise<void> {
  const { edit } = action.edit ? action : ((await client?.sendRequest<CodeAction>("codeAction/resolve", action)) ?? action);
  const changes = await client?.protocol2CodeConverter.asWorkspaceEdit(edit);
  if (changes === undefined) {
    tell({ text: "the code has changed since this fix was proven." });
    return;
  }
  for (const [uri, edits] of changes.entries()) {
    const document = await vscode.workspace.openTextDocument(uri);
    await pages.compare(uri, changed(document, edits), action.title);
  }
  const apply = (await vscode.window.showInformationMessage(`Winnow: ${action.title}`, "Apply")) !== undefined;
  await pages.closeComparisons();
  if (apply && (await vscode.workspace.applyEdit(changes)) && action.command) {
    const { command, arguments: given = [] } = action.command;
    await vscode.commands.executeCommand(command, ...(given as unknown[]));
  }
}

/** The text of a document as edits would leave it. */
function changed(document: vscode.TextDocument, edits: vscode.TextEdit[]): string {
  const backwards = [...edits].sort((one, other) => other.range.start.compareTo(one.range.start));
  return backwards.reduce((text, { range, newText }) => {
    return text.slice(0, document.offsetAt(range.start)) + newText + text.slice(document.offsetAt(range.end));
  }, document.getText());
}
