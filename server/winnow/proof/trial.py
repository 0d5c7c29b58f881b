"""The affected tests as judges of a candidate: only what passes without it and fails with it speaks against it."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from winnow.facts import Outcome, TestOutcome, TestResult
from winnow.proof.running import run
from winnow.proof.warm import Job

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winnow.proof.warm import Agent

FAILURES = frozenset({TestOutcome.FAILED, TestOutcome.ERROR})


@dataclass(slots=True, kw_only=True)
class Trial:
    """One candidate before its tests. ``excused`` are tests whose failure says nothing: flaky, or failing already."""

    agent: Agent
    tests: tuple[str, ...]
    texts: Mapping[str, str]
    before: Mapping[str, str]
    standing: Mapping[str, TestOutcome]
    must_pass: frozenset[str] = frozenset()
    excused: frozenset[str] = frozenset()
    thorough: bool = False
    results: dict[str, TestResult] = field(default_factory=dict)
    refutations: list[str] = field(default_factory=list)
    means: str = ""

    async def hold(self) -> None:
        """Run until a test refutes the candidate, or all have run. May be cancelled: what ran stays in ``results``."""
        left = list(self.tests)
        while left:
            job = Job(tests=tuple(left), texts=self.texts, first=not self.thorough, known=self.excused)
            failed = ""
            async with aclosing(run(self.agent, job)) as running:
                async for ran in running:
                    self.means = ran.means
                    self.results[ran.result.test] = ran.result
                    left.remove(ran.result.test)
                    if ran.result.outcome in FAILURES and ran.result.test not in self.excused:
                        failed = ran.result.test
                        if not self.thorough:
                            break
                        self._count(failed, refutes=await self._refutes(failed))
            if failed and not self.thorough:
                refutes = await self._refutes(failed)
                self._count(failed, refutes=refutes)
                if refutes:
                    return

    def _count(self, test: str, *, refutes: bool) -> None:
        if refutes:
            self.refutations.append(test)
        else:
            self.excused |= {test}

    async def _refutes(self, test: str) -> bool:
        """Whether a failing test speaks against the candidate: it must, or it passes without the candidate."""
        if test in self.must_pass:
            return True
        known = self.standing.get(test)
        if known is None:
            async with aclosing(run(self.agent, Job(tests=(test,), texts=self.before))) as running:
                async for ran in running:
                    known = ran.result.outcome
        return known not in FAILURES

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
        if self.excused & self.results.keys():
            return Outcome.UNREACHED, "The only tests that reach it fail without it too, or are flaky."
        return Outcome.UNREACHED, "Every test that reaches it was skipped."


async def within(trial: Trial, patience: float) -> bool:
    """Hold a trial for some seconds at most; whether it ended by itself."""
    try:
        async with asyncio.timeout(patience):
            await trial.hold()
    except TimeoutError:
        return False
    return True
