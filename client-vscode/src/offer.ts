/** A list of fixes; the one that is marked in it stands in the code behind it as it would be, until it is chosen. */

import * as vscode from "vscode";
import type { CodeAction } from "vscode-languageclient/node";
import type { Server } from "./server";

interface Offered extends vscode.QuickPickItem {
  action: CodeAction;
}

/** The action that is chosen, once the person has seen what it changes; undefined where none is. */
export async function offer(server: Server, title: string, actions: CodeAction[]): Promise<CodeAction | undefined> {
  const list = vscode.window.createQuickPick<Offered>();
  list.title = title;
  list.placeholder = "Enter changes the code as it is shown, Escape leaves it as it is";
  list.ignoreFocusOut = true; // so that the code behind can be scrolled
  list.items = actions.map((action) => ({ label: action.title, action }));
  let seen: Offered | undefined;
  let showing = Promise.resolve();
  const show = async (marked: Offered): Promise<void> => {
    await compare(server, await resolved(server, marked.action));
    seen = marked;
  };
  const chosen = await new Promise<CodeAction | undefined>((resolve) => {
    list.onDidChangeActive(([marked]) => {
      if (marked) {
        showing = showing.then(() => show(marked)).catch((error: unknown) => {
          server.log.warn(String(error));
        });
      }
    });
    list.onDidAccept(async () => {
      const [marked] = list.activeItems;
      const before = seen; // a click chooses what it marks: it is shown first, and chosen by the next one
      await showing;
      if (marked === before) {
        resolve(marked?.action);
      }
    });
    list.onDidHide(() => {
      resolve(undefined);
    });
    list.show();
  });
  list.dispose();
  await showing;
  await server.pages.closeComparisons();
  return chosen;
}

/** An action with its edit, which the server makes for the text as it is when it is asked for it. */
export async function resolved({ client }: Server, action: CodeAction): Promise<CodeAction> {
  const isWhole = action.edit !== undefined || action.command !== undefined;
  return isWhole ? action : ((await client?.sendRequest<CodeAction>("codeAction/resolve", action)) ?? action);
}

/** Show each file that an action changes beside what it would become. */
async function compare({ client, pages }: Server, { edit, title }: CodeAction): Promise<void> {
  await pages.closeComparisons();
  const changes = await client?.protocol2CodeConverter.asWorkspaceEdit(edit);
  for (const [uri, edits] of changes?.entries() ?? []) {
    const document = await vscode.workspace.openTextDocument(uri);
    await pages.compare(uri, changed(document, edits), title);
  }
}

/** The text of a document as edits would leave it. */
function changed(document: vscode.TextDocument, edits: vscode.TextEdit[]): string {
  const backwards = [...edits].sort((one, other) => other.range.start.compareTo(one.range.start));
  return backwards.reduce((text, { range, newText }) => {
    return text.slice(0, document.offsetAt(range.start)) + newText + text.slice(document.offsetAt(range.end));
  }, document.getText());
}
