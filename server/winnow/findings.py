"""What is known of each test: how it stands, where its fault may be, and what would mend it."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, replace
from typing import ClassVar

from winnow.facts import (
    Candidate,
    Decision,
    Evidence,
    Frame,
    Opinion,
    Snapshot,
    Suggestion,
    TestOutcome,
    TestResult,
)

FAILING = frozenset({TestOutcome.FAILED, TestOutcome.ERROR, TestOutcome.UNFINISHED})


@dataclass(frozen=True, slots=True, kw_only=True)
class TestKey:
    """A test among those of all workspace folders: its folder's path, and what the runner calls it there.

    Two folders may each have a ``tests/test_cart.py::test_total``.
    """

    __test__: ClassVar[bool] = False  # pytest would take it for a test by its name

    folder: str
    test: str

    def __str__(self) -> str:
        """The name by which an editor knows it: the path of its folder, then its name there; pytest takes it too."""
        return f"{self.folder}/{self.test}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A proven fix, with the text it was proven on and the words to offer it in."""

    suggestion: Suggestion
    snapshot: Snapshot
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguity:
    """Fixes of a failing test that all pass every test and yet differ where no test speaks: a question to a person.

    ``call`` is one input as source, such as ``f(3)``; each of ``answers`` is what it gives (the text of a value, or
    ``!`` and the name of what it raises) with the best fix that gives it, the likeliest first. "Should ``f(3)`` be
    6 or 9?" is the whole question (ConAIR): the fix beside the answer is the one to apply, and ``assert f(3) == 6``
    the test to keep where the answer is a literal. ``path`` and ``unit`` say which function is called.
    """

    path: str
    unit: str
    call: str
    answers: tuple[tuple[str, Fix], ...]

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """Those that the answers stand for."""
        return tuple(fix for _, fix in self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Everything known of one test.

    ``suspect`` is the likeliest place of its fault. ``fixes`` are proven; an ``ambiguity`` holds those that were held
    back because they contradict each other. ``nearest`` are the candidates that came nearest to a fix without being
    one, on the texts ``tried_on``; they are shown only on request, and then they are ``attempts``.
    """

    key: TestKey
    result: TestResult
    suspect: Frame | None = None
    fixes: tuple[Fix, ...] = ()
    ambiguity: Ambiguity | None = None
    nearest: tuple[Candidate, ...] = ()
    tried_on: Snapshot | None = None
    attempts: tuple[Fix, ...] = ()

    @property
    def fails(self) -> bool:
        """Whether the test fails at this moment and is not flaky."""
        return self.result.outcome in FAILING and not self.result.flaky

    def after(self, result: TestResult) -> Finding:
        """What is known once the test has run again; where it passes, what would have mended it is dropped."""
        if result.outcome is TestOutcome.PASSED:
            return Finding(key=self.key, result=result)
        return replace(self, result=result)


def decision_on(candidate: Candidate, evidence: Evidence, kind: str, opinion: Opinion, detail: str) -> Decision:
    """What is decided of an edit that would mend something, at this moment."""
    return Decision(
        id=uuid.uuid4().hex,
        at=time.time(),
        uri=candidate.edits[0].uri,
        language="python",
        kind=kind,
        reason=opinion.reason,
        detail=detail,
        opinion=opinion,
        candidate=candidate,
        evidence=evidence,
    )
