"""The way of a fact into the journal's tables and out again."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import orjson

from winnow.facts import (
    Candidate,
    Decision,
    Edit,
    Evidence,
    Fate,
    Feedback,
    Frame,
    Opinion,
    Origin,
    Outcome,
    Reason,
    TestOutcome,
    TestResult,
    Usage,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

COMPLETION = "completion"
"""The kind of a decision on ghost text; of the others, on repairs, proof decides and no chance."""
MESSAGE_KEPT = 500
"""Characters of what a failing test said that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A decision as it was journalled, and what became of its candidate since, oldest first."""

    decision: Decision
    fates: tuple[Feedback, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a model was asked for one purpose: requests, tokens, seconds; ``counted`` requests told their tokens."""

    provider: str
    model: str
    purpose: str
    requests: int
    prompt: int
    answer: int
    seconds: float
    counted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Lines of code, without their margins, that a proven fix made into others; the same lines are the same lesson.

    It was ``tried`` so often where such lines stood, and ``helped`` so often, the first time included.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    title: str = field(compare=False)
    explanation: str = field(default="", compare=False)
    helped: int = field(default=0, compare=False)
    tried: int = field(default=0, compare=False)

    @property
    def utility(self) -> float:
        """How likely it helps again, 0 to 1, learned from its outcomes alone (as in MemRL, 2026)."""
        return (1 + self.helped) / (2 + self.tried)


def lesson_values(told: tuple[Lesson, bool, float]) -> tuple[Any, ...]:
    """What ``COUNT_LESSON`` takes, of a lesson, whether it helped, and when."""
    lesson, helped, at = told
    return orjson.dumps((lesson.before, lesson.after)).decode(), lesson.title, lesson.explanation, int(helped), at


def lesson_of(values: tuple[Any, ...]) -> Lesson:
    """A lesson of a row of ``SELECT_LESSONS``."""
    lines, title, explanation, helped, tried = values
    before, after = orjson.loads(lines)
    return Lesson(
        before=tuple(before), after=tuple(after), title=title, explanation=explanation, helped=helped, tried=tried
    )


def decision_values(decision: Decision) -> tuple[Any, ...]:
    """What ``INSERT_DECISION`` takes."""
    opinion, candidate = decision.opinion, decision.candidate
    return (
        decision.id,
        decision.at,
        decision.uri,
        decision.language,
        decision.kind,
        decision.reason.value,
        candidate.id if candidate else None,
        opinion.probability if opinion else None,
        opinion.threshold if opinion else None,
        opinion.propensity if opinion else None,
        orjson.dumps(
            {
                "detail": decision.detail,
                "opinion": opinion,
                "candidate": replace(candidate, prompt="") if candidate else None,
                "evidence": _brief(decision.evidence) if decision.evidence else None,
                "timings": decision.timings,
            },
            default=_plain,
            option=orjson.OPT_NON_STR_KEYS,
        ).decode(),
    )


def _brief(evidence: Evidence) -> Evidence:
    """Evidence without the rest of long messages, and without the places of tests that have nothing to show there."""
    return replace(evidence, tests=tuple(map(_brief_test, evidence.tests)))


def _brief_test(result: TestResult) -> TestResult:
    if result.outcome is TestOutcome.PASSED:
        return replace(result, message="", path="", line=0, frames=())
    return replace(result, message=result.message[:MESSAGE_KEPT])


def prompt_values(candidate: Candidate) -> tuple[Any, ...]:
    """What ``INSERT_PROMPT`` takes."""
    return candidate.id, candidate.prompt


def feedback_values(feedback: Feedback) -> tuple[Any, ...]:
    """What ``INSERT_FEEDBACK`` takes."""
    return feedback.candidate_id, feedback.fate.value, feedback.at, feedback.characters


def usage_values(usage: Usage) -> tuple[Any, ...]:
    """What ``INSERT_USAGE`` takes."""
    who, size = (usage.origin.provider, usage.origin.model, usage.purpose), (usage.prompt, usage.answer)
    return usage.at, *who, *size, usage.seconds, int(usage.counted)


def spent_of(values: tuple[Any, ...]) -> Spent:
    """What a row of ``SELECT_SPENT`` says."""
    provider, model, purpose, requests, prompt, answer, seconds, counted = values
    return Spent(
        provider=provider,
        model=model,
        purpose=purpose,
        requests=requests,
        prompt=prompt,
        answer=answer,
        seconds=seconds,
        counted=counted,
    )


def rows_of(joined: Iterable[tuple[Any, ...]]) -> Iterator[Row]:
    """The decisions of ``SELECT_DECISIONS``, which has a row for each fate; one of another version is passed over."""
    for _, group in groupby(joined, key=itemgetter(0)):
        told = list(group)
        with suppress(KeyError, TypeError, ValueError):
            decision = decision_of(told[0][:8])
            fates = tuple(feedback_of(values[8:]) for values in told if values[8] is not None)
            yield Row(decision=decision, fates=fates)


def feedback_of(values: tuple[Any, ...]) -> Feedback:
    """The feedback of a row."""
    candidate, fate, at, characters = values
    return Feedback(candidate_id=candidate, fate=Fate(fate), at=at, characters=characters)


def decision_of(values: tuple[Any, ...]) -> Decision:
    """The decision of a row."""
    _, identity, at, uri, language, kind, reason, facts = values
    told = json.loads(facts)
    return Decision(
        id=identity,
        at=at,
        uri=uri,
        language=language,
        kind=kind,
        reason=Reason(reason),
        detail=told["detail"],
        opinion=_opinion(told["opinion"]),
        candidate=_candidate(told["candidate"]),
        evidence=_evidence(told["evidence"]),
        timings=MappingProxyType(told["timings"]),
    )


def _plain(value: object) -> object:
    if isinstance(value, MappingProxyType):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no place in the journal")


def _opinion(told: Mapping[str, Any] | None) -> Opinion | None:
    if told is None:
        return None
    return Opinion(
        reason=Reason(told["reason"]),
        probability=told["probability"],
        threshold=told["threshold"],
        propensity=told["propensity"],
        features=MappingProxyType(told["features"]),
        weighed=tuple((name, weight) for name, weight in told["weighed"]),
    )


def _candidate(told: Mapping[str, Any] | None) -> Candidate | None:
    if told is None:
        return None
    return Candidate(
        id=told["id"],
        edits=tuple(Edit(**edit) for edit in told["edits"]),
        versions=MappingProxyType(told["versions"]),
        origin=Origin(**told["origin"]),
        logprobs=tuple(each for each in told["logprobs"] if each is not None),
        title=told["title"],
        explanation=told["explanation"],
    )


def _evidence(told: Mapping[str, Any] | None) -> Evidence | None:
    if told is None:
        return None
    return Evidence(
        parses=told["parses"],
        outcome=Outcome(told["outcome"]),
        unknown=tuple(told["unknown"]),
        tests=tuple(_test(test) for test in told["tests"]),
        selected=told["selected"],
        seconds=told["seconds"],
        means=told["means"],
        detail=told["detail"],
    )


def _test(told: Mapping[str, Any]) -> TestResult:
    return TestResult(
        test=told["test"],
        outcome=TestOutcome(told["outcome"]),
        seconds=told["seconds"],
        message=told["message"],
        path=told["path"],
        line=told["line"],
        frames=tuple(Frame(**frame) for frame in told["frames"]),
    )
