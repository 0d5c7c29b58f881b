"""Recent edits: what the person changed elsewhere just now, as it reads after the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winnow.context.sources import Piece
from winnow.facts import Excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.context.sources import Known
    from winnow.facts import Document

_AROUND = 2
_MOST_LINES = 30


def edits(known: Known) -> Iterator[Piece]:
    """For each other document edited of late: the lines that changed, with a little around them, the latest first."""
    oldest: dict[str, Document] = {}
    for document in known.recent:
        oldest.setdefault(document.uri, document)
    latest = list(dict.fromkeys(document.uri for document in reversed(known.recent)))
    open_now = known.opened
    for rank, uri in enumerate(uri for uri in latest if uri != known.document.uri and uri in open_now):
        text = changed(oldest[uri], open_now[uri])
        if text:
            excerpt = Excerpt(uri=uri, text=text, why="was edited just now")
            yield Piece(excerpt=excerpt, worth=max(0.1, 0.65 - 0.1 * rank))


def changed(before: Document, after: Document) -> str:
    """The lines of a document between its first and last change, with a little around them; empty without any."""
    if before.text == after.text:
        return ""
    old, new = str(before.text).split("\n"), str(after.text).split("\n")
    shared = min(len(old), len(new))
    top = next((at for at in range(shared) if old[at] != new[at]), shared)
    left = shared - top
    bottom = next((at for at in range(left) if old[-1 - at] != new[-1 - at]), left)
    first, last = max(0, top - _AROUND), min(len(new), len(new) - bottom + _AROUND)
    return "\n".join(new[first:last][:_MOST_LINES]).strip("\n")
