/** "Fix" beside a failing test: the fixes that turned it green, each previewed before it is applied. */

import * as vscode from "vscode";
import { CodeActionRequest, CodeActionResolveRequest, CodeAction, type LanguageClient } from "vscode-languageclient/node";
import type { Said } from "./protocol";
import type { Server } from "./server";

/** A line that no file has: the test is named, not a place. */
const NOWHERE = { line: 2 ** 31 - 1, character: 0 };

/** Offer what mends a test; look for it first where nothing is known yet. */
export async function fixTest(server: Server, test: string): Promise<void> {
  let offered = await known(server, test);
  if (offered.length === 0) {
    const said = await server.ask<Said>("winnow.repair", test);
    offered = await known(server, test);
    if (said && offered.length === 0) {
      void vscode.window.showInformationMessage(`Winnow: ${said.text}`);
    }
  }
  const picked = await vscode.window.showQuickPick(
    offered.map((action) => ({ label: action.title, action })),
    { title: `Winnow: fix ${test}`, placeHolder: "Shows what would change" },
  );
  if (picked && server.client) {
    await preview(server.client, picked.action);
  }
}

/** The proven fixes of a test, as the server offers them in the editor's own menu. */
async function known(server: Server, test: string): Promise<CodeAction[]> {
  const range = { start: NOWHERE, end: NOWHERE };
  const diagnostics = [{ range, message: "", source: "winnow", data: { test } }];
  const answer = await server.client?.sendRequest(CodeActionRequest.type, {
    textDocument: { uri: "untitled:winnow" },
    range,
    context: { diagnostics },
  });
  return (answer ?? []).filter((each): each is CodeAction => CodeAction.is(each) && isFix(each));
}

function isFix(action: CodeAction): boolean {
  return action.edit !== undefined || (action.data as { fix?: string } | undefined)?.fix !== undefined;
}

async function preview(client: LanguageClient, action: CodeAction): Promise<void> {
  const { edit } = action.edit ? action : await client.sendRequest(CodeActionResolveRequest.type, action);
  if (edit === undefined) {
    void vscode.window.showInformationMessage("Winnow: the code has changed since this fix was proven.");
    return;
  }
  const shown = new vscode.WorkspaceEdit();
  const metadata = { needsConfirmation: true, label: action.title };
  for (const [uri, edits] of (await client.protocol2CodeConverter.asWorkspaceEdit(edit)).entries()) {
    for (const each of edits) {
      shown.replace(uri, each.range, each.newText, metadata);
    }
  }
  if ((await vscode.workspace.applyEdit(shown)) && action.command) {
    const { command, arguments: given = [] } = action.command;
    await vscode.commands.executeCommand(command, ...(given as unknown[]));
  }
}
