"""Which of the survivors comes first, and whether they are too different to choose.

Survivors that behave alike on generated inputs lend each other belief (CodeT's agreement, Chen et al. 2022). The most
believed behaviour is chosen where it is clear; else one input on which the first two differ is left for a person.
How many agree is not asked, as it is of programs that a model drew (``winnow.mend.choose``): see ``winnow.mend.rank``.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winnow.facts import TestOutcome
from winnow.mend import alike, is_clear, rank, vary
from winnow.parsing import literal
from winnow.proof import Function, Question
from winnow.repair.believing import SPEAKING, doubt, must_leave_alone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.repair.scene import Scene
    from winnow.repair.search import Search
    from winnow.repair.trying import Tried

INPUTS = 40
COMPARED = 16
"""Survivors that are compared, the likeliest; each takes a run."""
SECONDS, LOOK_SECONDS = 10.0, 4.0
"""How long survivors are compared, and how long a look at one of them may take."""
LIMIT = 0.05
"""Seconds that one call may compute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What to offer, best first; or nothing, and the ``call`` on which the most believed ``rivals`` differ.

    ``doubtful`` are those that too little speaks for, ``because`` says what is missing.
    """

    fixes: tuple[Tried, ...] = ()
    doubtful: tuple[Tried, ...] = ()
    because: str = ""
    call: str = ""
    rivals: tuple[tuple[str, Tried], ...] = ()


async def choose(search: Search) -> Choice:
    """Compare the survivors of a search; those that there is no time for, the least likely, are left out."""
    survivors = sorted(_unsurpassed(search.survivors), key=lambda each: -each.weight)[:COMPARED]
    inputs: tuple[str, ...] = ()
    behaviours: list[tuple[str, ...]] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(SECONDS):
            if len(survivors) > 1 or must_leave_alone(survivors, search):
                inputs = await _inputs(survivors[0], search.scene)
            for each in survivors if inputs else ():
                behaviours.append(await _behaviour(each, inputs, search.scene))  # noqa: PERF401 - some may be all
    if not any(behaviours):
        return _judged_alone(survivors, search)
    groups = alike(list(zip(survivors, behaviours, strict=False)))
    first, *others = groups.items()
    if not is_clear(groups):
        return _ambiguous(first, others[0], inputs, search.scene) or Choice()
    changed = 0.0
    if must_leave_alone(first[1], search):
        before = await _behaviour(None, inputs, search.scene)
        changed = _differing(before, first[0])
    return _judged(first[1], search, rivals=bool(others), changed=changed)


def _unsurpassed(survivors: Sequence[Tried]) -> list[Tried]:
    """Those of which no other passes the same tests and some that they fail: half a fix is no rival of a whole one."""
    passed = [{result.test for result in each.evidence.passed} for each in survivors]
    failed = [{result.test for result in each.evidence.failed} for each in survivors]
    return [
        each
        for each, mine, missed in zip(survivors, passed, failed, strict=True)
        if not any(mine < theirs and missed & theirs for theirs in passed)
    ]


def _judged(survivors: Sequence[Tried], search: Search, *, rivals: bool, changed: float) -> Choice:
    """Those that behave alike, if enough speaks for them."""
    ranked = _in_order(survivors)
    because = doubt(survivors, search, rivals=rivals, changed=changed) if survivors else ""
    return Choice(doubtful=ranked, because=because) if because else Choice(fixes=ranked)


def _judged_alone(survivors: Sequence[Tried], search: Search) -> Choice:
    """Those that enough speaks for, each by itself: how alike they behave cannot be known, as of methods."""
    ranked = _in_order(survivors)
    because = [doubt([each], search, rivals=False, changed=1.0) for each in ranked]
    fixes = tuple(each for each, against in zip(ranked, because, strict=True) if not against)
    return Choice(fixes=fixes) if fixes or not ranked else Choice(doubtful=ranked, because=because[0])


def _differing(one: Sequence[str], other: Sequence[str]) -> float:
    """The share of inputs on which two behaviours differ; all where one is not known."""
    if not one:
        return 1.0
    return sum(a != b for a, b in zip(one, other, strict=False)) / len(one)


def _in_order(survivors: Sequence[Tried]) -> tuple[Tried, ...]:
    """Those that behave alike, the best first.

    Where few tests speak, what was written for the failure goes before what was found by trying many edits.
    """
    few = all(len(each.evidence.passed) < SPEAKING for each in survivors)
    return tuple(sorted(rank(survivors), key=lambda each: few and not each.written))


async def _inputs(likeliest: Tried, scene: Scene) -> tuple[str, ...]:
    """Inputs like those that the tests give to the subject, those first; none where they cannot be written down.

    The tests run with the likeliest candidate, as they may come to no end without one.
    """
    function = _function(scene)
    if function is None:
        return ()
    tests = tuple(dict.fromkeys([scene.failure.test, *_reaching(function, scene)]))[:COMPARED]
    question = Question(function=function, tests=tests)
    sight = await scene.prover.look(question, scene.snapshot, LOOK_SECONDS, likeliest.candidate)
    observed = [each for each in map(_literal, sight.calls) if each is not None]
    varied = await asyncio.to_thread(vary, observed, INPUTS)
    return tuple(text for each in varied if _literal(text := repr(each)) is not None)


async def _behaviour(tried: Tried | None, inputs: tuple[str, ...], scene: Scene) -> tuple[str, ...]:
    """What each input gives with a candidate, or without; nothing where it cannot be asked."""
    function = _function(scene)
    if function is None:
        return ()
    tests: tuple[str, ...] = (scene.failure.test,)
    if tried is None and scene.failure.outcome is TestOutcome.UNFINISHED:
        tests = tuple(test for test in _reaching(function, scene) if _passes(test, scene))[:1]
    question = Question(function=function, tests=tests, inputs=inputs, limit=LIMIT)
    sight = await scene.prover.look(question, scene.snapshot, LOOK_SECONDS, tried.candidate if tried else None)
    return sight.behaviour


def _reaching(function: Function, scene: Scene) -> list[str]:
    place = (function.path, function.name)
    return [test for test, places in scene.prover.reached().items() if place in places]


def _passes(test: str, scene: Scene) -> bool:
    known = scene.session.findings.get(scene.folder.key(test))
    return known is not None and known.result.outcome is TestOutcome.PASSED


def _function(scene: Scene) -> Function | None:
    subject = scene.subject
    if subject is None:
        return None
    return Function(path=subject.path, name=subject.unit, start_line=subject.start_line, end_line=subject.end_line)


def _literal(text: str) -> tuple[object, ...] | None:
    """Arguments as they are written; None where they are no literals."""
    try:
        value = literal(text)
    except ValueError:
        return None
    return value if isinstance(value, tuple) else None


def _ambiguous(
    one: tuple[tuple[str, ...], Sequence[Tried]],
    other: tuple[tuple[str, ...], Sequence[Tried]],
    inputs: Sequence[str],
    scene: Scene,
) -> Choice | None:
    """The plainest input on which two behaviours differ: one where both give a value, and short."""
    subject = scene.subject
    differing = [
        (text, first, second) for text, first, second in zip(inputs, one[0], other[0], strict=False) if first != second
    ]
    if not differing or subject is None:
        return None
    text, first, second = min(
        differing, key=lambda each: (each[1].startswith("!") or each[2].startswith("!"), len(each[0]))
    )
    arguments = ", ".join(map(repr, literal(text)))
    return Choice(
        call=f"{subject.unit}({arguments})", rivals=((first, _in_order(one[1])[0]), (second, _in_order(other[1])[0]))
    )
