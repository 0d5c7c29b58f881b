"""One workspace folder and its tests: what they say of a candidate, and of the text in the editor."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from contextlib import aclosing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from winnow.facts import Evidence, Outcome, TestResult
from winnow.proof.agent.source_lines import read_source
from winnow.proof.collecting import Collection
from winnow.proof.installed import installed, site_packages, written
from winnow.proof.interpreter import NoTestsError
from winnow.proof.looking import Question, Sight, look_within
from winnow.proof.means import Means, confinement, means_of
from winnow.proof.naming import Naming
from winnow.proof.reach_store import ReachStore
from winnow.proof.recorder import Recorder
from winnow.proof.runners.pytest import is_test_file
from winnow.proof.running import run
from winnow.proof.sources import Sources, digest, edited_texts
from winnow.proof.trial import Trial, within
from winnow.proof.warm import Job

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence

    from winnow.facts import Candidate, Snapshot
    from winnow.proof.reach import Changed, Past, Place
    from winnow.proof.warm import Agent
    from winnow.settings import Settings

UNTRUSTED = "This workspace is not trusted, so nothing of it runs: set winnow.trusted once you trust it."
NEVER_RAN = "No test is known to reach this."
COLLECTING = "The tests are still being collected."


class Prover:
    """Made by ``open``. One agent, one map; any number of candidates may be examined at the same time."""

    def __init__(self, folder: str, settings: Settings, private: Path) -> None:
        self._settings = settings
        self._folder = Path(folder)
        self._sources = Sources(folder)
        self._naming = Naming(folder)
        self._recorder = Recorder(folder, self._sources, ReachStore(private / "reach.sqlite"))
        self._reach = self._recorder.reach
        self._collection = Collection(folder, settings, private / "scratch", self._recorder)
        self._baselines: tuple[str, dict[str, TestResult]] = ("", {})
        self._saving: set[asyncio.Task[None]] = set()
        self._note = ""
        self._installed: tuple[Mapping[str, int], Mapping[str, str]] = ({}, {})

    @classmethod
    async def open(cls, folder: str, settings: Settings, state: str) -> Prover:
        """Read what is known of the folder's tests and start warming up; nothing runs where it is not trusted.

        ``state`` is a directory for the map and for scratch, never one of the user's tree.
        """
        real = await asyncio.to_thread(os.path.realpath, folder)
        private = Path(state, hashlib.blake2b(os.fsencode(real), digest_size=8).hexdigest())
        prover = cls(real, settings, private)
        await asyncio.to_thread(private.mkdir, parents=True, exist_ok=True)
        prover._note = await asyncio.to_thread(prover._recorder.load)
        if settings.trusted:
            await prover._collection.begin()
        else:
            prover._collection.trouble = UNTRUSTED
        return prover

    async def examine(
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
        self._sources.interpreter = self._collection.newer()
        base = self._sources.texts(snapshot)
        edited = edited_texts(candidate, snapshot)
        evidence = await self._read(base, edited)
        if evidence is None:
            before = await asyncio.to_thread(self._sources.sound, base)
            try:
                async with asyncio.timeout(patience):
                    await self._collection.ready()
                trial = await self._trial(before, {**before, **edited}, must_pass, thorough=thorough)
                evidence = await self._hold(trial, patience - (time.perf_counter() - started))
            except TimeoutError:
                evidence = Evidence(parses=True, outcome=Outcome.UNFINISHED, detail=COLLECTING)
            except NoTestsError as error:
                evidence = Evidence(parses=True, outcome=Outcome.REFUSED, detail=str(error))
        return replace(evidence, seconds=time.perf_counter() - started)

    async def _read(self, base: Mapping[str, str], edited: Mapping[str, str]) -> Evidence | None:
        """What reading a candidate is enough to say: it does not parse, it invents names, it may not run."""
        for path, text in edited.items():
            if not await asyncio.to_thread(self._sources.parses, path, text):
                return Evidence(parses=False, outcome=Outcome.UNREACHED, detail="It does not parse.")
        if not self._settings.trusted:
            return Evidence(parses=True, outcome=Outcome.REFUSED, detail=UNTRUSTED)
        if self._collection.agent is None:
            return Evidence(parses=True, outcome=Outcome.REFUSED, detail=self._collection.trouble)
        unknown = await self._naming.unknown(self._collection.agent.python, base, edited)
        return Evidence(parses=True, outcome=Outcome.UNREACHED, unknown=unknown) if unknown else None

    async def _trial(
        self, before: Mapping[str, str], after: Mapping[str, str], must_pass: Sequence[str], *, thorough: bool
    ) -> Trial:
        changes = await asyncio.to_thread(self._sources.changed, before, after)
        since = await asyncio.to_thread(self._sources.changed, self._recorder.rehearsed, before)
        unsure = set(self._reach.select(since))
        flaky = self._reach.flaky()
        standing = {t: p.outcome for t, p in self._reach.history.items() if t not in unsure and t not in flaky}
        state = digest(before)
        if self._baselines[0] != state:
            self._baselines = (state, {})
        tests = tuple(dict.fromkeys([*must_pass, *self._reach.select(changes)]))
        return Trial(
            agent=await self._collection.ready(),
            tests=tests,
            seconds=self._reach.endless_after(tests),
            texts=after,
            before=before,
            standing=standing,
            must_pass=frozenset(must_pass),
            excused=frozenset(flaky - set(must_pass)),
            baselines=self._baselines[1],
            thorough=thorough,
        )

    async def _hold(self, trial: Trial, patience: float) -> Evidence:
        if not trial.tests:
            return Evidence(parses=True, outcome=Outcome.UNREACHED, detail=NEVER_RAN)
        ended = await within(trial, max(patience, 0.0))
        if trial.means == "reimport":
            self._collection.renew(trial.before)
        outcome, detail = trial.verdict(ended=ended)
        return Evidence(
            parses=True,
            outcome=outcome,
            detail=detail,
            tests=trial.told(),
            selected=len(trial.tests),
            means=trial.means,
        )

    async def look(
        self, question: Question, snapshot: Snapshot, seconds: float, candidate: Candidate | None = None
    ) -> Sight:
        """Look into a function while tests run it, with a candidate or without; empty where nothing may run."""
        texts = await asyncio.to_thread(self._sources.sound, self._sources.texts(snapshot))
        edited = edited_texts(candidate, snapshot) if candidate else {}
        try:
            agent = await self._collection.ready()
            return await look_within(agent, question, {**texts, **edited}, seconds)
        except NoTestsError:
            return Sight()

    async def rehearse(self, snapshot: Snapshot, tests: Sequence[str] | None = None) -> AsyncGenerator[TestResult]:
        """Run tests on the text in the editor, and note what they reach. Closing the generator ends the processes.

        ``tests`` None: those affected by what changed since the last rehearsal, and those never recorded; the first of
        a session yields the others too, as they ended before. Nothing where a text does not parse, or nothing may run.
        """
        texts = self._sources.texts(snapshot)
        try:
            agent = await self._collection.ready_with(texts)
        except NoTestsError:
            return
        self._sources.interpreter = self._collection.newer()
        if not await asyncio.to_thread(self._sources.all_parse, texts):
            return
        self._sources.remember(texts)
        changes = await asyncio.to_thread(self._recorder.changes, texts)
        self._reach.forgive(changes)
        chosen = await self._due(agent, texts, changes) if tests is None else tuple(tests)
        begun = self._recorder.begin(texts)
        state = await asyncio.to_thread(self._recorder.state, texts)
        slow = False
        try:
            async with aclosing(run(agent, Job(tests=chosen, texts=texts, record=True))) as running:
                async for ran in running:
                    slow = slow or ran.means != "fork"
                    self._recorder.learn(ran, begun, state)
                    yield replace(self._sources.placed(ran.result, texts), flaky=ran.result.test in self._reach.flaky())
            if tests is None:
                for result in await asyncio.to_thread(self._recorder.recall, chosen, texts):
                    yield result
                    await asyncio.sleep(0)  # there may be thousands, and none of them waits for anything
                await asyncio.to_thread(self._recorder.settle, begun, changes)
                await self._naming.keep_to(agent.python, texts)
        except NoTestsError:  # the agent ended meanwhile, and cannot be started again
            return
        finally:
            if slow:
                self._collection.renew(texts)
            if chosen:
                self._save(texts)

    async def _due(self, agent: Agent, texts: Mapping[str, str], changes: Mapping[str, Changed]) -> tuple[str, ...]:
        """What to rehearse; collected anew first where a file is new, edited or mended that may hold unknown tests."""
        new = await asyncio.to_thread(self._collection.outdated, texts)
        files = self._reach.files()
        edited = any(is_test_file(path) or (each.module and path in files) for path, each in changes.items())
        broken = "\n".join(agent.heat.broken.values()) if agent.heat is not None else ""
        mended = any(Path(path).stem in broken for path in changes)
        if (new or edited or mended) and agent.heat is not None:
            self._collection.renew(texts)
            await self._collection.renewed()
        return await asyncio.to_thread(self._recorder.due, changes, texts)

    def _save(self, texts: Mapping[str, str]) -> None:
        task = asyncio.create_task(self._recorder.save(texts), name="keep the map")
        self._saving.add(task)
        task.add_done_callback(self._saving.discard)

    def affected(self, snapshot: Snapshot) -> tuple[str, ...]:
        """The tests affected by edits since the last rehearsal, likeliest to fail first. It parses, so in a thread."""
        texts = self._sources.texts(snapshot)
        before = {path: text for path, text in self._recorder.rehearsed.items() if path in texts}
        return self._reach.select(self._sources.changed(before, texts))

    def reaching(self, path: str, lines: Iterable[int]) -> dict[int, tuple[str, ...]]:
        """By line (from 0) of a file, the tests known to reach the function there, in their order. It may read it."""
        real = os.path.realpath(path)
        text = self._recorder.rehearsed.get(real) or read_source(real)
        order = {test: rank for rank, test in enumerate(self._reach.tests)}
        found = {line: self._reach.reaching(real, self._sources.name_at(real, line + 1, text)) for line in lines}
        return {line: tuple(sorted(tests & order.keys(), key=order.__getitem__)) for line, tests in found.items()}

    def reads(self, path: str) -> bool:
        """Whether a test is known to read a file, such as one of data, or to stand in it."""
        real = os.path.realpath(path)
        return real in self._reach.files() or bool(self._reach.reaching(real, ""))

    def installed(self) -> Mapping[str, str]:
        """The distribution and version that each importable name comes from; nothing until the interpreter is known.

        It reads folders, so not for the event loop.
        """
        agent = self._collection.agent
        if agent is None:
            return {}
        if (now := written(site_packages(agent.python))) != self._installed[0]:
            self._installed = (now, installed(agent.python))
        return self._installed[1]

    async def members(self, module: str) -> frozenset[str]:
        """The members of a module that the project's interpreter has, found out without running the project's code."""
        agent = self._collection.agent
        return await self._naming.members(agent.python, module) if agent is not None else frozenset()

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
            await self._collection.ready()
        return self.tests()

    async def describe(self) -> Means:
        """By what means tests run here, or why they do not."""
        try:
            agent = await self._collection.ready()
        except NoTestsError as error:
            return Means(ok=False, says=str(error), sandbox=confinement())
        return means_of(agent, len(self._reach.tests), sorted(self._reach.flaky()), self._note)

    async def close(self) -> None:
        """End every process, and keep the map."""
        await asyncio.gather(*self._saving, return_exceptions=True)
        await self._collection.close()
