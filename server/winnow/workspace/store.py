"""What the index knew when it last ran, in a SQLite file: a cache, rebuilt whenever anything about it is wrong."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VERSION = 1
_CREATE = """
DROP TABLE IF EXISTS files;
CREATE TABLE files (path TEXT PRIMARY KEY, stamp TEXT NOT NULL, scan BLOB NOT NULL) WITHOUT ROWID;
"""


class Store:
    """The scans of one folder's files, each with the stamp of the file it was made from."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, folder: Path, key: str) -> Store:
        """Open the cache of a folder; in memory where it can be neither read nor made anew."""
        file = folder / f"{key}.sqlite"
        for attempt in ("as it is", "anew"):
            with suppress(sqlite3.Error, OSError):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                if attempt == "anew":
                    file.unlink(missing_ok=True)
                return cls(_connected(str(file)))
        return cls(_connected(":memory:"))

    def fresh(self, paths: Iterable[str]) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
        """The stamp of each file that is there, and the scans that are still those of the file."""
        stamps = {path: stamp for path in paths if (stamp := _stamp(path))}
        known: dict[str, dict[str, Any]] = {}
        with suppress(sqlite3.Error):
            for path, stamp, scan in self._connection.execute("SELECT path, stamp, scan FROM files"):
                if stamps.get(path) == stamp:
                    known[path] = orjson.loads(scan)
        return stamps, known

    def keep(self, scans: Mapping[str, Mapping[str, Any]], stamps: Mapping[str, str]) -> None:
        """Remember scans; a disk that is full only makes the next start slower."""
        rows = [(path, stamps[path], orjson.dumps(scan)) for path, scan in scans.items()]
        with suppress(sqlite3.Error), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", rows)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _connected(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, check_same_thread=False, timeout=5)
    connection.execute("PRAGMA journal_mode = WAL")
    if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        connection.executescript(_CREATE + f"PRAGMA user_version = {VERSION};")
    connection.execute("SELECT count(*) FROM files").fetchone()
    return connection


def _stamp(path: str) -> str:
    """The size and time of a file, and nothing for one that is gone."""
    try:
        status = Path(path).stat()
    except OSError:
        return ""
    return f"{status.st_mtime_ns}:{status.st_size}"
