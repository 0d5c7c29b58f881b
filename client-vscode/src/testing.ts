/** The Testing view, fed by what the server says: states live as one types, runs asked of the server. */

import * as path from "node:path";
import * as vscode from "vscode";
import type { TestRow } from "./protocol";

export type Run = (tests: string[] | undefined) => Promise<void>;

const DIFFERENCE = /^(?:E\s+)?assert (?<actual>.+?) == (?<expected>.+)$/mu;

export class Testing implements vscode.Disposable {
  private readonly controller = vscode.tests.createTestController("winnow", "Winnow");
  private readonly drawn = new Map<string, string>();

  constructor(run: Run) {
    const profile = async (request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> => {
      token.onCancellationRequested(() => void vscode.commands.executeCommand("winnow.stop"));
      await run(request.include?.flatMap(leaves).map((item) => item.id));
      this.drawn.clear();
    };
    this.controller.createRunProfile("Run", vscode.TestRunProfileKind.Run, profile, true);
  }

  /** Draw how the tests stand; those that stand as they did are left alone. */
  receive(rows: TestRow[]): void {
    const news = rows.filter((row) => this.drawn.get(row.id) !== look(row));
    if (news.length === 0) {
      return;
    }
    const run = this.controller.createTestRun(new vscode.TestRunRequest(), "Winnow", false);
    for (const row of news) {
      this.drawn.set(row.id, look(row));
      report(run, this.item(row), row);
    }
    run.end();
  }

  dispose(): void {
    this.controller.dispose();
  }

  /** The item of a test, made together with those of its file and classes where they are new. */
  private item(row: TestRow): vscode.TestItem {
    const [file = row.id, ...names] = row.id.split("::");
    const uri = fileOf(row, file);
    let parent = child(this.controller, this.controller.items, file, file, uri);
    for (const [index, name] of names.entries()) {
      const id = [file, ...names.slice(0, index + 1)].join("::");
      parent = child(this.controller, parent.children, id, name, uri);
    }
    if (uri !== undefined && row.line > 0) {
      parent.range = new vscode.Range(row.line, 0, row.line, 0);
    }
    return parent;
  }
}

function child(
  controller: vscode.TestController,
  among: vscode.TestItemCollection,
  id: string,
  label: string,
  uri: vscode.Uri | undefined,
): vscode.TestItem {
  const known = among.get(id);
  if (known) {
    return known;
  }
  const made = controller.createTestItem(id, label, uri);
  among.add(made);
  return made;
}

/** A passing test has no place of its own in the message; its name tells the file, below a folder. */
function fileOf(row: TestRow, file: string): vscode.Uri | undefined {
  if (row.path) {
    return vscode.Uri.file(row.path);
  }
  const folder = vscode.workspace.workspaceFolders?.[0];
  return folder && vscode.Uri.file(path.join(folder.uri.fsPath, file));
}

function leaves(item: vscode.TestItem): vscode.TestItem[] {
  const below: vscode.TestItem[] = [];
  item.children.forEach((each) => below.push(...leaves(each)));
  return below.length > 0 ? below : [item];
}

function look(row: TestRow): string {
  return `${row.outcome} ${row.message}`;
}

function report(run: vscode.TestRun, item: vscode.TestItem, row: TestRow): void {
  const took = row.seconds * 1000;
  switch (row.outcome) {
    case "passed":
      run.passed(item, took);
      break;
    case "skipped":
      run.skipped(item);
      break;
    case "failed":
      run.failed(item, message(item, row), took);
      break;
    default:
      run.errored(item, message(item, row), took);
  }
}

/** The assertion's own words; where they compare two values, the editor shows them side by side. */
function message(item: vscode.TestItem, row: TestRow): vscode.TestMessage {
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
