/** The Testing view, fed by what the server says: states live as one types, runs asked of the server. */

import * as vscode from "vscode";
import { message } from "./failure";
import type { Said, TestRow, Tests } from "./protocol";

/** Runs tests, all of them for undefined, and answers when they have ended. */
export type Run = (tests: string[] | undefined) => Promise<Said | undefined>;

/** The server draws results in bursts; the last one may come this long after the answer. */
const BURST_MS = 150;
/** The view counts what was told together, so all is told again with what is new; of more tests than this, that alone. */
const WHOLE = 500;

export class Testing implements vscode.Disposable {
  private readonly controller = vscode.tests.createTestController("winnow", "Winnow");
  private readonly rows = new Map<string, TestRow>();
  /** How many results were told so far. */
  private told = 0;

  constructor(private readonly ask: Run) {
    this.controller.createRunProfile("Run", vscode.TestRunProfileKind.Run, (...given) => this.run(...given), true);
  }

  get failing(): TestRow[] {
    return [...this.rows.values()].filter(fails);
  }

  /** Draw what is new of the tests; nothing where they stand as they did. Those that are gone go. */
  receive({ tests, gone }: Tests): void {
    this.told += tests.length;
    const news = tests.filter((row) => look(row) !== look(this.rows.get(row.id)));
    for (const row of tests) {
      this.rows.set(row.id, row);
      this.item(row); // where it stands by now
    }
    if (gone.length > 0) {
      gone.forEach((id) => this.rows.delete(id));
      prune(this.controller.items, this.rows);
    }
    void vscode.commands.executeCommand("setContext", "winnow.failing", this.failing.map((row) => row.id));
    if (news.length > 0) {
      const run = this.controller.createTestRun(new vscode.TestRunRequest(), "Winnow", false);
      for (const row of this.rows.size > WHOLE ? news : this.rows.values()) {
        report(run, this.item(row), row);
      }
      run.end();
    }
  }

  /** Another server begins, and says anew what it knows. */
  forget(): void {
    this.receive({ tests: [], gone: [...this.rows.keys()] });
  }

  dispose(): void {
    this.controller.dispose();
  }

  private async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const run = this.controller.createTestRun(request, "Winnow");
    const stopping = token.onCancellationRequested(() => void vscode.commands.executeCommand("winnow.stop"));
    const left = new Set(request.exclude?.flatMap(leaves));
    const asked = () => (request.include ?? roots(this.controller)).flatMap(leaves).filter((item) => !left.has(item));
    for (const item of asked()) {
      run.started(item);
    }
    const before = this.told;
    const whole = request.include === undefined && left.size === 0;
    const said = await this.ask(whole ? undefined : asked().map((item) => item.id));
    await new Promise((resolve) => setTimeout(resolve, BURST_MS));
    const text = said?.text ?? "The tests did not run.";
    const ran = this.told > before; // where nothing did, no test is said to pass
    for (const item of ran ? asked() : []) { // a run of all of them may be the first that some are heard of
      const row = this.rows.get(item.id);
      if (row) {
        report(run, item, row);
      }
    }
    if (!ran && said) {
      void vscode.window.showInformationMessage(`Winnow: ${text}`);
    }
    run.appendOutput(`${text}\r\n`);
    run.end();
    stopping.dispose();
  }

  /** The item of a test, made together with those of its file and classes where they are new. */
  private item(row: TestRow): vscode.TestItem {
    const [file = row.id, ...names] = row.id.split("::");
    const uri = vscode.Uri.file(row.path || file);
    let parent = this.child(this.controller.items, file, vscode.workspace.asRelativePath(uri), uri);
    for (const [index, name] of names.entries()) {
      parent = this.child(parent.children, [file, ...names.slice(0, index + 1)].join("::"), name, uri);
    }
    if (!fails(row) || parent.range === undefined) {
      parent.range = new vscode.Range(row.line, 0, row.line, 0);
    }
    return parent;
  }

  private child(among: vscode.TestItemCollection, id: string, label: string, uri: vscode.Uri): vscode.TestItem {
    const known = among.get(id);
    if (known) {
      return known;
    }
    const made = this.controller.createTestItem(id, label, uri);
    among.add(made);
    return made;
  }
}

/** Take away the items of tests that are gone; whether anything is left. */
function prune(items: vscode.TestItemCollection, known: ReadonlyMap<string, TestRow>): boolean {
  for (const [id, item] of [...items]) {
    if (!prune(item.children, known) && !known.has(id)) {
      items.delete(id);
    }
  }
  return items.size > 0;
}

function roots(controller: vscode.TestController): vscode.TestItem[] {
  return [...controller.items].map(([, item]) => item);
}

function leaves(item: vscode.TestItem): vscode.TestItem[] {
  const below = [...item.children].flatMap(([, each]) => leaves(each));
  return below.length > 0 ? below : [item];
}

function fails(row: TestRow): boolean {
  return row.outcome !== "passed" && row.outcome !== "skipped";
}

/** What makes a result news: that a test which says nothing has moved is none. */
function look(row: TestRow | undefined): string {
  if (row === undefined) {
    return "";
  }
  return row.message ? `${row.outcome} ${row.line} ${row.message}` : row.outcome;
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
