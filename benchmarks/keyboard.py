"""Somebody who types into a large file, for the benchmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from client import Client

LINES = 10_000
METHOD = "    def work(self, argument):\n        value = function(argument)  # ordinary\n        return value\n\n"
CLASS = "class Worker:\n" + 25 * METHOD
"""A hundred lines and one, as code is: a module of 10,000 statements would be slow for any parser."""


class Keyboard:
    """Types in the middle of a large file and asks after each key."""

    def __init__(self, client: Client, folder: Path) -> None:
        self.client = client
        self.uri = (folder / "large.py").as_uri()
        self.line, self.start = CLASS.count("\n") * (LINES // 2 // CLASS.count("\n")), len("total = ")
        self.column, self._version = self.start, 1
        half = CLASS * (LINES // 2 // CLASS.count("\n"))
        text = f"{half}total = \n{half}"
        item = {"uri": self.uri, "languageId": "python", "version": 1, "text": text}
        client.notify("textDocument/didOpen", {"textDocument": item})

    def type(self, text: str, *, erased: int = 0) -> None:
        """Put a text where the cursor is, in place of some characters before it."""
        span = {"start": self._at(self.column - erased), "end": self._at(self.column)}
        self._version += 1
        document = {"uri": self.uri, "version": self._version}
        change = {"range": span, "text": text}
        self.client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        self.column += len(text) - erased

    def parameters(self, trigger: int) -> dict[str, Any]:
        """Those of an inline completion at the cursor; 1: explicit, 2: while typing."""
        place = {"textDocument": {"uri": self.uri}, "position": self._at(self.column)}
        return {**place, "context": {"triggerKind": trigger}}

    def ask(self, trigger: int = 2) -> list[dict[str, Any]]:
        """What is suggested at the cursor."""
        answer = self.client.request("textDocument/inlineCompletion", self.parameters(trigger))
        return list(answer["items"]) if answer else []

    def accept(self, item: dict[str, Any]) -> None:
        """Take a suggestion, so that the gate learns nothing bad, and clear the line for the next one.

        What is told last is answered, so that nothing is left to do when the next key comes.
        """
        self.type(item["insertText"])
        self.type("", erased=self.column - self.start)
        self.client.request("workspace/executeCommand", item["command"])

    def _at(self, column: int) -> dict[str, int]:
        return {"line": self.line, "character": column}
