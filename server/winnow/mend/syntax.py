"""Repair text that does not parse, with an explanation, and only where the whole file then parses.

The aim is PyFiXV's (Phung et al. 2023): precision first. A rule looks at the line the parser stops at and at
the one before; what it proposes is kept if it parses, with the confidence of the rule.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from winnow.facts import Edit
from winnow.mend.proposal import Proposal
from winnow.mend.slips import depth, rewritings
from winnow.parsing import parse
from winnow.text import split_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    lines = split_lines(text)
    further: list[tuple[Proposal, SyntaxError]] = []
    for number in _lines_to_blame(error, lines):
        line = lines[number].rstrip("\r\n")
        for rewritten, title, why, confidence in rewritings(lines, number, error):
            start = sum(map(len, lines[:number]))
            proposal = _proposal(key, (start, line, rewritten), title, why, confidence)
            left = syntax_error(proposal.applied(text, key))
            if left is None:
                yield proposal
            elif _place(left) > _place(error) and rounds > 1:
                further.append((proposal, left))
    for proposal, left in further:
        for other in _search(proposal.applied(text, key), key, left, rounds - 1):
            yield from _together(text, key, proposal, other)


def _place(error: SyntaxError) -> tuple[int, int]:
    return error.lineno or 0, error.offset or 0


def _together(text: str, key: str, one: Proposal, other: Proposal) -> Iterator[Proposal]:
    """Two repairs as one, made against the original text; only where the second stands behind the first."""
    first = one.edits[0]
    shift = len(first.text) - (first.end - first.start)
    if min(edit.start for edit in other.edits) < first.start + len(first.text):
        return
    moved = (replace(edit, start=edit.start - shift, end=edit.end - shift) for edit in other.edits)
    both = replace(
        one,
        edits=(first, *moved),
        title=f"{one.title}, and {other.title}",
        explanation=f"{one.explanation} {other.explanation}",
        weight=one.weight * other.weight * _SEVERAL,
    )
    if syntax_error(both.applied(text, key)) is None:
        yield both


def _proposal(key: str, change: tuple[int, str, str], title: str, why: str, confidence: float) -> Proposal:
    """The smallest edit that turns one line into another."""
    offset, old, new = change
    head = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    most = min(len(old), len(new)) - head
    tail = next((i for i in range(most) if old[-1 - i] != new[-1 - i]), most)
    edit = Edit(uri=key, start=offset + head, end=offset + len(old) - tail, text=new[head : len(new) - tail])
    return Proposal(edits=(edit,), title=title, explanation=why, kind="syntax", weight=confidence)


def _lines_to_blame(error: SyntaxError, lines: list[str]) -> tuple[int, ...]:
    """The line the parser stops at, the one before that says something, and the last that a bracket may reach."""
    at = min(max((error.lineno or 1) - 1, 0), len(lines) - 1)
    before = next((i for i in range(at - 1, -1, -1) if lines[i].strip()), at)
    last = at
    if "never closed" in error.msg:
        while last + 1 < len(lines) and lines[last + 1].strip() and depth(lines[last + 1]) > depth(lines[at]):
            last += 1
    return tuple(dict.fromkeys((at, before, last)))
