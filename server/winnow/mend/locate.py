"""Where the fault may be: functions that failing tests ran and passing ones did not, and what the traceback names.

Spectrum-based fault localisation with the Ochiai coefficient (Abreu et al. 2006), at the level of functions, combined
with the traceback, with what the failing tests call by name, and with how much there is in a function to get wrong.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from math import prod, sqrt
from typing import TYPE_CHECKING

from winnow.facts import TestOutcome
from winnow.mend.unit import Function, Source
from winnow.paths import is_of_tests

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from winnow.facts import TestResult

Place = tuple[str, str]
"""A path, and the qualified name of a function in it."""

_BROKEN = {TestOutcome.FAILED, TestOutcome.ERROR, TestOutcome.UNFINISHED}
_TRACED = 0.5  # of a function that the exception came through, where it is known what the tests ran
_NAMED = 0.2  # of one that a failing test calls, where it is known what the tests ran
_CALLEE = 0.5  # what a function that a failing test names calls in turn, against the function itself
_FADING = 0.8  # each frame further out, against the one within
_TEST = re.compile(r"test(?:_|[A-Z0-9]|$)")  # of pytest or unittest
_TESTS = 0.5  # what a test needs is more often right than what it is about
_DECIDING = (
    ast.BinOp | ast.BoolOp | ast.UnaryOp | ast.Compare | ast.Call | ast.Subscript | ast.AugAssign | ast.comprehension
    | ast.If | ast.IfExp | ast.For | ast.AsyncFor | ast.While | ast.Try | ast.Yield | ast.YieldFrom
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A function that may hold the fault: its lines from 0, ``end_line`` the last of them; ``score`` 0 to 1."""

    path: str
    start_line: int
    end_line: int
    unit: str
    score: float


def broken(results: Sequence[TestResult]) -> tuple[TestResult, ...]:
    """The tests that did not pass, those that came to no end among them."""
    return tuple(result for result in results if result.outcome in _BROKEN)


def function_at(text: str, line: int) -> str:
    """The qualified name of the innermost function around a line (from 0); empty where there is none."""
    try:
        return _enclosing(Source("", text), line) or ""
    except SyntaxError:
        return ""


def locate(
    results: Sequence[TestResult],
    sources: Mapping[str, str],
    reached: Mapping[str, Collection[Place]] | None = None,
    *,
    of_tests: Collection[str] = (),
    opened: bool = False,
) -> tuple[Suspect, ...]:
    """Functions that may hold the fault of the first failure, most suspect first.

    Other failures tell about it as far as they ran the same functions. ``sources`` gives every file that may be
    edited, and the failing test files, by path: tests are read to see what they call, and suspected only where they
    are ``opened``: their helpers and fixtures, never a test itself. ``of_tests`` are those that their name does not
    tell.
    ``reached`` tells which (path, qualified name) each test ran; without it the traceback decides, and without frames
    in ``sources`` the functions that the failing tests name. Files that do not parse are left out. Of a test that came
    to no end only the way to where it was counts: what it would have called afterwards is none of it.
    """
    parsed = dict(_parsed(sources))
    tests = {path for path in parsed if path in of_tests or is_of_tests(path)}
    code = {path: source for path, source in parsed.items() if opened or path not in tests}
    ran = _spectrum(results, code, reached or {})
    failures = broken(results)[: 1 if ran else None]
    ended = [each for each in failures if each.outcome is not TestOutcome.UNFINISHED or not _traced([each], code)]
    scores = _together((ran, 1.0), (_traced(failures, code), _TRACED), (_named(ended, parsed, code), _NAMED))
    suspects = _weighed([s for place, score in scores.items() if (s := _suspect(code, place, score, tests))], code)
    return tuple(sorted(suspects, key=lambda s: (-s.score, s.path, s.start_line)))


def _together(*evidence: tuple[Mapping[Place, float], float]) -> dict[Place, float]:
    """Several reasons to suspect a place as one (noisy or); the first kind that there is any of counts in full."""
    known = [(found, weight) for found, weight in evidence if found]
    weighed = [(known[0][0], 1.0), *known[1:]] if known else []
    places = dict.fromkeys(place for found, _ in weighed for place in found)
    return {place: 1 - prod(1 - weight * found.get(place, 0.0) for found, weight in weighed) for place in places}


def _parsed(sources: Mapping[str, str]) -> Iterator[tuple[str, Source]]:
    for path, text in sources.items():
        try:
            yield path, Source(path, text)
        except SyntaxError:
            continue


