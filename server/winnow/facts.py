"""The frozen nouns that every room speaks in. No input or output happens here.

Offsets count code points from the start of a document, lines and columns from 0. Times named ``at`` are Unix seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winnow.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One open file as the editor has it, saved or not; a closed one, as the disk has it, is version 0 with a stamp."""

    uri: str
    language: str
    version: int
    text: Text
    stamp: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All open documents at one revision; never changes, so a task may keep it while the user types on."""

    revision: int
    documents: Mapping[str, Document] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Where the cursor stands in a snapshot, and whether the user asked or merely typed."""

    snapshot: Snapshot
    uri: str
    offset: int
    at: float
    asked: bool = False

    @property
    def document(self) -> Document:
        """The document the cursor is in."""
        return self.snapshot.documents[self.uri]


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A piece of the project that the model should read, and the reason it was chosen."""

    uri: str
    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known where the cursor stands: text before and after it, and excerpts, most useful first.

    ``opens``: whether an empty block would begin here; None where no syntax tree tells. ``withheld``: from any model.
    """

    moment: Moment
    before: str
    after: str
    scope: str = ""
    opens: bool | None = None
    withheld: bool = False
    excerpts: tuple[Excerpt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who made a candidate: ``provider`` is a file of the llm room, ``model`` what it asked."""

    provider: str
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Replace the code points ``start`` to ``end`` of a document by ``text``."""

    uri: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Code that somebody proposes and nobody has judged yet.

    A completion has one edit at the cursor; a fix has one or more, in any files.
    ``versions`` are those of the documents the edits were made against.
    ``logprobs`` holds one natural logarithm a token, ``confidence`` the provider's own calibrated probability that
    this is wanted; empty and None where it gives none. ``prompt`` is what was sent to the model, word for word.
    """

    id: str
    edits: tuple[Edit, ...]
    versions: Mapping[str, int]
    origin: Origin
    logprobs: tuple[float, ...] = ()
    confidence: float | None = None
    title: str = ""
    explanation: str = ""
    prompt: str = ""

    @property
    def text(self) -> str:
        """What the first edit inserts: for a completion, the ghost text."""
        return self.edits[0].text


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a request for a ``purpose`` (completion, fix) took, in seconds and tokens: estimates unless ``counted``."""

    at: float
    origin: Origin
    purpose: str
    prompt: int
    answer: int
    seconds: float
    counted: bool


class TestOutcome(StrEnum):
    """How one test ended."""

    __test__ = False  # pytest would take it for a test by its name
    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One line of a traceback, outermost first in a sequence of them."""

    path: str
    line: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """How one run of a test ended; ``flaky``: the test has ended differently on the same code."""

    __test__: ClassVar[bool] = False  # pytest would take it for a test by its name

    test: str
    outcome: TestOutcome
    seconds: float
    message: str = ""
    path: str = ""
    line: int = 0
    frames: tuple[Frame, ...] = ()
    flaky: bool = False


class Outcome(StrEnum):
    """What the affected tests say of a candidate as a whole."""

    PASSED = "passed"
    FAILED = "failed"
    UNREACHED = "unreached"
    UNFINISHED = "unfinished"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of a candidate after trying it, cheapest test first.

    ``unknown`` names what the candidate invents (names, members, modules); ``selected`` counts the affected tests,
    ``tests`` holds those that ran; ``detail`` says why when the outcome is refused or unfinished; ``means`` says how
    the tests ran (fork, reimport, cold).
    """

    parses: bool
    outcome: Outcome
    unknown: tuple[str, ...] = ()
    tests: tuple[TestResult, ...] = ()
    selected: int = 0
    seconds: float = 0.0
    means: str = ""
    detail: str = ""

    @property
    def refuted(self) -> bool:
        """Whether anything speaks against the candidate for certain."""
        return not self.parses or bool(self.unknown) or self.outcome is Outcome.FAILED

    @property
    def failed(self) -> tuple[TestResult, ...]:
        """The tests that spoke against it."""
        return tuple(t for t in self.tests if t.outcome in {TestOutcome.FAILED, TestOutcome.ERROR})

    @property
    def passed(self) -> tuple[TestResult, ...]:
        """The tests that spoke for it."""
        return tuple(t for t in self.tests if t.outcome is TestOutcome.PASSED)


class Reason(StrEnum):
    """Why a suggestion was shown, or why there was silence."""

    SHOWN = "shown"
    UNWANTED = "unwanted"
    EMPTY = "empty"
    REFUTED = "refuted"
    UNLIKELY = "unlikely"
    UNSURE = "unsure"
    STALE = "stale"
    REMEMBERED = "remembered-rejection"
    PAUSED = "paused"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the gate says of one moment or one candidate, with everything needed to explain it.

    ``propensity`` is the probability with which this very choice was made, as some are made at random; ``features`` are
    what the probability was computed from (None: not known), ``weighed`` what contributed most to it, in words.
    """

    reason: Reason
    probability: float
    threshold: float
    propensity: float = 1.0
    features: Mapping[str, float | None] = field(default_factory=lambda: MappingProxyType({}))
    weighed: tuple[tuple[str, float], ...] = ()

    @property
    def favourable(self) -> bool:
        """Whether to go on: ask the model, or show the candidate."""
        return self.reason is Reason.SHOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One choice to show or to stay silent: a row of the journal, never changed.

    ``candidate`` is None where no model was asked or none answered; ``detail`` is a sentence for a person.
    ``timings`` are milliseconds by stage.
    """

    id: str
    at: float
    uri: str
    language: str
    kind: str
    reason: Reason
    detail: str
    opinion: Opinion | None = None
    candidate: Candidate | None = None
    evidence: Evidence | None = None
    timings: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


class Fate(StrEnum):
    """What became of a shown suggestion."""

    ACCEPTED = "accepted"
    PARTLY = "partly accepted"
    TYPED = "typed through"
    DISMISSED = "dismissed"
    KEPT = "kept"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What a person did with a candidate; ``characters`` is how much of it was taken."""

    candidate_id: str
    fate: Fate
    at: float
    characters: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A candidate that may be shown, with what speaks for it."""

    candidate: Candidate
    evidence: Evidence
    decision: Decision
