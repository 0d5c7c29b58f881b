/** Which failing test is meant: the one that a menu names, else the only one, else the one that is chosen. */

import * as vscode from "vscode";
import type { TestRow } from "./protocol";

/** A menu in the Testing view gives the test, or its message; the command palette gives nothing. */
export type Place = vscode.TestItem | { test: vscode.TestItem } | undefined;

export async function testAt(place: Place, failing: TestRow[]): Promise<string | undefined> {
  if (place !== undefined) {
    return "test" in place ? place.test.id : place.id;
  }
  const [only, ...others] = failing;
  if (only === undefined) {
    void vscode.window.showInformationMessage("Winnow: no test is known to fail.");
  }
  return others.length === 0 ? only?.id : choose(failing);
}

async function choose(failing: TestRow[]): Promise<string | undefined> {
  const offered = failing.map(({ id, path, message }) => ({
    label: id.slice(id.lastIndexOf("::") + 2),
    description: vscode.workspace.asRelativePath(path),
    detail: message.split("\n", 1)[0] ?? "",
    id,
  }));
  const picked = await vscode.window.showQuickPick(offered, { title: "Winnow: which failing test?", matchOnDescription: true });
  return picked?.id;
}
