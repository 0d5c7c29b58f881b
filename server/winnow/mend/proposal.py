"""What the room hands out: a small edit that may repair, with a title and the reason in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from winnow.facts import Edit


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An untried repair.

    ``edits`` name their document by the key under which the caller gave its text, and do not overlap.
    ``kind`` is the name of the file in ``edits/`` that made it (a pair of edits joins two with ``+``).
    ``weight`` is a share of belief, comparable between the proposals of one search; for a syntax
    fix it is the confidence, 0 to 1, that the writer meant exactly this.
    """

    edits: tuple[Edit, ...]
    title: str
    explanation: str
    kind: str
    weight: float

    def applied(self, text: str, key: str) -> str:
        """The text of the document ``key`` with this proposal's edits made."""
        for edit in sorted((e for e in self.edits if e.uri == key), key=lambda e: e.start, reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
        return text
