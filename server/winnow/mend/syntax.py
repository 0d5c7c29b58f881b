"""Repair text that does not parse, with an explanation, and only where the whole file then parses.

The aim is PyFiXV's (Phung et al. 2023): precision first. A rule looks mostly at the line the parser stops at and at
the one before; what it proposes is kept if it parses, with the confidence of the rule.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from winnow.facts import Edit
from winnow.mend.proposal import Proposal
from winnow.mend.slips import rewritings
from winnow.mend.slips.unparsed import Unparsed
from winnow.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.slips.unparsed import Change, Rewriting

_ROUNDS = 3  # so many slips at once are repaired, one after the other
_LEAST = 0.4  # what is less sure is a guess, not a repair
_SEVERAL = 0.9  # how much less sure two slips at once are than one after the other


def syntax_fixes(text: str, key: str = "") -> Iterator[Proposal]:
    """Repairs of text that does not parse, the most confident first; none if it parses.

    ``weight`` is the confidence, 0 to 1, that this is what was meant. Each edit names its document ``key``.
    """
    error = syntax_error(text)
    if error is None:
        return
    found = {p.applied(text, key): p for p in sorted(_search(text, key, error, _ROUNDS), key=lambda p: p.weight)}
    yield from sorted((p for p in found.values() if p.weight >= _LEAST), key=lambda p: -p.weight)


def syntax_error(text: str) -> SyntaxError | None:
    """Where and why a text does not parse, or None."""
    try:
        parse(text)
    except SyntaxError as error:
        return error
    return None


def _search(text: str, key: str, error: SyntaxError, rounds: int) -> Iterator[Proposal]:
    further: list[tuple[Proposal, SyntaxError]] = []
    for rewriting in rewritings(Unparsed(text, error)):
        proposal = _proposal(text, key, rewriting)
        left = syntax_error(proposal.applied(text, key))
        if left is None:
            yield proposal
        elif _place(left) > _place(error) and rounds > 1 and proposal.weight * _SEVERAL >= _LEAST:
            further.append((proposal, left))
    for proposal, left in further:
        for other in _search(proposal.applied(text, key), key, left, rounds - 1):
            yield from _together(text, key, proposal, other)


def _place(error: SyntaxError) -> tuple[int, int]:
    return error.lineno or 0, error.offset or 0


def _together(text: str, key: str, one: Proposal, other: Proposal) -> Iterator[Proposal]:
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
    if syntax_error(both.applied(text, key)) is None:
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
