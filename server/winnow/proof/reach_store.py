"""The map kept between sessions, in SQLite; what cannot be read, or not be trusted, is removed and recorded again."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from winnow.facts import TestOutcome
from winnow.proof.reach import Past, Reach

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = 3
"""Also raised where the tables stay as they are and mean something else: 2 knows no module that a test imports late."""
TABLES = """
create table test (id integer primary key, name text unique not null, outcome text, seconds real, flaky integer,
    state text, recorded integer not null);
create table place (id integer primary key, path text not null, name text not null, unique (path, name));
create table reaches (test integer not null, place integer not null, primary key (test, place)) without rowid;
create table imports (importer text not null, imported text not null);
create table checksum (path text not null, name text not null, value text not null, primary key (path, name));
"""

_TAILS = ("", "-wal", "-shm")
"""The files of a database: a log that is left behind would be taken for one of the new database."""

Checksums = dict[str, dict[str, str]]


class ReachStore:
    """One file; writers replace everything in a transaction, so readers see the old map or the new one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, reach: Reach) -> tuple[Checksums, str]:
        """Fill a map; return the checksums of the code it was recorded on, and a sentence when it had to start anew."""
        try:
            with closing(self._connect()) as database:
                return self._read(database, reach), ""
        except (sqlite3.Error, ValueError) as error:
            for tail in _TAILS:
                with suppress(OSError):
                    Path(f"{self._path}{tail}").unlink(missing_ok=True)
            return {}, f"The map of tests could not be read and is recorded anew ({error})."

    def save(self, reach: Reach, checksums: Mapping[str, Mapping[str, str]]) -> None:
        """Replace what is stored. Raises sqlite3.Error."""
        places = {place: number for number, place in enumerate({p for s in list(reach.reached.values()) for p in s})}
        tests = {test: number for number, test in enumerate(list(reach.tests))}
        rows = [
            (number, test, *_past(reach.history.get(test)), test in reach.reached) for test, number in tests.items()
        ]
        edges = [(tests[t], places[p]) for t, s in list(reach.reached.items()) if t in tests for p in s if p in places]
        sums = [(path, name, value) for path, named in checksums.items() for name, value in named.items()]
        with closing(self._connect()) as database, database:
            for table in ("reaches", "place", "test", "imports", "checksum"):
                database.execute(f"delete from {table}")  # noqa: S608 - the names are those just above
            database.executemany("insert into place values (?, ?, ?)", [(n, *place) for place, n in places.items()])
            database.executemany("insert into test values (?, ?, ?, ?, ?, ?, ?)", rows)
            database.executemany("insert into reaches values (?, ?)", edges)
            links = [(importer, each) for importer, all_ in list(reach.imports.items()) for each in all_]
            database.executemany("insert into imports values (?, ?)", links)
            database.executemany("insert into checksum values (?, ?, ?)", sums)

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=10)
        database.execute("pragma journal_mode = wal")
        version = database.execute("pragma user_version").fetchone()[0]
        if version == 0:
            database.executescript(TABLES)
            database.execute(f"pragma user_version = {SCHEMA}")
        elif version != SCHEMA:
            database.close()
            raise sqlite3.DatabaseError(f"it was written by another version of Winnow, with schema {version}")
        return database

    def _read(self, database: sqlite3.Connection, reach: Reach) -> Checksums:
        tests: dict[int, str] = {}
        recorded: dict[int, list[tuple[str, str]]] = {}
        for number, name, outcome, seconds, flaky, state, has in database.execute("select * from test"):
            tests[number] = name
            if has:
                recorded[number] = []
            if outcome:
                ended = TestOutcome(outcome)
                passed = ended is TestOutcome.PASSED
                reach.history[name] = Past(
                    outcome=ended, seconds=seconds, flaky=bool(flaky), state=state, passed=passed
                )
        places = {number: (path, name) for number, path, name in database.execute("select * from place")}
        for test, place in database.execute("select test, place from reaches"):
            recorded[test].append(places[place])
        reach.collected(tests.values())
        for number, reached in recorded.items():
            reach.record(tests[number], reached)
        imports: dict[str, set[str]] = {}
        for importer, imported in database.execute("select * from imports"):
            imports.setdefault(importer, set()).add(imported)
        reach.imports = {path: frozenset(found) for path, found in imports.items()}
        sums: Checksums = {}
        for path, name, value in database.execute("select * from checksum"):
            sums.setdefault(path, {})[name] = value
        return sums


def _past(past: Past | None) -> tuple[str | None, float, bool, str]:
    return (None, 0.0, False, "") if past is None else (past.outcome.value, past.seconds, past.flaky, past.state)
