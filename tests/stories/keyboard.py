"""The person at the keyboard of a story: asks, types, deletes and accepts where the cursor stands."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.stories.story import CURSOR

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.editor import Editor
    from tests.stories.story import Block, Story

KEYS = frozenset({"asks", "types", "deletes", "accepts", "shown", "silent"})
PARTING = "\n---\n"


@dataclass
class Keyboard:
    """Where the cursor stands in a file, and what the editor shows there."""

    editor: Editor
    path: Path
    cursor: int
    ghosts: list[dict[str, Any]] = field(default_factory=list)
    waiting: asyncio.Future[Any] | None = None

    @classmethod
    def at_the_cursor(cls, story: Story, editor: Editor, folder: Path) -> Keyboard:
        """At the mark of the story; a story without one touches no key."""
        block = next((each for each in story.all("python") if CURSOR in each.text), story.all("python")[0])
        return cls(editor=editor, path=folder / block.name, cursor=max(block.text.find(CURSOR), 0))

    async def play(self, block: Block) -> None:
        """Do what a block says, or see what it says."""
        match block.kind:
            case "asks" if not block.name:
                self.waiting = self._ask()[1]
            case "asks":
                await self._ask_and_take_back(float(block.name))
            case "types":
                for character in block.text.removesuffix("\n"):
                    self.editor.edit(self.path, self.cursor, self.cursor, character)
                    self.cursor += 1
            case "deletes":
                size = len(block.text.removesuffix("\n"))
                self.editor.edit(self.path, self.cursor - size, self.cursor, "")
                self.cursor -= size
            case "accepts":
                await self._accept()
            case "shown":
                await self._look(asked=block.name == "all")
                assert [item["insertText"] for item in self.ghosts] == block.text.removesuffix("\n").split(PARTING)
            case _:
                await self._look(asked=False)
                assert self.ghosts == []
                assert self.editor.last("winnow/decision")["reason"] == block.name

    async def _look(self, *, asked: bool) -> None:
        if self.waiting is None:
            self.ghosts = await self.editor.ghost_text(self.path, self.cursor, asked=asked)
        else:
            self.ghosts, self.waiting = (await self.waiting)["items"], None

    async def _accept(self) -> None:
        item = self.ghosts[0]
        start = self.editor.offset(self.path, item["range"]["start"])
        await self.editor.accept(self.path, item)
        self.cursor = start + len(item["insertText"])

    async def _ask_and_take_back(self, seconds: float) -> None:
        """As editors do when somebody types on: ask, and cancel the request with the next key."""
        number, answer = self._ask()
        answer.add_done_callback(lambda done: done.exception())
        await asyncio.sleep(seconds)
        self.editor.notify("$/cancelRequest", {"id": number})

    def _ask(self) -> tuple[int, asyncio.Future[Any]]:
        position = self.editor.position(self.path, self.cursor)
        parameters = {"textDocument": {"uri": self.path.as_uri()}, "position": position, "context": {"triggerKind": 2}}
        return self.editor.ask("textDocument/inlineCompletion", parameters)
