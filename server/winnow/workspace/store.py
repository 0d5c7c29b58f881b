"""What the index knew when it last ran, in a SQLite file: a cache, rebuilt whenever anything about it is wrong."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from winnow.workspace.closed import stamp_of
from winnow.workspace.scans import Scan

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

VERSION = 4
_CREATE = f"""
DROP TABLE IF EXISTS files;
CREATE TABLE files (path TEXT PRIMARY KEY, stamp TEXT NOT NULL, scan BLOB NOT NULL);
PRAGMA user_version = {VERSION};
"""


class Store:
    """The scans of one folder's files, each with the stamp of the file it was made from.

    ``trouble`` is a sentence for the person where the cache had to be made anew or cannot be kept.
    """

    def __init__(self, connection: sqlite3.Connection | None, trouble: str = "") -> None:
        self._connection = connection
        self.trouble = trouble

    @classmethod
    def open(cls, file: Path | None) -> Store:
        """Open the cache of a folder; a damaged one is made anew, and where none can be kept nothing is."""
        if file is None:
            return cls(None)
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                return cls(_connected(file))
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError as error:
                for ending in ("", "-wal", "-shm"):
                    Path(f"{file}{ending}").unlink(missing_ok=True)
                return cls(_connected(file), f"The index in {file} was damaged ({error}); it is made anew.")
        except (sqlite3.Error, OSError) as error:
            return cls(None, f"The index cannot be kept in {file.parent} ({error}); it is made anew at each start.")

    @classmethod
    def join(cls, file: Path | None) -> Store:
        """A cache that was opened before, and said what trouble there is; nothing is kept where there is some."""
        try:
            return cls(_connected(file) if file else None)
        except sqlite3.Error:
            return cls(None)

    def fresh(self, paths: Iterable[str]) -> tuple[set[str], list[Scan]]:
        """Those of the files that are there, and the scans that are still those of the file."""
        stamps = {path: stamp for path in paths if (stamp := stamp_of(path))}
        known: list[Scan] = []
        if self._connection is not None:
            try:
                for path, stamp, row in self._connection.execute("SELECT path, stamp, scan FROM files"):
                    if stamps.get(path) == stamp:
                        known.append(Scan(*orjson.loads(row)))
            except (sqlite3.Error, ValueError, TypeError) as error:
                self.trouble = f"A part of the index could not be read ({error}); those files are read anew."
        return {*stamps}, known

    def keep(self, scans: Iterable[Scan], stamps: Mapping[str, str]) -> None:
        """Remember scans; a disk that is full only makes the next start slower."""
        if self._connection is not None:
            rows = [(scan.path, stamps[scan.path], orjson.dumps(tuple(scan))) for scan in scans]
            with suppress(sqlite3.Error), self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", rows)

    def drop_others(self, paths: Container[str]) -> None:
        """Forget files that are no longer part of the folder."""
        if self._connection is not None:
            with suppress(sqlite3.Error), self._connection:
                gone = [row for row in self._connection.execute("SELECT path FROM files") if row[0] not in paths]
                self._connection.executemany("DELETE FROM files WHERE path = ?", gone)

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()


def _connected(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=5)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            connection.executescript(_CREATE)
        connection.execute("SELECT count(stamp) FROM files").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
