"""Repair text that does not parse, with an explanation, and only where the whole file then parses.

The aim is PyFiXV's (Phung et al. 2023): precision first. A rule looks mostly at the line the parser stops at and at
the one before; what it proposes is kept if it parses, with the confidence of the rule.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from winnow.facts import Edit
from winnow.mend.proposal import Proposal
from winnow.mend.slips import rewritings
from winnow.mend.slips.unparsed import Unparsed, error_behind, sound_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.slips.unparsed import Change, Rewriting

_SECONDS = (1.0, 1.3, 1.6)  # when each round ends: so many slips at once are repaired, one after the other
_LEAST = 0.4  # what is less sure is a guess, not a repair
_FURTHER = 8  # so many ways are gone on from where one slip is left
_UNREAD = re.compile("unmatched|never closed|unterminated|does not match|invalid (?:non-printable )?character")
_SEVERAL = 0.9  # how much less sure two slips at once are than one after the other


def syntax_fixes(text: str, key: str = "") -> Iterator[Proposal]:
    """Repairs of text that does not parse, the most confident first; none if it parses.

    ``weight`` is the confidence, 0 to 1, that this is what was meant. Each edit names its document ``key``.
    """
    error = syntax_error(text)
    if error is None:
        return
    source = Unparsed(text, error, sound_until(text, error))
    until = tuple(time.monotonic() + seconds for seconds in _SECONDS)
    found = {p.applied(text, key): p for p in sorted(_search(source, key, 1.0, until), key=lambda p: p.weight)}
    for proposal in sorted(found.values(), key=lambda p: -p.weight):
        if syntax_error(proposal.applied(text, key)) is None:
            yield proposal


def syntax_error(text: str) -> SyntaxError | None:
    """Where and why a text does not parse, or None."""
    return error_behind(text, 0)


def _search(source: Unparsed, key: str, share: float, until: tuple[float, ...]) -> Iterator[Proposal]:
    """Repairs that are sure enough when they are as likely as ``share`` to be asked for.

    ``until`` says of this round and of each further one when it ends.
    """
    further: dict[str, tuple[Proposal, Unparsed]] = {}
    for rewriting in sorted(rewritings(source), key=lambda each: -each.sure):
        if time.monotonic() > until[0]:
            return
        proposal = _proposal(source.text, key, rewriting)
        if rewriting.sure * share < _LEAST or not proposal.edits:
            continue
        text = proposal.applied(source.text, key)
        sound = source.sound if min(edit.start for edit in proposal.edits) >= source.sound else 0
        left = error_behind(text, sound)
        if left is None:
            yield proposal
        elif _nearer(left, source.error) and len(until) > 1 and proposal.weight * share * _SEVERAL >= _LEAST:
            further.setdefault(text, (proposal, Unparsed(text, left, sound)))
    for proposal, rest in sorted(further.values(), key=lambda each: -each[0].weight)[:_FURTHER]:
        for other in _search(rest, key, share * proposal.weight * _SEVERAL, until[1:]):
            yield from _together(source, key, proposal, other)


def _nearer(left: SyntaxError, error: SyntaxError) -> bool:
    """Whether the parser comes further, or stops no more at what cannot even be read as words and signs."""
    place, was = ((each.lineno or 0, each.offset or 0) for each in (left, error))
    return place > was or (left.msg != error.msg and _UNREAD.search(error.msg) is not None)


def _together(source: Unparsed, key: str, one: Proposal, other: Proposal) -> Iterator[Proposal]:
    """Two repairs as one, made against the original text; only where the second leaves alone what the first wrote."""
    moved = [_before(edit, one.edits) for edit in other.edits]
    if None in moved:
        return
    both = replace(
        one,
        edits=_joined(one.edits, [edit for edit in moved if edit]),
        title=f"{one.title}, and {other.title}",
        explanation=f"{one.explanation} {other.explanation}",
        weight=one.weight * other.weight * _SEVERAL,
    )
    sound = source.sound if min(edit.start for edit in both.edits) >= source.sound else 0
    if error_behind(both.applied(source.text, key), sound) is None:
        yield both


def _joined(earlier: tuple[Edit, ...], later: list[Edit]) -> tuple[Edit, ...]:
    """All edits; two that touch are one, as their order would be lost."""
    edits = list(earlier)
    for edit in later:
        touched = next((i for i, each in enumerate(edits) if each.end == edit.start), None)
        if touched is None:
            edits.append(edit)
        else:
            edits[touched] = replace(edits[touched], end=edit.end, text=edits[touched].text + edit.text)
    return tuple(edits)


def _before(edit: Edit, earlier: tuple[Edit, ...]) -> Edit | None:
    """An edit of the text that earlier ones left, as one of the text they were made in; none where it meets them."""
    grown = 0
    for each in sorted(earlier, key=lambda each: each.start):
        start = each.start + grown
        if edit.end < start or (edit.end == start and edit.start < start):
            break
        if edit.start < start + len(each.text):
            return None
        grown += len(each.text) - (each.end - each.start)
    return replace(edit, start=edit.start - grown, end=edit.end - grown)


def _proposal(text: str, key: str, rewriting: Rewriting) -> Proposal:
    edits = (_smallest(text, key, change) for change in rewriting.changes)
    return Proposal(
        edits=tuple(edit for edit in edits if edit.start < edit.end or edit.text),
        title=rewriting.title,
        explanation=rewriting.why,
        kind="syntax",
        weight=rewriting.sure,
    )


def _smallest(text: str, key: str, change: Change) -> Edit:
    """The least that has to be replaced to make a change."""
    start, old, new = change.start, text[change.start : change.end], change.text
    head = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    most = min(len(old), len(new)) - head
    tail = next((i for i in range(most) if old[-1 - i] != new[-1 - i]), most)
    return Edit(uri=key, start=start + head, end=start + len(old) - tail, text=new[head : len(new) - tail])
