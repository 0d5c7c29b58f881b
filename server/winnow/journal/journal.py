"""The journal itself: appends are queued at once and written by one thread, so an editor never waits for a disk."""

from __future__ import annotations

import asyncio
import itertools
import os
import sqlite3
import threading
import time
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from winnow.journal import database, rows, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from winnow.facts import Decision, Feedback, Usage
    from winnow.journal.rows import Lesson, Row, Spent

_WAIT_SECONDS = 10.0
_MOMENT = 0.02
"""Seconds in which facts gather before they are written."""
_FORGET_EVERY = 1_000
_MEMORY = ":memory:"
_LEARNED_ONLY = "What Winnow learns is forgotten when it ends."
_UNFIT = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError, sqlite3.DataError)
"""What SQLite raises for a fact that no row can hold, such as text where a number belongs."""

_Values: TypeAlias = "tuple[Any, ...] | Callable[[sqlite3.Connection], tuple[Any, ...]]"
"""What a statement takes, or what makes it of what is in the tables at that moment."""
_Write: TypeAlias = "tuple[str, Callable[[Any], _Values], Any]"


class Journal:
    """A database that several servers and readers may share: rows are added, and forgotten once they are old.

    A row is acknowledged once ``flush`` returned, or once it was read: from then on it survives the death of the
    process. An append that was not acknowledged yet is written within a moment. Nothing here raises into the
    server: where the file cannot be used, the journal goes on in memory and ``trouble`` says why.
    """

    def __init__(self, path: Path) -> None:
        self.trouble = ""
        self._told = ""
        self._appended = itertools.count()
        self._path = path
        self._lock = threading.Lock()
        self._connection = self._open()
        self._waiting: deque[_Write | Future[None] | None] = deque()
        self._called, self._urgent = threading.Event(), threading.Event()
        self._writer = threading.Thread(target=self._write_all, name="journal", daemon=True)
        self._writer.start()

    @classmethod
    def open(cls, path: Path | str) -> Journal:
        """The journal of a file, made if there is none. A damaged one is moved aside, and a new one begun."""
        return cls(Path(path))

    def append(self, decision: Decision) -> None:
        """Remember a decision. Returns at once."""
        self._put((schema.INSERT_DECISION, rows.decision_values, decision))
        if decision.candidate is not None and decision.candidate.prompt:
            self._put((schema.INSERT_PROMPT, rows.prompt_values, decision.candidate))
            self._put((schema.FORGET_PROMPTS, tuple, (schema.PROMPTS_KEPT,)))
        if next(self._appended) % _FORGET_EVERY == 0:
            for statement, values in schema.forget_old(time.time()):
                self._put((statement, tuple, values))

    def record(self, feedback: Feedback) -> None:
        """Remember what a person did with a candidate. Returns at once."""
        self._put((schema.INSERT_FEEDBACK, rows.feedback_values, feedback))

    def spend(self, usage: Usage) -> None:
        """Remember what a request to a model took. Returns at once."""
        self._put((schema.INSERT_USAGE, rows.usage_values, usage))

    def spent(self, since: float = 0.0) -> list[Spent]:
        """What was asked of each model since a Unix second, the most tokens first."""
        return [rows.spent_of(values) for values in self._read(schema.SELECT_SPENT, (since,))]

    def teach(self, lesson: Lesson, at: float, *, helped: bool) -> None:
        """Remember that a lesson was tried, at a Unix second, and whether it helped. Returns at once."""
        self._put((schema.COUNT_LESSON, rows.lesson_values, (lesson, helped, at)))

    def lessons(self, limit: int) -> tuple[Lesson, ...]:
        """What was learned of fixes, the latest last, each with how often it helped."""
        latest = self._read(schema.SELECT_LESSONS, (limit,))
        return tuple(rows.lesson_of(values) for values in reversed(latest))

    def save_person(self, learned: Mapping[str, Any]) -> None:
        """Remember what the gate learned; the latest is what ``person`` returns. Returns at once."""
        self._put((schema.REPLACE_PERSON, _person_values, dict(learned)))

    def change_person(self, change: Callable[[dict[str, Any] | None], Mapping[str, Any]]) -> None:
        """Make what is stored of the person another, in one transaction: other servers change it too. Returns at once.

        ``change`` is called in the writer's thread, again where the file could not be written.
        """
        self._put((schema.REPLACE_PERSON, _changing, change))

    async def flush(self) -> None:
        """Wait until everything appended so far is written; once the journal is closed, nothing more will be."""
        written: Future[None] = Future()
        self._put(written)
        if self._writer.is_alive():
            await asyncio.wrap_future(written)

    def decisions(self, limit: int, uri: str | None = None) -> list[Row]:
        """The latest decisions, newest first, of one document or of all, each with what became of it."""
        return list(rows.rows_of(self._read(schema.SELECT_DECISIONS, (uri, limit))))

    def prompt(self, candidate_id: str) -> str:
        """What was sent to the model that proposed a candidate; empty for an old one, or where nothing was sent."""
        return next((str(sent) for (sent,) in self._read(schema.SELECT_PROMPT, (candidate_id,))), "")

    def person(self) -> dict[str, Any] | None:
        """What the gate last learned of the person, or None."""
        return _person_of(self._read(schema.SELECT_PERSON, ()))

    def fresh_trouble(self) -> str:
        """What went wrong and was not told yet; empty where nothing did."""
        told, self._told = self._told, self.trouble
        return self._told if self._told != told else ""

    def close(self) -> None:
        """Write what is left, and let go of the file. Closing twice does no harm."""
        if self._writer.is_alive():
            self._put(None)
            self._writer.join(_WAIT_SECONDS)
            for late in self._waiting:
                if isinstance(late, Future) and not late.done():
                    late.set_result(None)  # nobody writes any more
        with self._lock, suppress(sqlite3.Error):
            self._connection.close()

    def _read(self, statement: str, values: Sequence[Any]) -> list[Any]:
        written: Future[None] = Future()
        if self._writer.is_alive():
            self._put(written)
            with suppress(TimeoutError):
                written.result(_WAIT_SECONDS)
        with self._lock:
            try:
                return self._connection.execute(statement, values).fetchall()
            except sqlite3.Error as error:
                self.trouble = f"The journal {self._path} could not be read: {error}."
                return []

    def _put(self, fact: _Write | Future[None] | None) -> None:
        """Queue a fact; the writer is called once for many, as it takes the interpreter from whoever calls it."""
        self._waiting.append(fact)
        if not isinstance(fact, tuple):
            self._urgent.set()  # somebody waits for it
        if not self._called.is_set():
            self._called.set()

    def _write_all(self) -> None:
        """The writer's life: whatever comes within a moment becomes one transaction."""
        while True:
            self._called.wait()
            self._urgent.wait(_MOMENT)
            self._called.clear()
            self._urgent.clear()
            batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
            writes = [each for each in batch if isinstance(each, tuple)]
            if writes:
                self._commit(writes)
            for each in batch:
                if isinstance(each, Future):
                    each.set_result(None)
            if None in batch:
                return

    def _commit(self, writes: Sequence[_Write]) -> None:
        converted = [
            (statement, values) for statement, convert, fact in writes if (values := _try(convert, fact)) is not None
        ]
        with self._lock:
            try:
                self._insert(converted)
            except sqlite3.Error as error:
                self._connection.close()
                self._connection = self._recover(error)
                with suppress(sqlite3.Error):
                    self._insert(converted)

    def _insert(self, converted: Sequence[tuple[str, _Values]]) -> None:
        # Another server may hold the file: only this thread waits for it.
        database.patiently(partial(self._insert_once, converted), database.WRITING_SECONDS)

    def _insert_once(self, converted: Sequence[tuple[str, _Values]]) -> None:
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")  # nobody else writes between what is read here and written
            for statement, values in converted:
                with suppress(
                    *_UNFIT, ArithmeticError, LookupError, TypeError, ValueError
                ):  # one bad fact must not cost the others
                    fitting = values(self._connection) if callable(values) else values
                    self._connection.execute(statement, fitting)

    def _open(self) -> sqlite3.Connection:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
            return database.connect(str(self._path))
        except (sqlite3.Error, OSError) as error:
            return self._recover(error)

    def _recover(self, error: Exception) -> sqlite3.Connection:
        """Another connection after an error: to a new file when the old one is damaged, else to memory."""
        if database.is_damage(error):
            with suppress(sqlite3.Error, OSError):
                aside = self._path.with_name(f"{self._path.name}.damaged-{time.time_ns()}")
                self._path.rename(aside)
                for ending in ("-wal", "-shm"):
                    self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
                self.trouble = f"The journal was damaged ({error}). It was moved to {aside} and a new one begun."
                os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
                return database.connect(str(self._path))
        self.trouble = f"The journal {self._path} cannot be written ({error}); it goes on in memory. {_LEARNED_ONLY}"
        return database.connect(_MEMORY)


def _try(convert: Callable[[Any], _Values], fact: Any) -> _Values | None:
    """The values of a row; None for a fact that cannot be converted, which must not cost the others."""
    try:
        return convert(fact)
    except (TypeError, ValueError):
        return None


def _person_values(learned: Mapping[str, Any]) -> tuple[Any, ...]:
    return time.time(), orjson.dumps(learned).decode()


def _person_of(stored: Iterable[tuple[Any, ...]]) -> dict[str, Any] | None:
    """What the first row of ``SELECT_PERSON`` says. Raises ValueError where it is damaged."""
    for (learned,) in stored:
        told = orjson.loads(learned)
        return told if isinstance(told, dict) else None
    return None


def _changing(
    change: Callable[[dict[str, Any] | None], Mapping[str, Any]],
) -> Callable[[sqlite3.Connection], tuple[Any, ...]]:
    """The values of what is stored of the person, changed."""

    def change_stored(connection: sqlite3.Connection) -> tuple[Any, ...]:
        stored = None
        with suppress(ValueError):  # what is damaged is replaced
            stored = _person_of(connection.execute(schema.SELECT_PERSON))
        return _person_values(change(stored))

    return change_stored
