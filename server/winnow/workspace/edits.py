"""Edits on texts that go on changing: make them, and fit them to what the user typed since."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from winnow.facts import Candidate, Document, Edit, Snapshot
    from winnow.text import Text


def apply(edits: Sequence[Edit], snapshot: Snapshot) -> Mapping[str, str]:
    """The text of each edited document after the edits, by URI. Raises KeyError for a document that is not there."""
    texts: dict[str, Text] = {}
    for edit in sorted(edits, key=lambda each: (each.start, each.end), reverse=True):
        text = texts.get(edit.uri, snapshot.documents[edit.uri].text)
        texts[edit.uri] = text.replace(edit.start, edit.end, edit.text)
    return {uri: str(text) for uri, text in texts.items()}


def refit(candidate: Candidate, then: Snapshot, now: Snapshot) -> Candidate | None:
    """What is left to insert after the user typed on; the text that results never changes.

    A completion keeps fitting while what was typed is the start of it; a fix, while what changed in its documents
    lies outside its edits. None: it does not fit any more.
    """
    by_uri: dict[str, list[Edit]] = defaultdict(list)
    for edit in candidate.edits:
        by_uri[edit.uri].append(edit)
    fitted: list[Edit] = []
    versions: dict[str, int] = dict(candidate.versions)
    for uri, edits in by_uri.items():
        before, after = then.documents.get(uri), now.documents.get(uri)
        if before is None or after is None or before.text is after.text:
            if after is None and before is not None and before.version != 0:
                return None
            fitted += edits
        else:
            moved = _moved(edits, before, after)
            if moved is None:
                return None
            fitted += moved
        if after is not None:
            versions[uri] = after.version
    return replace(candidate, edits=tuple(fitted), versions=versions)


def _moved(edits: Iterable[Edit], before: Document, after: Document) -> list[Edit] | None:
    """The edits as they stand in the newer text, or None where the user's change runs into one."""
    start, end, typed = before.text.difference(after.text)
    shift = len(typed) - (end - start)
    moved: list[Edit] = []
    for edit in edits:
        fitted = _typed_along(edit, start, end, typed, before)
        if fitted is None and edit.end < start:
            fitted = edit
        if fitted is None and edit.start > end:
            fitted = replace(edit, start=edit.start + shift, end=edit.end + shift)
        if fitted is None:
            return None
        moved.append(fitted)
    return moved


def _typed_along(edit: Edit, start: int, end: int, typed: str, before: Document) -> Edit | None:
    """The rest of an edit whose beginning the user has typed, at its very place.

    A difference of two texts is ambiguous where characters repeat ("aa" with one more "a"), so what was typed is
    slid back to the edit's place where that gives the same text.
    """
    if start != end or start < edit.start:
        return None
    slid = start - edit.start
    if slid:
        between = before.text.slice(edit.start, start)
        if (between + typed)[: len(typed)] + between != between + typed:
            return None
        typed = (between + typed)[: len(typed)]
    if not edit.text.startswith(typed):
        return None
    size = len(typed)
    return replace(edit, start=edit.start + size, end=edit.end + size, text=edit.text[size:])
