/** The places that a page names, such as `shop/stock.py:26`, lead to the code. */

import * as path from "node:path";
import * as vscode from "vscode";

const PLACE = /(?<file>[^\s:()]+\.py):(?<line>\d+)/gu;

export function registerLinks(scheme: string): vscode.Disposable {
  return vscode.languages.registerDocumentLinkProvider({ scheme }, { provideDocumentLinks: (page) => links(page) });
}

/** A text whose files are named from their workspace folder on, as people do. */
export function shortened(text: string): string {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.length === 1 && folders[0] ? text.replaceAll(folders[0].uri.fsPath + path.sep, "") : text;
}

function links(page: vscode.TextDocument): vscode.DocumentLink[] {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  return [...page.getText().matchAll(PLACE)].map(({ index, 0: place, groups }) => {
    const file = vscode.Uri.file(path.resolve(folder, groups?.file ?? ""));
    const target = file.with({ fragment: `L${groups?.line ?? ""}` });
    return new vscode.DocumentLink(new vscode.Range(page.positionAt(index), page.positionAt(index + place.length)), target);
  });
}
