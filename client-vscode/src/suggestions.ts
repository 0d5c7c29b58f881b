/** The ghost text that stands: what speaks for it, and that it was dismissed, which the editor tells nobody. */

import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import { SELECTOR } from "./protocol";

interface Standing {
  uri: string;
  version: number;
  position: vscode.Position;
  item: vscode.InlineCompletionItem;
}

/** With the provider's name: without it, an editor that takes this text for asked already does nothing. */
const UNASKED = { explicit: false, providerId: "winnow.winnow:*" };

/** So long the editor's own request may take to come after a key. */
const UNHEARD_MS = 100;

/** What the editor's own toolbar, which stands below, has not. */
const LINKS = [
  ["Accept Line", "editor.action.inlineSuggest.acceptNextLine"],
  ["Dismiss", "winnow.dismiss"],
  ["Why", "winnow.showWhy"],
] as const;

export class Suggestions implements vscode.Disposable {
  private standing: Standing | undefined;
  /** Where somebody typed last, and the line on which it ended; what was typed before all this began is not known. */
  private typed: { document: vscode.TextDocument; version: number; line: number } | undefined;
  /** Documents in which somebody has asked: an editor that was made just now does not listen to the keys yet. */
  private readonly heard = new WeakSet<vscode.TextDocument>();
  private readonly typing = vscode.workspace.onDidChangeTextDocument((event) => {
    this.follow(event);
  });
  private readonly hovering = vscode.languages.registerHoverProvider(SELECTOR, {
    provideHover: (document, position) => this.hover(document, position),
  });

  /** `first` is called when the first suggestion of this window is there. */
  constructor(private first: (() => void) | undefined) {}

  /** Sees what the server suggests on its way to the editor. */
  readonly middleware: Middleware = {
    provideInlineCompletionItems: async (document, position, context, token, next) => {
      this.heard.add(document);
      const asked = { uri: document.uri.toString(), version: document.version, position };
      const answer = await next(document, position, context, token);
      const [item] = Array.isArray(answer) ? answer : (answer?.items ?? []);
      this.standing = item && { ...asked, item };
      if (item) {
        this.first?.();
        this.first = undefined;
      }
      return answer;
    },
  };

  /** Ask where somebody has typed and nothing stands: the server knows more by now, or had not begun at that time. */
  async askAgain(): Promise<void> {
    const { typed, standing } = this;
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || !vscode.languages.match(SELECTOR, editor.document)) {
      return;
    }
    const { document, selection } = editor;
    const last = typed?.document === document && typed.version === document.version;
    const here = typed === undefined ? document.isDirty : last && typed.line === selection.active.line;
    const answered = standing?.uri === document.uri.toString() && standing.version === document.version;
    if (here && !answered) {
      await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger", UNASKED);
    }
  }

  /** Take the ghost text away; the server's name for it, so that it can be told. */
  async dismiss(): Promise<string | undefined> {
    const { standing } = this;
    this.standing = undefined;
    await vscode.commands.executeCommand("editor.action.inlineSuggest.hide");
    const here = standing?.uri === vscode.window.activeTextEditor?.document.uri.toString();
    return here ? (standing?.item.command?.arguments?.[0] as string | undefined) : undefined;
  }

  dispose(): void {
    this.typing.dispose();
    this.hovering.dispose();
  }

  private follow({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const [change] = contentChanges;
    if (change && vscode.languages.match(SELECTOR, document)) {
      const line = change.range.start.line + change.text.split("\n").length - 1;
      this.typed = { document, version: document.version, line };
      if (!this.heard.has(document)) {
        setTimeout(() => void this.askUnheard(document), UNHEARD_MS);
      }
    }
  }

  private async askUnheard(document: vscode.TextDocument): Promise<void> {
    if (!this.heard.has(document)) {
      await this.askAgain();
    }
  }

  private hover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const { standing } = this;
    const stands = standing?.uri === document.uri.toString() && standing.version === document.version;
    if (!stands || standing.position.line !== position.line) {
      return undefined;
    }
    const says = new vscode.MarkdownString("", true);
    says.isTrusted = { enabledCommands: LINKS.map(([, command]) => command) };
    says.appendMarkdown("**Winnow** · ").appendText(standing.item.command?.title ?? "");
    says.appendMarkdown(`\n\n${LINKS.map(([label, command]) => `[${label}](command:${command})`).join(" · ")}`);
    return new vscode.Hover(says);
  }
}
