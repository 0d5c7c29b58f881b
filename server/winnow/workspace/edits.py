"""Edits on texts that go on changing: make them, and fit them to what the user typed since."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from winnow.facts import Candidate, Document, Edit, Snapshot
    from winnow.text import Text

CLOSERS = ")]}\"'`"
"""What editors insert by themselves behind the cursor."""
SLIDE_LIMIT = 4096
"""Characters; nobody types so many that repeat."""


def apply(edits: Sequence[Edit], snapshot: Snapshot) -> Mapping[str, str]:
    """The text of each edited document after the edits, by URI. Raises KeyError for a document that is not there.

    Offsets are those of the snapshot; of several insertions at one place the first comes first.
    """
    texts: dict[str, Text] = {}
    ordered = sorted(edits, key=lambda each: (each.start, each.end))
    for edit in ordered[::-1]:
        text = texts.get(edit.uri, snapshot.documents[edit.uri].text)
        texts[edit.uri] = text.replace(edit.start, edit.end, edit.text)
    return {uri: str(text) for uri, text in texts.items()}


def refit(candidate: Candidate, then: Snapshot, now: Snapshot) -> Candidate | None:
    """What is left to insert after the user typed on; the text that results never changes.

    A completion keeps fitting while what was typed is the start of it (with the brackets that an editor closes by
    itself); a fix, while what changed in its documents lies outside its edits. None: it does not fit any more.
    Of closed files ``files_stand`` tells whether they changed.
    """
    by_uri: dict[str, list[Edit]] = defaultdict(list)
    for edit in candidate.edits:
        by_uri[edit.uri].append(edit)
    fitted: dict[str, list[Edit]] = {}
    versions: dict[str, int] = dict(candidate.versions)
    for uri, edits in by_uri.items():
        before, after = then.documents.get(uri), now.documents.get(uri)
        if before is not None and after is not None:
            moved = edits if before.text is after.text else _moved(edits, before.text, after.text)
            if moved is None:
                return None
            fitted[uri] = moved
            versions[uri] = after.version
        elif _opened_or_closed(before, after):
            return None
        else:
            fitted[uri] = edits
    left = {uri: iter(edits) for uri, edits in fitted.items()}
    return replace(candidate, edits=tuple(next(left[edit.uri]) for edit in candidate.edits), versions=versions)


def same_texts(candidate: Candidate, then: Snapshot, now: Snapshot) -> bool:
    """Whether those documents that a candidate edits read as they did, of which both snapshots know the text."""
    known = {edit.uri for edit in candidate.edits} & then.documents.keys() & now.documents.keys()
    return all(then.documents[uri].text == now.documents[uri].text for uri in known)


def typed_at(offset: int, before: Text, after: Text) -> str | None:
    """What was typed at an offset to make one text the other; None where anything else was changed."""
    start, end, typed = before.difference(after)
    if start == end and not typed:
        return ""
    return _slid(offset, start, typed, before) if start == end else None


def typed_since(then: Snapshot, now: Snapshot, uri: str, offset: int) -> str | None:
    """What was typed at an offset of a document between two snapshots; None where anything else was changed in any.

    What was found out about the older snapshot holds for the newer one only then. Opening and closing change nothing.
    """
    for other, document in now.documents.items():
        known = then.documents.get(other)
        if other != uri and known is not None and known.text is not document.text and known.text != document.text:
            return None
    before, after = then.documents.get(uri), now.documents.get(uri)
    return typed_at(offset, before.text, after.text) if before is not None and after is not None else None


def _opened_or_closed(before: Document | None, after: Document | None) -> bool:
    """Whether a document came or went in between, so that nobody knows its text; a stamped one was closed all along."""
    return after is not None or (before is not None and not before.stamp)


def _moved(edits: Sequence[Edit], before: Text, after: Text) -> list[Edit] | None:
    """The edits as they stand in the newer text, or None where the user's change runs into one."""
    start, end, typed = before.difference(after)
    if start == end and not typed:
        return list(edits)
    touched = False
    for at, edit in enumerate(edits):
        slid = _slid(edit.start, start, typed, before) if start == end else None
        rest = _rest(edit, slid) if slid is not None else None
        if slid is not None and rest is not None:
            others = _shifted([*edits[:at], *edits[at + 1 :]], edit.start, edit.start, len(slid))
            return None if others is None else [*others[:at], rest, *others[at:]]
        touched = touched or slid is not None
    return None if touched else _shifted(edits, start, end, len(typed) - (end - start))


def _slid(to: int, start: int, typed: str, before: Text) -> str | None:
    """What was typed, had it been typed at another place with the same result; None where that is impossible.

    The difference of two texts is ambiguous where characters repeat: one more "a" in "aa" may stand anywhere.
    """
    if abs(start - to) > SLIDE_LIMIT:
        return None
    if start < to:
        between = before.slice(start, to)
        return (typed + between)[len(between) :] if (typed + between).startswith(between) else None
    between = before.slice(to, start)
    slid = (between + typed)[: len(typed)]
    return slid if slid + between == between + typed else None


def _rest(edit: Edit, typed: str) -> Edit | None:
    """What is left of an edit when a part of its text has been typed at its start; None where something else was."""
    if edit.text.startswith(typed):
        at = edit.start + len(typed)
        return replace(edit, start=at, end=edit.end + len(typed), text=edit.text[len(typed) :])
    opened = typed.rstrip(CLOSERS)
    closed = typed[len(opened) :]
    fits = opened and edit.start == edit.end and len(edit.text) >= len(typed)
    if fits and edit.text.startswith(opened) and edit.text.endswith(closed):
        at = edit.start + len(opened)
        return replace(edit, start=at, end=at, text=edit.text[len(opened) : len(edit.text) - len(closed)])
    return None


def _shifted(edits: Sequence[Edit], start: int, end: int, by: int) -> list[Edit] | None:
    """Edits before a change as they are, edits behind it moved; None where one touches it."""
    shifted: list[Edit] = []
    for edit in edits:
        if edit.end < start:
            shifted.append(edit)
        elif edit.start > end:
            shifted.append(replace(edit, start=edit.start + by, end=edit.end + by))
        else:
            return None
    return shifted
