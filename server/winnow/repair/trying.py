"""Try one candidate: the failing test first, then what else it affects; then look at it as a sceptic would."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from winnow.facts import Candidate, Evidence, Outcome, TestOutcome
from winnow.llm import Attempt
from winnow.mend import doubts, function_at, objections
from winnow.repair.believing import SPEAKING
from winnow.repair.calling import answers_for
from winnow.repair.scene import STARTING
from winnow.uris import path_of
from winnow.words import evidence_says, first_line, short_name
from winnow.workspace import apply

if TYPE_CHECKING:
    from winnow.facts import Edit, TestResult
    from winnow.repair.scene import Scene


WRITTEN, PATIENT = 0.3, 4.0
"""A candidate believed so much cost a request to a model, so it gets four times the patience."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """An untried candidate; a model that was ``asked`` about the failure may have written it.

    ``weight`` is a share of belief, comparable between the rungs of a search. ``again``: it was tried before and cut
    off, and is worth more patience. ``stood``: the text stood there before, so that it is no trick of whoever searches.
    """

    candidate: Candidate
    weight: float
    asked: bool = False
    again: bool = False
    stood: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A candidate and what became of it.

    ``objections`` say why it looks like a trick; ``left`` are tests that ask for the edited function by name and
    still fail, so that it mends a part at most.
    """

    candidate: Candidate
    weight: float
    evidence: Evidence
    green: bool
    asked: bool = False
    objections: tuple[str, ...] = ()
    left: tuple[TestResult, ...] = ()

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What it changes."""
        return self.candidate.edits

    @property
    def title(self) -> str:
        """What to call it."""
        return self.candidate.title

    @property
    def written(self) -> bool:
        """Whether it was written for the failure, or mended the same lines before, and not found by trying many."""
        return self.asked or self.weight >= WRITTEN

    @property
    def cut_off(self) -> bool:
        """Whether nothing speaks against it but that its tests came to no end in the time they had."""
        return self.evidence.outcome is Outcome.UNFINISHED and not self.evidence.refuted

    @property
    def survives(self) -> bool:
        """Whether it may be offered: every test that asks about it is green, and nothing speaks against it."""
        return self.green and not self.objections and not self.left

    def told(self, text: str) -> Attempt:
        """The attempt as a model is told of it, so that it does not repeat it."""
        failed = next(iter(self.left or self.evidence.failed), None)
        words = f"{short_name(failed.test)} fails: {failed.message}" if failed else evidence_says(self.evidence)
        return Attempt(text=text, verdict=" ".join(self.objections) or words)


async def try_out(proposed: Proposed, scene: Scene, *, thorough: bool = False, starting: float = STARTING) -> Tried:
    """Ask the tests, all of them where it is to be ``thorough``, then object.

    ``starting`` is what a run may take to start, in seconds, beside what its tests are known to take.
    """
    candidate, failure = proposed.candidate, scene.failure
    examine = partial(scene.prover.examine, candidate, scene.snapshot, must_pass=(failure.test,), thorough=thorough)
    short, long = scene.patience(starting), PATIENT * scene.patience()
    patient = proposed.again or proposed.weight >= WRITTEN
    evidence = await examine(patience=long if patient else short)
    if not patient and _hopeful(evidence, failure.test):
        evidence = await examine(patience=long)
    green = proves(evidence, failure.test)
    return Tried(
        candidate=candidate,
        weight=proposed.weight,
        evidence=evidence,
        green=green,
        asked=proposed.asked,
        objections=_objections(candidate, evidence, scene) if green and not proposed.stood else (),
        left=_left(candidate, evidence, scene) if green else (),
    )


def _hopeful(evidence: Evidence, test: str) -> bool:
    """Whether the test that failed passes, and the others only took too long: few get so far, and one is right.

    Not where one of those came to no end by itself: it would not the next time.
    """
    endless = any(result.outcome is TestOutcome.UNFINISHED for result in evidence.tests)
    cut_off = evidence.outcome is Outcome.UNFINISHED and not evidence.refuted and not endless
    return cut_off and any(result.test == test for result in evidence.passed)


def proves(evidence: Evidence, test: str) -> bool:
    """Whether a test that failed passes now, and no other was broken."""
    return evidence.outcome is Outcome.PASSED and any(
        result.test == test and result.outcome is TestOutcome.PASSED for result in evidence.tests
    )


def _left(candidate: Candidate, evidence: Evidence, scene: Scene) -> tuple[TestResult, ...]:
    """The tests that fail as before although they call what is edited by name: the fault is not wholly mended.

    Not those that never passed, where the mended one did: they fail for a reason of their own.
    """
    history = scene.prover.history()
    before = scene.failure.test in history and history[scene.failure.test].passed
    excused = {test for test, past in history.items() if past.flaky or (before and not past.passed)}
    names = _called_as(candidate, scene)
    return tuple(
        result
        for result in evidence.failed
        if result.test not in excused
        and any(
            re.search(rf"\b{re.escape(name)}\(", first_line(result.message))
            or answers_for(name, scene.sources.get(result.path, ""), result.line)
            for name in names
        )
    )


def _called_as(candidate: Candidate, scene: Scene) -> set[str]:
    """What tests call the edited functions and methods, and the function that they ask for of all suspects."""
    units = {scene.subject.unit} if scene.subject else set()
    for edit in candidate.edits:
        text = scene.snapshot.documents[edit.uri].text
        units.add(function_at(str(text), text.position(edit.start)[0]))
    return {unit.removesuffix(".__init__").rpartition(".")[2] for unit in units if unit}


def _objections(candidate: Candidate, evidence: Evidence, scene: Scene) -> tuple[str, ...]:
    """What speaks against it; where few tests speak for it, also what makes it only fit them."""
    tests = (scene.test_source,) if scene.test_source else ()
    found: list[str] = []
    for uri, after in apply(candidate.edits, scene.snapshot).items():
        before, of_tests = str(scene.snapshot.documents[uri].text), path_of(uri) in scene.of_tests
        found += objections(before, after, (scene.failure,), of_tests=of_tests, tests=tests)
        if len(evidence.passed) < SPEAKING:
            found += doubts(before, after)
    return tuple(found)
