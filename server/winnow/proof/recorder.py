"""The map from tests to what they reach, kept as tests run, and from one session to the next."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING

from winnow.facts import TestOutcome
from winnow.proof.reach import Changed, Reach

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from winnow.proof.reach import Place
    from winnow.proof.reach_store import ReachStore
    from winnow.proof.running import Ran
    from winnow.proof.sources import Sources


class Recorder:
    """Notes what tests reach, and says which of them a change of the texts calls for."""

    def __init__(self, folder: str, sources: Sources, store: ReachStore) -> None:
        self.reach = Reach(folder)
        self.rehearsed: dict[str, str] = {}
        self._sources = sources
        self._store = store
        self._checksums: dict[str, dict[str, str]] = {}

    def load(self) -> str:
        """Read what an earlier session recorded; a sentence where that could not be used."""
        self._checksums, note = self._store.load(self.reach)
        return note

    def changes(self, texts: Mapping[str, str]) -> dict[str, Changed]:
        """What differs from the last rehearsal, or in the first one from the last session."""
        stale = {} if self.rehearsed else self._stale(texts)
        return {**stale, **self._sources.changed(self.rehearsed, texts)}

    def due(self, texts: Mapping[str, str]) -> tuple[str, ...]:
        """The tests that the changes call for, likeliest to fail first, and those that were never recorded."""
        return tuple(dict.fromkeys([*self.reach.select(self.changes(texts)), *self.reach.unrecorded()]))

    def _stale(self, texts: Mapping[str, str]) -> dict[str, Changed]:
        found = {}
        for path, known in self._checksums.items():
            now = self._sources.checksums(path, texts.get(path))
            names = {name for name in known.keys() | now.keys() if known.get(name) != now.get(name)}
            if names:
                found[path] = Changed(functions=frozenset(names - {""}), module="" in names)
        return found

    def learn(self, ran: Ran, texts: Mapping[str, str], state: str) -> None:
        """Take in how a test ended on a state of the texts, and what it reached."""
        result = ran.result
        self.reach.ended(result.test, result.outcome, result.seconds, state)
        if ran.reached is None or result.outcome is TestOutcome.UNFINISHED:
            return
        places: set[Place] = set()
        for path, line in ran.reached:
            if name := self._sources.name_at(path, line, texts.get(path)):
                places.add((path, name))
        self.reach.record(result.test, places)

    async def save(self, texts: Mapping[str, str]) -> None:
        """Keep the map; a disk that is full only makes the next session start from less."""
        paths = {path for places in self.reach.reached.values() for path, _ in places} | self.reach.imports.keys()
        with suppress(sqlite3.Error):
            await asyncio.to_thread(self._saved, paths, dict(texts))

    def _saved(self, paths: Collection[str], texts: Mapping[str, str]) -> None:
        self._checksums = {path: self._sources.checksums(path, texts.get(path)) for path in paths}
        self._store.save(self.reach, self._checksums)
