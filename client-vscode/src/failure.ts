/** A failure in the test's own words; where it compares two values, the editor shows them side by side. */

import * as vscode from "vscode";
import type { TestRow } from "./protocol";

const DIFFERENCE = /^(?:E\s+)?assert (?<actual>.+?) == (?<expected>.+)$/mu;

export function message(item: vscode.TestItem, row: TestRow): vscode.TestMessage {
  const { actual, expected } = DIFFERENCE.exec(row.message)?.groups ?? {};
  const made =
    actual !== undefined && expected !== undefined
      ? vscode.TestMessage.diff(row.message, expected, actual)
      : new vscode.TestMessage(row.message);
  if (item.uri) {
    made.location = new vscode.Location(item.uri, new vscode.Position(row.line, 0));
  }
  return made;
}
