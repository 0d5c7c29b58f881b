"""What the room hands out: a small edit that may repair, with a title and the reason in plain words."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winnow.facts import Candidate, Origin

if TYPE_CHECKING:
    from collections.abc import Mapping

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

    def candidate(self, versions: Mapping[str, int]) -> Candidate:
        """This proposal as a candidate, as sure as its weight; its key is the URI of a document, in this version."""
        return Candidate(
            id=uuid.uuid4().hex,
            edits=self.edits,
            versions=versions,
            origin=Origin(provider="embedded", model=self.kind),
            confidence=self.weight,
            title=self.title,
            explanation=self.explanation,
        )

    def applied(self, text: str, key: str) -> str:
        """The text of the document ``key`` with this proposal's edits made."""
        for edit in sorted((e for e in self.edits if e.uri == key), key=lambda e: e.start, reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
        return text
