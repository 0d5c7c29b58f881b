/** A question of the server is put as a list that waits for its answer: a message would be gone after ten seconds. */

import * as vscode from "vscode";
import type { MessageActionItem, ShowMessageRequestParams } from "vscode-languageclient/node";

/** What the person chose; null where they left it open, which changes nothing. */
export async function ask({ message, actions = [] }: ShowMessageRequestParams): Promise<MessageActionItem | null> {
  const answers = actions.map((action) => ({ label: action.title, action }));
  const picked = await vscode.window.showQuickPick(answers, {
    title: message,
    placeHolder: "Enter answers, Escape leaves it open",
    ignoreFocusOut: true,
  });
  return picked?.action ?? null;
}
