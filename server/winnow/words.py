"""How Winnow tells of evidence in words: the same in every editor, in the journal and in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winnow.facts import Outcome, TestOutcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.facts import Evidence, Opinion, TestResult


def count(number: int, noun: str) -> str:
    """A number with its noun: "1 test", "4 tests"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def milliseconds(seconds: float) -> str:
    """A duration as people read it: "61 ms", "1.4 s"."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def first_line(text: str) -> str:
    """The first line that says something."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def evidence_says(evidence: Evidence) -> str:
    """What trying a candidate showed: "4 tests passed, 61 ms", "refuted by test_reserve: assert 3 == 2"."""
    if not evidence.parses:
        return "it does not parse"
    if evidence.unknown:
        return evidence.unknown[0]
    return _outcome_says(evidence)


def _outcome_says(evidence: Evidence) -> str:
    took = milliseconds(evidence.seconds)
    match evidence.outcome:
        case Outcome.PASSED:
            return f"{count(len(evidence.passed), 'test')} passed, {took}"
        case Outcome.FAILED:
            failure = evidence.failed[0]
            return f"refuted by {short_name(failure.test)}: {first_line(failure.message)}"
        case Outcome.UNREACHED:
            return "no test reaches it"
        case Outcome.UNFINISHED:
            done = f"{len(evidence.tests)} of {count(evidence.selected, 'test')} in {took}"
            return f"tests unfinished: {evidence.detail or done}"
        case Outcome.REFUSED:
            return f"not tested: {evidence.detail}"


def judged(evidence: Evidence, opinion: Opinion) -> str:
    """Evidence and probability in one line: "4 tests passed, 61 ms, p 0.71"."""
    return f"{evidence_says(evidence)}, p {opinion.probability:.2f}"


def unsure_says(confidence: float, enough: float) -> str:
    """Why a line is withheld that no test passes with: "The engine is not sure enough of this line: 45%, and ..."."""
    needed = f"where no test passes, it takes {enough:.0%}"
    return f"The engine is not sure enough of this line: {confidence:.0%}, and {needed}."


def short_name(test: str) -> str:
    """The part of a test's name that a person looks for, with its parameters, which may hold anything."""
    name, bracket, parameters = test.partition("[")
    return name.rpartition("::")[2] + bracket + parameters


def standing_says(results: Sequence[TestResult]) -> str:
    """How a set of tests stands: "✓ 3 tests", "✗ 1 of 4", "✓ 3 tests, 1 flaky"; a flaky one counts neither way."""
    ran = [result for result in results if result.outcome is not TestOutcome.SKIPPED and not result.flaky]
    bad = [result for result in ran if result.outcome is not TestOutcome.PASSED]
    flaky = sum(result.flaky for result in results)
    stands = f"✗ {len(bad)} of {len(ran)}" if bad else f"✓ {count(len(ran), 'test')}"
    return f"{stands}, {flaky} flaky" if flaky else stands


def eagerness_says(judged: int, before: int, after: int) -> str:
    """What another eagerness would have made of the latest suggestions: "Of the latest 40, 12 would appear, not 20"."""
    latest = f"Of the latest {count(judged, 'suggestion')}"
    if after == before:
        return f"{latest}, the same {after} would appear by themselves."
    return f"{latest}, {after} would appear by themselves now, not {before}."
