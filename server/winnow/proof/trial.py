"""The affected tests as judges of a candidate.

A test that passes without it and fails with it speaks against it. One that fails either way says nothing, unless it
fails at the same place in another way: then the candidate ran, and its answer is wrong.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import aclosing
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

from winnow.facts import Outcome, TestOutcome, TestResult
from winnow.proof.running import run
from winnow.proof.warm import Job

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winnow.proof.warm import Agent

_ADDRESS = re.compile(r"0x[0-9a-f]+")
FAILURES = frozenset({TestOutcome.FAILED, TestOutcome.ERROR})


@dataclass(slots=True, kw_only=True)
class Trial:
    """One candidate before its tests. ``excused`` are tests whose failure says nothing.

    ``standing`` is how each test is known to end without the candidate; ``baselines`` are those that were run to
    find out, kept from one trial on the same text to the next. ``seconds`` is what one test may take.
    """

    agent: Agent
    tests: tuple[str, ...]
    texts: Mapping[str, str]
    before: Mapping[str, str]
    standing: Mapping[str, TestOutcome]
    must_pass: frozenset[str] = frozenset()
    excused: frozenset[str] = frozenset()
    baselines: dict[str, TestResult] = field(default_factory=dict)
    thorough: bool = False
    seconds: float = inf
    results: dict[str, TestResult] = field(default_factory=dict)
    refutations: list[str] = field(default_factory=list)
    means: str = ""

    async def hold(self) -> None:
        """Run until a test refutes the candidate, or all have run. May be cancelled: what ran stays in ``results``."""
        left = self._asked()
        while left:
            tests = tuple(left)
            job = Job(tests=tests, texts=self.texts, first=not self.thorough, known=self.excused, seconds=self.seconds)
            failed = ""
            async with aclosing(run(self.agent, job)) as running:
                async for ran in running:
                    self.means = ran.means
                    self.results[ran.result.test] = ran.result
                    left = [test for test in left if test != ran.result.test]
                    if self._is_in_vain(ran.result):
                        return
                    if ran.result.outcome in FAILURES and ran.result.test not in self.excused:
                        failed = ran.result.test
                        if not self.thorough:
                            break
                        await self._count(failed)
            if failed and not self.thorough and await self._count(failed):
                return

    def _asked(self) -> list[str]:
        """The tests that can say something: one that came to no end without the candidate only takes its time."""
        if self.must_pass:  # what is to be mended may be that very loop
            return list(self.tests)
        return [test for test in self.tests if self.standing.get(test) is not TestOutcome.UNFINISHED]

    def _is_in_vain(self, result: TestResult) -> bool:
        """Whether a test that has to pass did not end: the others would take as long, and prove nothing."""
        endless = result.outcome is TestOutcome.UNFINISHED and result.test in self.must_pass
        return endless and not self.thorough

    async def _count(self, test: str) -> bool:
        """Take in a failure; whether it refutes the candidate."""
        refutes = test in self.must_pass or await self._speaks_against(self.results[test])
        if refutes:
            self.refutations.append(test)
        else:
            self.excused |= {test}
        return refutes

    async def _speaks_against(self, result: TestResult) -> bool:
        if self.standing.get(result.test) is TestOutcome.PASSED:
            return True
        if result.test not in self.baselines:
            async with aclosing(run(self.agent, Job(tests=(result.test,), texts=self.before))) as running:
                async for ran in running:
                    self.baselines[result.test] = ran.result
        without = self.baselines.get(result.test)
        return without is not None and (without.outcome not in FAILURES or answers_otherwise(without, result))

    def told(self) -> tuple[TestResult, ...]:
        """The results, those that refute first."""
        return tuple(sorted(self.results.values(), key=lambda result: result.test not in self.refutations))

    def verdict(self, *, ended: bool) -> tuple[Outcome, str]:
        """What the tests say, and why when that is not plain."""
        by_outcome = {outcome: [r for r in self.results.values() if r.outcome is outcome] for outcome in TestOutcome}
        if self.refutations or any(
            result.test in self.must_pass and result.outcome in FAILURES for result in self.results.values()
        ):
            return Outcome.FAILED, ""
        if unfinished := by_outcome[TestOutcome.UNFINISHED]:
            return Outcome.UNFINISHED, f"{unfinished[0].test}: {unfinished[0].message}"
        if not ended:
            return Outcome.UNFINISHED, f"{len(self.results)} of {len(self.tests)} tests ran in the time given."
        if any(result.test not in self.excused for result in by_outcome[TestOutcome.PASSED]):
            return Outcome.PASSED, ""
        return Outcome.UNREACHED, self._in_vain()

    def _in_vain(self) -> str:
        """Why the tests that reach a candidate say nothing of it."""
        if not self.results:
            return "The only tests that reach it come to no end without it either."
        if self.excused & self.results.keys():
            return "The only tests that reach it fail without it too, or are flaky."
        return "Every test that reaches it was skipped."


def answers_otherwise(without: TestResult, result: TestResult) -> bool:
    """Whether a test fails at the same place, but not in the same words; addresses of objects are no words."""
    same_place = (without.path, without.line) == (result.path, result.line)
    words, others = (_ADDRESS.sub("", each.message) for each in (without, result))
    return same_place and words != others


async def within(trial: Trial, patience: float) -> bool:
    """Hold a trial for some seconds at most; whether it ended by itself."""
    try:
        async with asyncio.timeout(patience):
            await trial.hold()
    except TimeoutError:
        return False
    return True
