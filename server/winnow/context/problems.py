"""Diagnostics near the cursor: what is known to be wrong should not be repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winnow.context.sources import Piece
from winnow.facts import Excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.context.sources import Known

_NEAR = 40
_MOST = 5


def problems(known: Known) -> Iterator[Piece]:
    """The nearest diagnostics of this document, each with its line."""
    if not known.problems:
        return
    line = known.context.before.count("\n")
    near = sorted((abs(each.line - line), each.line, each.message) for each in known.problems)
    for distance, at, message in near[:_MOST]:
        if distance > _NEAR:
            return
        there = known.document.text.line(at).strip() if at < known.document.text.line_count else ""
        excerpt = Excerpt(uri=known.document.uri, text=f"{there}\n^ {message}", why=f"a problem at line {at + 1}")
        yield Piece(excerpt=excerpt, worth=0.7 - 0.3 * distance / _NEAR)