def _suspect(code: Mapping[str, Source], place: Place, score: float, tests: Collection[str]) -> Suspect | None:
    path, name = place
    entry = code[path].functions.get(name) if path in code else None
    if entry is None:
        return None
    if path in tests:
        score *= _TESTS
        if any(map(_TEST.match, name.split("."))):
            return None
    function = entry[0]
    end = (function.end_lineno or function.lineno) - 1
    return Suspect(path=path, start_line=function.lineno - 1, end_line=end, unit=name, score=score)


def _weighed(suspects: Sequence[Suspect], code: Mapping[str, Source]) -> list[Suspect]:
    """The suspects with how readily each is at fault, compared with the readiest."""
    readiness = [_fallibility(code[each.path].functions[each.unit][0]) for each in suspects]
    most = max(readiness, default=1.0)
    return [replace(each, score=each.score * own / most) for each, own in zip(suspects, readiness, strict=True)]


def _fallibility(function: Function) -> float:
    """How readily a function is at fault for what it does: one that only sets fields or hands on a value rarely is."""
    deciding = sum(isinstance(node, _DECIDING) for statement in function.body for node in ast.walk(statement))
    return (1 + deciding) / (2 + deciding)


def _spectrum(
    results: Sequence[TestResult], code: Mapping[str, Source], reached: Mapping[str, Collection[Place]]
) -> dict[Place, float]:
    """Ochiai of all that the first failure ran: failing tests that ran it over the root of all failing times all."""
    failed = [result.test for result in broken(results)]
    ran = {place: 0 for test in failed[:1] for place in reached.get(test, ()) if _is_known(place, code)}
    ran_and_failed = dict(ran)
    for result in results:
        for place in ran.keys() & reached.get(result.test, ()):
            ran[place] += 1
            ran_and_failed[place] += result.test in failed
    return {place: ran_and_failed[place] / sqrt(len(failed) * count) for place, count in ran.items()}


def _is_known(place: Place, code: Mapping[str, Source]) -> bool:
    path, name = place
    return path in code and name in code[path].functions


def _traced(failures: Sequence[TestResult], code: Mapping[str, Source]) -> dict[Place, float]:
    scores: dict[Place, float] = {}
    for failure in failures:
        score = 1.0
        for frame in reversed(failure.frames):
            name = _enclosing(code[frame.path], frame.line) if frame.path in code else None
            if name:
                place = (frame.path, name)
                scores[place] = max(scores.get(place, 0.0), score)
                score *= _FADING
    return scores


def _enclosing(source: Source, line: int) -> str | None:
    """The innermost function around a line, lines from 0."""
    around = {
        name: function.lineno
        for name, (function, _) in source.functions.items()
        if function.lineno - 1 <= line < (function.end_lineno or function.lineno)
    }
    return max(around, key=lambda name: around[name]) if around else None


def _named(
    failures: Sequence[TestResult], parsed: Mapping[str, Source], code: Mapping[str, Source]
) -> dict[Place, float]:
    """What the failing tests call by name, then what that calls, fading."""
    scores: dict[Place, float] = {}
    for failure in failures:
        words = _words(failure, parsed)
        score = 1.0
        for _ in range(3):
            places = [place for place in _defining(code, words) if place not in scores]
            scores |= dict.fromkeys(places, score)
            called = (_called(code[path].functions[name][0]) for path, name in places)
            words = frozenset().union(*called)
            score *= _CALLEE
    return scores


def _defining(code: Mapping[str, Source], words: frozenset[str]) -> Iterator[Place]:
    for path, source in code.items():
        for name, (_, owner) in source.functions.items():
            last = name.rpartition(".")[2]
            if last in words or (last == "__init__" and owner is not None and owner.name in words):
                yield path, name


def _words(failure: TestResult, parsed: Mapping[str, Source]) -> frozenset[str]:
    """The names that a failing test calls, fixtures it takes included."""
    source = parsed.get(failure.path) or parsed.get(failure.test.partition("::")[0])
    name = failure.test.partition("::")[2].partition("[")[0].replace("::", ".")
    entry = source.functions.get(name) if source else None
    if source is None or entry is None:
        return frozenset()
    function = entry[0]
    fixtures = [source.functions[a.arg][0] for a in function.args.args if a.arg in source.functions]
    return frozenset().union(*(_called(each) for each in (function, *fixtures)))


def _called(function: Function) -> frozenset[str]:
    names = (n.func for n in ast.walk(function) if isinstance(n, ast.Call))
    found = (n.id if isinstance(n, ast.Name) else n.attr for n in names if isinstance(n, ast.Name | ast.Attribute))
    return frozenset(found)
