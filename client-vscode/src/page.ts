/** What the server says at length: a read-only page of text, a fix before it is made, the report in a webview. */

import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { registerLinks, shortened } from "./links";

const SCHEME = "winnow";
/** Long lines are wrapped in it, as package.json says. */
const LANGUAGE = "winnow-page";

/** The report takes its colours from the theme, high contrast included. */
const THEME = `<style>html:root { --paper: var(--vscode-editor-background); --ink: var(--vscode-editor-foreground);
  --faint: var(--vscode-descriptionForeground); --card: var(--vscode-editor-background);
  --line: var(--vscode-contrastBorder, var(--vscode-panel-border)); }
  :is(.vscode-high-contrast, .vscode-high-contrast-light) { --faint: var(--ink); }
  :is(.vscode-high-contrast, .vscode-high-contrast-light) svg :is(rect, path, circle) { stroke: var(--ink); }
  :is(.vscode-high-contrast, .vscode-high-contrast-light) .key i { outline: 1px solid var(--ink); }</style>`;

/** Nothing is fetched and nothing runs: the page has its style and its pictures in it. */
const POLICY = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`;

export class Pages implements vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly provided = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: this.changed.event,
    provideTextDocumentContent: (uri) => this.texts.get(uri.path) ?? "",
  });
  private readonly linked = registerLinks(SCHEME);
  private report: vscode.WebviewPanel | undefined;

  /** Show a text beside the code, where the pages before it stand; the page of the same title takes it in. */
  async show(title: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/Winnow: ${title}` });
    this.texts.set(uri.path, `${shortened(text)}\n`);
    this.changed.fire(uri);
    const opened = await vscode.workspace.openTextDocument(uri);
    const document = await vscode.languages.setTextDocumentLanguage(opened, LANGUAGE);
    await vscode.window.showTextDocument(document, { preview: true, viewColumn: column() });
  }

  /** Show a file beside a text that it may become; the focus stays where it is. */
  async compare(file: vscode.Uri, text: string, title: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: file.path });
    this.texts.set(uri.path, text);
    this.changed.fire(uri);
    await vscode.commands.executeCommand("vscode.diff", file, uri, title, { preview: true, preserveFocus: true });
  }

  async closeComparisons(): Promise<void> {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const ours = tabs.filter(({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.scheme === SCHEME);
    await vscode.window.tabGroups.close(ours);
  }

  /** Show an HTML file that needs nothing from elsewhere. */
  async showReport(file: string): Promise<void> {
    const html = await readFile(file, "utf8");
    if (this.report === undefined) {
      this.report = vscode.window.createWebviewPanel("winnow.report", "Winnow: Report", vscode.ViewColumn.Active, {
        enableScripts: false,
        enableFindWidget: true,
        localResourceRoots: [],
      });
      this.report.onDidDispose(() => {
        this.report = undefined;
      });
    }
    this.report.webview.html = html.replace("<head>", `<head>${POLICY}`).replace("</head>", `${THEME}</head>`);
    this.report.reveal();
  }

  dispose(): void {
    this.provided.dispose();
    this.linked.dispose();
    this.changed.dispose();
    this.report?.dispose();
  }
}

/** The column that holds a page already, else the one beside the code: not another column for every page. */
function column(): vscode.ViewColumn {
  const isPage = ({ input }: vscode.Tab): boolean => input instanceof vscode.TabInputText && input.uri.scheme === SCHEME;
  return vscode.window.tabGroups.all.find(({ tabs }) => tabs.some(isPage))?.viewColumn ?? vscode.ViewColumn.Beside;
}
