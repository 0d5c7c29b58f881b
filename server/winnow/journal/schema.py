"""The journal's tables, and the way of a decision into them and out again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
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
    from collections.abc import Mapping

VERSION = 4
PROMPTS_KEPT = 200
"""Prompts are large: only those of the latest candidates are kept."""
TABLES = """
CREATE TABLE IF NOT EXISTS decision (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, at REAL NOT NULL, uri TEXT NOT NULL, language TEXT NOT NULL,
    kind TEXT NOT NULL, reason TEXT NOT NULL, candidate TEXT, probability REAL, threshold REAL, propensity REAL,
    facts TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS decision_by_candidate ON decision (candidate);
CREATE INDEX IF NOT EXISTS decision_by_uri ON decision (uri, row);
CREATE TABLE IF NOT EXISTS feedback (
    row INTEGER PRIMARY KEY, candidate TEXT NOT NULL, fate TEXT NOT NULL, at REAL NOT NULL, characters INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS feedback_by_candidate ON feedback (candidate);
CREATE TABLE IF NOT EXISTS person (row INTEGER PRIMARY KEY, at REAL NOT NULL, learned TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS usage (
    row INTEGER PRIMARY KEY, at REAL NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL, purpose TEXT NOT NULL,
    prompt INTEGER NOT NULL, answer INTEGER NOT NULL, seconds REAL NOT NULL, counted INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS usage_by_time ON usage (at);
CREATE TABLE IF NOT EXISTS prompt (row INTEGER PRIMARY KEY, candidate TEXT NOT NULL, sent TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS lesson (
    row INTEGER PRIMARY KEY, at REAL NOT NULL, lines TEXT NOT NULL, title TEXT NOT NULL, explanation TEXT NOT NULL,
    helped INTEGER NOT NULL
);
"""
INSERT_DECISION = "INSERT INTO decision VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_FEEDBACK = "INSERT INTO feedback VALUES (NULL, ?, ?, ?, ?)"
INSERT_PERSON = "INSERT INTO person VALUES (NULL, ?, ?)"
INSERT_USAGE = "INSERT INTO usage VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_PROMPT = "INSERT INTO prompt VALUES (NULL, ?, ?)"
INSERT_LESSON = "INSERT INTO lesson VALUES (NULL, ?, ?, ?, ?, ?)"
FORGET_PROMPTS = "DELETE FROM prompt WHERE row <= (SELECT max(row) FROM prompt) - ?"
SELECT_PROMPT = "SELECT sent FROM prompt WHERE candidate = ? ORDER BY row DESC LIMIT 1"
SELECT_DECISIONS = (
    "SELECT row, id, at, uri, language, kind, reason, facts FROM decision "
    "WHERE (?1 IS NULL OR uri = ?1) ORDER BY row DESC LIMIT ?2"
)
SELECT_FATES = "SELECT candidate, fate, at, characters FROM feedback ORDER BY row"
SELECT_FATES_OF = "SELECT candidate, fate, at, characters FROM feedback WHERE candidate = ? ORDER BY row"
SELECT_SPENT = (
    "SELECT provider, model, purpose, count(*), sum(prompt), sum(answer), sum(seconds), sum(counted) FROM usage "
    "WHERE at >= ? GROUP BY provider, model, purpose ORDER BY sum(prompt) + sum(answer) DESC"
)
SELECT_PERSON = "SELECT learned FROM person ORDER BY row DESC LIMIT 1"
SELECT_LESSONS = (  # SQLite takes the other columns from the row that has the maximum
    "SELECT lines, title, explanation, sum(helped), count(*), max(row) FROM lesson "
    "GROUP BY lines ORDER BY max(row) DESC LIMIT ?"
)


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
    """What ``INSERT_LESSON`` takes, of a lesson, whether it helped, and when."""
    lesson, helped, at = told
    return at, orjson.dumps((lesson.before, lesson.after)).decode(), lesson.title, lesson.explanation, int(helped)


def lesson_of(values: tuple[Any, ...]) -> Lesson:
    """A lesson of a row of ``SELECT_LESSONS``."""
    lines, title, explanation, helped, tried, _ = values
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
                "evidence": decision.evidence,
                "timings": decision.timings,
            },
            default=_plain,
            option=orjson.OPT_NON_STR_KEYS,
        ).decode(),
    )


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
