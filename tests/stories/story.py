"""A story: a piece of Markdown that is a test.

Every second-level heading is one. Prose says why; fenced blocks say what: ``python NAME`` a file of the project
(one of them may hold ``<CURSOR>``), ``committed NAME`` what git has of one,
``model SECONDS`` what the model answers after a while (several: in that order),
``settings`` JSON laid over the usual ones. Then, in the order of the text, what happens and what must follow:
``edit NAME`` what a file's text becomes in the editor, unsaved; ``disk NAME`` a file that something else writes;
``asks SECONDS`` the editor asks, and takes it back
(without seconds it waits, and what follows happens meanwhile);
``types`` what is typed at the cursor, a character at a time; ``deletes`` as many characters as it holds; ``accepts``
the ghost text is taken; ``shown`` the ghost text (``shown all``: of an explicit request, parted by ``---``),
``silent REASON`` silence, ``failing`` the tests that fail, one a line, ``passing`` those that pass, ``marked`` the
diagnostics as ``NAME:LINE message``, ``lens NAME`` the code lenses of a file as ``LINE title``, ``mended NAME`` a
file's text with which all of that goes, ``fixed NAME`` a file's text after the first
quick fix (``fixed NAME TEST``: of that test), ``unfixed`` that none is offered. ``flaky`` names tests that the person
runs until each has ended in two ways, ``stopped`` is a command that a test runs when the person stops all tests, and
that is gone then.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CURSOR = "<CURSOR>"
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^```(\S+)(?: ([^\n]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One fenced block."""

    kind: str
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One heading with its blocks."""

    title: str
    path: Path
    blocks: tuple[Block, ...]

    def all(self, kind: str) -> tuple[Block, ...]:
        """The blocks of a kind, in order."""
        return tuple(block for block in self.blocks if block.kind == kind)

    def one(self, kind: str) -> Block | None:
        """The only block of a kind, if any."""
        found = self.all(kind)
        assert len(found) <= 1, f"{self.title}: more than one `{kind}`"
        return found[0] if found else None

    @property
    def settings(self) -> dict[str, Any]:
        """What the story sets."""
        block = self.one("settings")
        return json.loads(block.text) if block else {}


def stories(folder: Path) -> Iterator[Story]:
    """Every story below a folder."""
    for path in sorted(folder.rglob("*.md")):
        parts = _HEADING.split(path.read_text())
        for title, body in zip(parts[1::2], parts[2::2], strict=True):
            blocks = tuple(Block(kind=kind, name=name or "", text=text) for kind, name, text in _BLOCK.findall(body))
            yield Story(title=title, path=path, blocks=blocks)
