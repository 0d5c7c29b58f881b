"""The map from tests to what they reach, kept as tests run, and from one session to the next."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winnow.facts import TestOutcome, TestResult
from winnow.proof.reach import EVERYTHING, Changed, Reach
from winnow.proof.sources import digest, written_at
from winnow.workspace import stamp_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from winnow.proof.heat import Heat
    from winnow.proof.reach import Place
    from winnow.proof.reach_store import ReachStore
    from winnow.proof.running import Ran
    from winnow.proof.sources import Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A file as it was when the tests that depend on it last ran: its checksums by function, its stamp on the disk."""

    checksums: Mapping[str, str]
    stamp: str = ""


CALM = frozenset({TestOutcome.PASSED, TestOutcome.SKIPPED})
UNSEEN = Seen(checksums={})
"""For a file that was written while its tests ran: nobody knows whether they read it before or after that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A rehearsal that runs, or was cancelled: its texts, when it began (nanoseconds), and which tests ended in it."""

    texts: Mapping[str, str]
    at: int
    tests: set[str]


class Recorder:
    """Notes what tests reach, and says which of them a change of the texts or of the disk calls for."""

    def __init__(self, folder: str, sources: Sources, store: ReachStore) -> None:
        self.reach = Reach(folder)
        self.rehearsed: dict[str, str] = {}
        self._sources = sources
        self._store = store
        self._seen: dict[str, Seen] = {}
        self._begun: list[Begun] = []
        self._settled = False

    def load(self) -> str:
        """Read what an earlier session recorded; a sentence where that could not be used."""
        known, note = self._store.load(self.reach)
        self._seen = {path: Seen(checksums=checksums) for path, checksums in known.items()}
        return note

    async def collected(self, heat: Heat, imports: Mapping[str, Collection[str]]) -> None:
        """Take in which tests there are now, and what ran while they were collected."""
        self.reach.collected(heat.tests)
        self.reach.imports = {path: frozenset(found) for path, found in imports.items()}
        self.reach.at_import = await asyncio.to_thread(self._places, heat.imported, heat.texts)

    def changes(self, texts: Mapping[str, str]) -> dict[str, Changed]:
        """What differs from the last rehearsal, or in the first one from the last session; reads what was saved."""
        return {**self._sources.changed(self.rehearsed, texts), **self._since_seen(texts)}

    def _since_seen(self, texts: Mapping[str, str]) -> dict[str, Changed]:
        """What differs from what was seen, of the files that no rehearsal had open."""
        found = {}
        for path, seen in list(self._seen.items()):
            stamp = stamp_of(path)
            if path in self.rehearsed or (path not in texts and stamp == seen.stamp):
                continue
            now = self._sources.checksums(path, texts.get(path))
            names = {name for name in seen.checksums.keys() | now.keys() if seen.checksums.get(name) != now.get(name)}
            if names:
                found[path] = Changed(functions=frozenset(names - {""}), module="" in names)
            elif path not in texts:
                self._seen[path] = Seen(checksums=now, stamp=stamp)
        return found

    def begin(self, texts: Mapping[str, str]) -> Begun:
        """A rehearsal begins on these texts."""
        self._begun = [each for each in self._begun if each.tests]
        self._begun.append(Begun(texts=texts, at=time.time_ns(), tests=set()))
        return self._begun[-1]

    def due(self, changes: Mapping[str, Changed], texts: Mapping[str, str]) -> tuple[str, ...]:
        """The tests to run for some changes, likeliest to fail first, and what cancelled rehearsals left out.

        In the first rehearsal of a session also what failed in the session before, as its messages were not kept.
        Of the tests that never ran, those that seem near to the texts in the editor come first.
        """
        again = [] if self._settled else [test for test, past in self.reach.history.items() if past.outcome not in CALM]
        for begun in self._begun:
            since = {**self._sources.changed(begun.texts, texts), **self._written_since(begun, texts)}
            again += [test for test in self.reach.select(since) if test in begun.tests]
        return tuple(dict.fromkeys([*self.reach.select(changes), *again, *self.reach.unrecorded(texts)]))

    def recall(self, ran: Collection[str], texts: Mapping[str, str]) -> list[TestResult]:
        """How the tests stand that the first rehearsal of a session had no reason to run; none in the later ones."""
        if self._settled:
            return []
        others = self.reach.history.keys() - set(ran)
        calm = [(test, past) for test, past in self.reach.history.items() if test in others and past.outcome in CALM]
        stood = [
            TestResult(test=test, outcome=past.outcome, seconds=past.seconds, flaky=past.flaky) for test, past in calm
        ]
        return [self._sources.placed(result, texts) for result in stood]

    def _written_since(self, begun: Begun, texts: Mapping[str, str]) -> dict[str, Changed]:
        """The files that other programs wrote while a rehearsal ran: it may have read them before."""
        paths = {path for test in begun.tests for path, _ in self.reach.reached.get(test, ()) if path}
        return {path: Changed(module=True) for path in paths - texts.keys() if written_at(path) >= begun.at}

    def state(self, texts: Mapping[str, str]) -> str:
        """A name for the code as it is: the texts, and of the files that tests depend on when they were written."""
        stamps = {path: stamp_of(path) for path in self.reach.paths() if path not in texts}
        return digest({**texts, **stamps})

    def learn(self, ran: Ran, begun: Begun, state: str) -> None:
        """Take in how a test ended on a state of the texts, and what it reached."""
        result = ran.result
        for earlier in self._begun:
            earlier.tests.discard(result.test)
        begun.tests.add(result.test)
        self.reach.ended(result.test, result.outcome, result.seconds, state)
        if ran.reached is None:
            return
        places = self._places(ran.reached, begun.texts) | {(path, "") for path in ran.read}
        self.reach.record(result.test, places | {EVERYTHING} if ran.processes else places)

    def _places(self, lines: Iterable[tuple[str, int]], texts: Mapping[str, str]) -> frozenset[Place]:
        """The functions at these lines (from 1), and the modules where the line is 0; no function that is gone."""
        found: set[Place] = set()
        for path, line in lines:
            name = self._sources.name_at(path, line, texts.get(path)) if line else ""
            if name or not line:
                found.add((path, name))
        return frozenset(found)

    def settle(self, begun: Begun, changes: Mapping[str, Changed]) -> None:
        """Everything that the changes called for has run in a rehearsal. Reads what was not seen yet."""
        stale = changes.keys() | (self.rehearsed.keys() - begun.texts.keys())
        self.rehearsed = dict(begun.texts)
        self._begun = []
        self._settled = True
        for path in stale | (self._paths() - self._seen.keys()):
            late = path not in begun.texts and written_at(path) >= begun.at
            self._seen[path] = UNSEEN if late else self._look(path, begun.texts)

    async def save(self, texts: Mapping[str, str]) -> None:
        """Keep the map; a disk that is full only makes the next session start from less."""
        with suppress(sqlite3.Error):
            await asyncio.to_thread(self._saved, dict(texts))

    def _saved(self, texts: Mapping[str, str]) -> None:
        seen = {path: self._seen.get(path) or self._look(path, texts) for path in self._paths()}
        self._store.save(self.reach, {path: each.checksums for path, each in seen.items()})

    def _paths(self) -> set[str]:
        reached = {path for places in list(self.reach.reached.values()) for path, _ in places if path}
        return reached | self.reach.imports.keys() | self.reach.files()

    def _look(self, path: str, texts: Mapping[str, str]) -> Seen:
        return Seen(checksums=self._sources.checksums(path, texts.get(path)), stamp=stamp_of(path))
