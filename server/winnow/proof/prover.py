"""One workspace folder and its tests: what they say of a candidate, and of the text in the editor."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sqlite3
import time
from contextlib import aclosing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from winnow.facts import Evidence, Outcome, TestOutcome, TestResult
from winnow.proof.interpreter import NoTestsError, find_interpreter
from winnow.proof.means import Means, confinement, means_of
from winnow.proof.reach import Changed, Reach
from winnow.proof.reach_store import ReachStore
from winnow.proof.running import Ran, run
from winnow.proof.sources import Sources, digest
from winnow.proof.trial import Trial, within
from winnow.proof.warm import Agent, Job
from winnow.workspace import apply, path_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection, Mapping, Sequence

    from winnow.facts import Candidate, Snapshot
    from winnow.proof.reach import Past, Place
    from winnow.settings import Settings

UNTRUSTED = "This workspace is not trusted, so nothing of it runs: set winnow.trusted once you trust it."
NEVER_RAN = "No test is known to reach this."


class Prover:
    """Made by ``open``. One agent, one map; any number of candidates may be examined at the same time."""

    def __init__(self, folder: str, settings: Settings, private: Path) -> None:
        self._folder = folder
        self._settings = settings
        self._store = ReachStore(private / "reach.sqlite")
        self._private = private
        self._sources = Sources(self._folder)
        self._reach = Reach(self._folder)
        self._checksums: dict[str, dict[str, str]] = {}
        self._rehearsed: dict[str, str] = {}
        self._baselines: tuple[str, dict[str, TestResult]] = ("", {})
        self._agent: Agent | None = None
        self._heating: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._trouble = UNTRUSTED if not settings.trusted else ""
        self._note = ""

    @classmethod
    async def open(cls, folder: str, settings: Settings, state: str) -> Prover:
        """Read what is known of the folder's tests and start warming up; nothing runs where it is not trusted.

        ``state`` is a directory for the map and for scratch, never one of the user's tree.
        """
        real = await asyncio.to_thread(os.path.realpath, folder)
        private = Path(state, hashlib.blake2b(real.encode(), digest_size=8).hexdigest())
        prover = cls(real, settings, private)
        await asyncio.to_thread((private / "scratch").mkdir, parents=True, exist_ok=True)
        prover._checksums, prover._note = await asyncio.to_thread(prover._store.load, prover._reach)
        if settings.trusted:
            prover._begin()
        return prover

    def _begin(self) -> None:
        try:
            python = find_interpreter(self._folder, self._settings)
        except NoTestsError as error:
            self._trouble = str(error)
            return
        scratch = str(self._private / "scratch")
        self._agent = Agent(python=python, folder=self._folder, settings=self._settings, scratch=scratch)
        self._heat({})

    def _heat(self, texts: Mapping[str, str]) -> None:
        """Collect the tests with these texts, in the background; a newer wish takes the place of an older one."""
        if self._heating is not None and not self._heating.done():
            return
        self._heating = asyncio.create_task(self._heated(dict(texts)), name="collect the tests")

    async def _heated(self, texts: dict[str, str]) -> None:
        if self._agent is None:
            return
        try:
            heat = await self._agent.reheat(texts)
            self._trouble = ""
            self._reach.collected(heat.tests)
            imports = await self._agent.imports()
            self._reach.imports = {path: frozenset(found) for path, found in imports.items()}
        except (NoTestsError, TimeoutError) as error:
            self._trouble = str(error) or "The tests took too long to collect."

    async def _ready(self) -> Agent:
        """The agent, once it knows the tests. Raises NoTestsError."""
        if self._heating is not None and (self._agent is None or self._agent.heat is None):
            await asyncio.shield(self._heating)
        if self._agent is None or (self._trouble and self._agent.heat is None):
            raise NoTestsError(self._trouble)
        return self._agent

    async def examine(  # noqa: PLR0911 - each early return is a cheaper answer than the next
        self,
        candidate: Candidate,
        snapshot: Snapshot,
        patience: float,
        *,
        must_pass: Sequence[str] = (),
        thorough: bool = False,
    ) -> Evidence:
        """What speaks for and against a candidate: parse, invented names, then the affected tests.

        Stops at the first refutation unless ``thorough``, and after ``patience`` seconds with what has run.
        ``must_pass`` are tests that are to pass although they fail without the candidate; they run first.
        """
        started = time.perf_counter()
        base = self._sources.texts(snapshot)
        python = _edited(candidate, snapshot)
        for path, text in python.items():
            if not await asyncio.to_thread(self._sources.parses, path, text):
                return _evidence(started, parses=False, outcome=Outcome.UNREACHED, detail="It does not parse.")
        if not self._settings.trusted:
            return _evidence(started, outcome=Outcome.REFUSED, detail=UNTRUSTED)
        before = await asyncio.to_thread(self._sources.sound, base)
        after = {**before, **python}
        try:
            async with asyncio.timeout(patience):
                await self._ready()
        except TimeoutError:
            return _evidence(started, outcome=Outcome.UNFINISHED, detail="The tests are still being collected.")
        except NoTestsError as error:
            return _evidence(started, outcome=Outcome.REFUSED, detail=str(error))
        trial = await self._trial(before, after, must_pass, thorough=thorough)
        if not trial.tests:
            return _evidence(started, outcome=Outcome.UNREACHED, detail=NEVER_RAN)
        try:
            ended = await within(trial, max(patience - (time.perf_counter() - started), 0.0))
        except NoTestsError as error:
            return _evidence(started, outcome=Outcome.REFUSED, detail=str(error))
        if trial.means != "fork":
            self._heat(before)
        outcome, detail = trial.verdict(ended=ended)
        results = trial.told()
        means = trial.means
        return _evidence(started, outcome=outcome, detail=detail, tests=results, selected=len(trial.tests), means=means)

    async def _trial(
        self, before: Mapping[str, str], after: Mapping[str, str], must_pass: Sequence[str], *, thorough: bool
    ) -> Trial:
        changes = await asyncio.to_thread(self._sources.changed, before, after)
        since = await asyncio.to_thread(self._sources.changed, self._rehearsed, before)
        unsure = set(self._reach.select(since))
        flaky = self._reach.flaky()
        standing = {t: p.outcome for t, p in self._reach.history.items() if t not in unsure and t not in flaky}
        state = digest(before)
        if self._baselines[0] != state:
            self._baselines = (state, {})
        tests = dict.fromkeys([*must_pass, *self._reach.select(changes)])
        if self._agent is None:
            raise NoTestsError(self._trouble)
        return Trial(
            agent=self._agent,
            tests=tuple(tests),
            texts=after,
            before=before,
            standing=standing,
            must_pass=frozenset(must_pass),
            excused=frozenset(flaky - set(must_pass)),
            baselines=self._baselines[1],
            thorough=thorough,
        )

    async def rehearse(self, snapshot: Snapshot, tests: Sequence[str] | None = None) -> AsyncGenerator[TestResult]:
        """Run tests on the text in the editor, and note what they reach. None: those that what changed calls for.

        Changed since the last rehearsal, that is, and those never recorded. Yields nothing while a text does not
        parse, nor where nothing may run. Closing the generator ends the processes.
        """
        try:
            agent = await self._ready()
        except NoTestsError:
            return
        texts = self._sources.texts(snapshot)
        for path, text in texts.items():
            if not await asyncio.to_thread(self._sources.parses, path, text):
                return
        await asyncio.to_thread(self._sources.sound, texts)
        chosen = await self._due(texts) if tests is None else tuple(tests)
        state = digest(texts)
        slow = False
        try:
            async with aclosing(run(agent, Job(tests=chosen, texts=texts, record=True))) as running:
                async for ran in running:
                    slow = slow or ran.means != "fork"
                    self._learn(ran, texts, state)
                    yield ran.result
            if tests is None:
                self._rehearsed = dict(texts)
        finally:
            if slow and agent.heat is not None:
                self._heat(texts)
            if chosen:
                self._later(self._save(texts))

    async def _due(self, texts: Mapping[str, str]) -> tuple[str, ...]:
        changes = await asyncio.to_thread(self._sources.changed, self._rehearsed, texts)
        stale = {} if self._rehearsed else await asyncio.to_thread(self._stale, texts)
        first = self._reach.select({**stale, **changes})
        return tuple(dict.fromkeys([*first, *self._reach.unrecorded()]))

    def _stale(self, texts: Mapping[str, str]) -> dict[str, Changed]:
        """What changed since the map was recorded in an earlier session, by its checksums."""
        found = {}
        for path, known in self._checksums.items():
            now = self._sources.checksums(path, texts.get(path))
            names = {name for name in known.keys() | now.keys() if known.get(name) != now.get(name)}
            if names:
                found[path] = Changed(functions=frozenset(names - {""}), module="" in names)
        return found

    def _learn(self, ran: Ran, texts: Mapping[str, str], state: str) -> None:
        result = ran.result
        self._reach.ended(result.test, result.outcome, result.seconds, state)
        if ran.reached is None or result.outcome is TestOutcome.UNFINISHED:
            return
        places: set[Place] = set()
        for path, line in ran.reached:
            if name := self._sources.name_at(path, line, texts.get(path)):
                places.add((path, name))
        self._reach.record(result.test, places)

    async def _save(self, texts: Mapping[str, str]) -> None:
        paths = {path for places in self._reach.reached.values() for path, _ in places} | self._reach.imports.keys()
        with suppress(sqlite3.Error):
            await asyncio.to_thread(self._saved, paths, dict(texts))

    def _saved(self, paths: Collection[str], texts: Mapping[str, str]) -> None:
        self._checksums = {path: self._sources.checksums(path, texts.get(path)) for path in paths}
        self._store.save(self._reach, self._checksums)

    def _later(self, work: object) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)  # type: ignore[arg-type]
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def affected(self, snapshot: Snapshot, uris: Collection[str]) -> tuple[str, ...]:
        """The tests that what these documents changed since the last rehearsal calls for, likeliest to fail first."""
        paths = {os.path.realpath(path_of(uri)) for uri in uris}
        texts = {path: text for path, text in self._sources.texts(snapshot).items() if path in paths}
        before = {path: text for path, text in self._rehearsed.items() if path in paths}
        return self._reach.select(self._sources.changed(before, texts))

    def reaching(self, path: str, line: int) -> tuple[str, ...]:
        """The tests known to reach the function at a line (from 0) of a file, in their order."""
        real = os.path.realpath(path)
        found = self._reach.reaching(real, self._sources.name_at(real, line + 1, self._rehearsed.get(real)))
        return tuple(test for test in self._reach.tests if test in found)

    def reached(self) -> Mapping[str, frozenset[Place]]:
        """The functions, as (path, qualified name), that each recorded test reached in its latest run."""
        return dict(self._reach.reached)

    def history(self) -> Mapping[str, Past]:
        """How each test ended last, how long it took, and whether it is flaky."""
        return self._reach.known()

    def tests(self) -> tuple[str, ...]:
        """The tests known to exist."""
        return tuple(self._reach.tests)

    async def collect(self) -> tuple[str, ...]:
        """The tests of the folder, once they have been collected; none where they cannot be."""
        with suppress(NoTestsError):
            await self._ready()
        return self.tests()

    async def describe(self) -> Means:
        """By what means tests run here, or why they do not."""
        try:
            agent = await self._ready()
        except NoTestsError as error:
            return Means(ok=False, says=str(error), sandbox=confinement())
        return means_of(agent, len(self._reach.tests), self._note)

    async def close(self) -> None:
        """End every process, and keep the map."""
        if self._heating is not None:
            self._heating.cancel()
            await asyncio.gather(self._heating, return_exceptions=True)
        await asyncio.gather(*self._closing, return_exceptions=True)
        if self._agent is not None:
            await self._agent.close()


def _edited(candidate: Candidate, snapshot: Snapshot) -> dict[str, str]:
    texts = apply(candidate.edits, snapshot)
    return {os.path.realpath(path_of(uri)): text for uri, text in texts.items() if path_of(uri).endswith(".py")}


def _evidence(  # noqa: PLR0913 - the fields of Evidence that differ
    started: float,
    *,
    outcome: Outcome,
    parses: bool = True,
    detail: str = "",
    tests: tuple[TestResult, ...] = (),
    selected: int = 0,
    means: str = "",
) -> Evidence:
    return Evidence(
        parses=parses,
        outcome=outcome,
        tests=tests,
        selected=selected,
        seconds=time.perf_counter() - started,
        means=means,
        detail=detail,
    )
