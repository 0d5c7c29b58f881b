"""The order of the search: every kind of edit at every suspect, likeliest first, each program once."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from heapq import merge
from itertools import combinations, islice
from math import exp
from types import MappingProxyType
from typing import TYPE_CHECKING

from winnow.facts import TestOutcome
from winnow.mend.edits import kinds
from winnow.mend.unit import Source, Unit
from winnow.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from winnow.facts import Edit, TestResult
    from winnow.mend.locate import Suspect
    from winnow.mend.proposal import Proposal

_UNTHOUGHT = 1.0  # what edits of a kind that its file does not know weigh beside those it proposes
_NEAR = 3.0  # how much likelier an edit is on the very line an exception came from
_FRESH = 8.0  # how much likelier it is in lines that were changed since the test passed
_PAIRED = 40  # of so many likeliest edits, each two are tried together
_SUSPECTS = 12
NOTHING_FRESH: Mapping[str, range] = MappingProxyType({})


def propose(
    sources: Mapping[str, str],
    suspects: Sequence[Suspect],
    failures: Sequence[TestResult],
    *,
    pairs: int = 400,
    fresh: Mapping[str, range] = NOTHING_FRESH,
) -> Iterator[Proposal]:
    """Untried repairs, likeliest first: single edits, then at most ``pairs`` of two at once.

    The weight of a proposal is the prior of its kind, shared among the edits of that kind in the function and those
    that nobody thought of (an unlikely one is not made likely by being alone), times the score of the suspect, the
    nearness to where an exception came from, and what the failure hints at.
    ``fresh`` are lines (from 0) that were changed since the tests passed: likely there they broke (Zeller 1999).
    Edits name their document by the key of ``sources``. Programs with equal syntax trees come once.
    """
    words = hints(failures)
    ranked: list[tuple[Proposal, Unit]] = []
    seen: set[tuple[str, str, str]] = set()
    for suspect in suspects[:_SUSPECTS]:
        unit = _unit(sources, suspect, words)
        if unit is not None:
            seen.add((unit.source.key, unit.name, _shape((), unit) or ""))
            near = _nearness(unit, failures)
            lines = fresh.get(suspect.path, range(0))
            ranked += ((replace(p, weight=p.weight * suspect.score), unit) for p in _of_unit(unit, near, lines))
    ranked.sort(key=lambda entry: -entry[0].weight)
    best: list[tuple[Proposal, Unit]] = []
    for proposal, unit in ranked:
        if _fresh(proposal, unit, seen):
            best.append((proposal, unit))
            yield proposal
    yield from islice(_pairs(best[:_PAIRED], seen), pairs)


def hints(failures: Sequence[TestResult]) -> frozenset[str]:
    """What the failures say: names of exceptions, ``timeout``, ``None`` where that was the actual value."""
    words: set[str] = set()
    for failure in failures:
        words |= set(re.findall(r"\b[A-Z]\w*(?:Error|Exception|Iteration)\b", failure.message))
        if failure.outcome is TestOutcome.UNFINISHED or "Timeout" in failure.message:
            words.add("timeout")
        if re.search(r"\bassert None\b|\bNone (?:==|!=|is)|'NoneType'", failure.message):
            words.add("None")
        if "<generator" in failure.message:
            words.add("generator")
    return frozenset(words)


def _unit(sources: Mapping[str, str], suspect: Suspect, words: frozenset[str]) -> Unit | None:
    if suspect.path not in sources:
        return None
    try:
        source = Source(suspect.path, sources[suspect.path])
    except SyntaxError:
        return None
    entry = source.functions.get(suspect.unit)
    return Unit(source=source, function=entry[0], name=suspect.unit, owner=entry[1], words=words) if entry else None


def _nearness(unit: Unit, failures: Sequence[TestResult]) -> frozenset[int]:
    """The lines of the unit, from 0, from which an exception came or went on."""
    first, last = unit.function.lineno - 1, unit.function.end_lineno or 0
    frames = (frame for failure in failures for frame in failure.frames)
    return frozenset(f.line for f in frames if f.path == unit.source.key and first <= f.line < last)


def _of_unit(unit: Unit, near: frozenset[int], fresh: range) -> Iterator[Proposal]:
    loop = unit.loop_around(near)
    for kind in kinds():
        found = list(kind.propose(unit))
        total = _UNTHOUGHT + sum(proposal.weight for proposal in found)
        prior = kind.prior
        for word, factor in kind.after.items():
            prior *= factor if word in unit.words else 1.0
        for proposal in found:
            closeness = _closeness(unit, proposal, near, loop, fresh)
            yield replace(proposal, kind=kind.name, weight=proposal.weight / total * prior * closeness)


def _closeness(unit: Unit, proposal: Proposal, near: frozenset[int], loop: range, fresh: range) -> float:
    """How much likelier an edit is for where it stands.

    Lines changed lately are, and those near to where it raised. Of a test that came to no end, those that end a loop
    are, and those outside the ``loop`` that it was in when it was given up hardly matter.
    """
    line = unit.source.text.count("\n", 0, proposal.edits[0].start)
    factor = _FRESH if line in fresh else 1.0
    if "timeout" in unit.words:
        factor += _NEAR * (line in unit.ends_loops)
        factor /= _NEAR if loop and line not in loop else 1.0
    elif near:
        factor += (_NEAR - 1.0) * exp(-min(abs(line - other) for other in near))
    return factor


def _fresh(proposal: Proposal, unit: Unit, seen: set[tuple[str, str, str]]) -> bool:
    """Whether the proposal makes a program that parses and was not met before; remembers it."""
    shape = _shape(proposal.edits, unit)
    if shape is None:
        return False
    place = (unit.source.key, unit.name, shape)
    if place in seen:
        return False
    seen.add(place)
    return True


def _shape(edits: Sequence[Edit], unit: Unit) -> str | None:
    """The tree of the function alone, after the edits: the rest of the file need not be parsed again."""
    start = unit.source.line_start(unit.function.lineno)
    end = unit.source.line_start((unit.function.end_lineno or 0) + 1)
    text = unit.source.text[start:end]
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        text = text[: edit.start - start] + edit.text + text[edit.end - start :]
    nested = text[:1] in {" ", "\t"}
    try:
        return ast.dump(parse(f"if 1:\n{text}" if nested else text).body[0])
    except SyntaxError:
        return None
    except RecursionError:  # hundreds of branches: its text tells it apart
        return text


@dataclass(frozen=True, slots=True)
class _Both:
    """Two edits at once, made only when their turn comes."""

    one: Proposal
    other: Proposal
    weight: float


def _pairs(best: Sequence[tuple[Proposal, Unit]], seen: set[tuple[str, str, str]]) -> Iterator[Proposal]:
    both = [
        (_Both(one, other, one.weight * other.weight), unit)
        for (one, unit), (other, its) in combinations(best, 2)
        if unit is its and _apart(one, other)
    ]
    for pair, unit in sorted(both, key=lambda entry: -entry[0].weight):
        joined = _joined(pair)
        if _fresh(joined, unit, seen):
            yield joined


def _apart(one: Proposal, other: Proposal) -> bool:
    a, b = one.edits[0], other.edits[0]
    return a.end < b.start or b.end < a.start


def _joined(pair: _Both) -> Proposal:
    edits = merge(pair.one.edits, pair.other.edits, key=lambda edit: edit.start)
    return replace(
        pair.one,
        edits=tuple(edits),
        title=f"{pair.one.title.rpartition(' in ')[0]}, and {pair.other.title}",
        explanation=f"{pair.one.explanation} {pair.other.explanation}".strip(),
        kind=f"{pair.one.kind}+{pair.other.kind}",
        weight=pair.weight,
    )
