"""A connection to the journal's file: its tables are up to date, and other servers may hold it for a while."""

from __future__ import annotations

import sqlite3
import time
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from winnow.journal import schema

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_BUSY_SECONDS = 5.0
WRITING_SECONDS = 6 * _BUSY_SECONDS
"""How long a write waits for other servers."""
_PAUSE = 0.02
"""Seconds between two attempts: SQLite itself does not wait where it changes a file's journal mode."""
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def connect(path: str) -> sqlite3.Connection:
    """Open a file, and make or update its tables. Raises sqlite3.Error where it is no journal of ours, or damaged."""
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, check_same_thread=False)
    try:
        patiently(partial(_prepare, connection), _BUSY_SECONDS)
    except BaseException:
        connection.close()
        raise
    return connection


def patiently(work: Callable[[], T], seconds: float) -> T:
    """Do something to a file that another server may hold: again until it does not, or so many seconds are over."""
    end = time.monotonic() + seconds
    while True:
        try:
            return work()
        except sqlite3.OperationalError as error:
            if _kind(error) != sqlite3.SQLITE_BUSY or time.monotonic() >= end:
                raise
            time.sleep(_PAUSE)


def is_damage(error: Exception) -> bool:
    """Whether an error says that the file itself is no sound database."""
    return isinstance(error, sqlite3.Error) and _kind(error) in _DAMAGED


def _kind(error: sqlite3.Error) -> int:
    """The low byte of an error's code: those that are busy, or damaged, in a particular way differ in the others."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    if (version := _version(connection)) > schema.VERSION:
        raise sqlite3.OperationalError(f"it was written by a newer Winnow, version {version}: update Winnow")
    if version < schema.VERSION:
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            _update(connection)
    connection.execute("SELECT count(*) FROM (SELECT 1 FROM decision LIMIT 1)").fetchone()


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _update(connection: sqlite3.Connection) -> None:
    """Bring the tables up to date, unless another server did while this one waited."""
    old = schema.FROM_4 if 0 < _version(connection) < schema.VERSION else ()
    for statement in (*old, *schema.TABLES, f"PRAGMA user_version = {schema.VERSION}"):
        connection.execute(statement)
