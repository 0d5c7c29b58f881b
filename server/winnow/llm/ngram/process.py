"""The engine's process as seen from the event loop: started when first needed, restarted when it dies."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import sys
import time
from typing import TYPE_CHECKING, Any

import orjson

from winnow.llm.child import ended

if TYPE_CHECKING:
    from collections.abc import Callable

# -P: a file of the workspace must never be imported in place of a module of ours.
_COMMAND = (sys.executable, "-P", "-m", "winnow.llm.ngram")
_LINE_LIMIT = 1 << 24
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 60.0
_STEADY_SECONDS = 30.0


class EngineDied(Exception):  # noqa: N818 - it says what happened
    """The engine's process ended before it answered, or may not be started again yet."""


class Process:
    """One child that speaks JSON lines (see ``__main__``); it ends when its standard input does, so with us."""

    def __init__(self, command: tuple[str, ...] = _COMMAND) -> None:
        self._command = command
        self._child: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._ids = itertools.count(1)
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._progress: dict[int, Callable[[int, int], None]] = {}
        self._wait = 0.0
        self._not_before = 0.0
        self._closed = False
        self.generation = 0
        """How often it was started: what a former child had learnt is gone."""

    @property
    def alive(self) -> bool:
        """Whether a child runs."""
        return self._child is not None and self._child.returncode is None

    async def start(self) -> None:
        """Make sure that a child runs. Raises EngineDied while it may not: closed, or it died just now."""
        async with self._starting:
            if self.alive:
                return
            if self._closed:
                raise EngineDied("the embedded engine is closed")
            if time.monotonic() < self._not_before:
                raise EngineDied("the embedded engine ended unexpectedly and is about to be started again")
            await self._end_child()
            pipe = asyncio.subprocess.PIPE
            try:
                self._child = await asyncio.create_subprocess_exec(
                    *self._command, stdin=pipe, stdout=pipe, limit=_LINE_LIMIT
                )
            except OSError as error:  # no memory or no process is left, or Winnow was replaced under our feet
                raise EngineDied(f"the embedded engine cannot be started ({error})") from error
            self.generation += 1
            self._reader = asyncio.create_task(self._read(self._child), name="embedded engine")

    async def ask(self, do: str, progress: Callable[[int, int], None] | None = None, **request: Any) -> Any:
        """The answer to one request. Raises EngineDied, or ValueError with what the engine found wrong."""
        await self.start()
        assert self._child is not None  # noqa: S101 - start made it or raised
        stdin = self._child.stdin
        assert stdin is not None  # noqa: S101 - it was asked for as a pipe
        number = next(self._ids)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        if progress is not None:
            self._progress[number] = progress
        try:
            stdin.write(orjson.dumps({"id": number, "do": do, **request}) + b"\n")
            with contextlib.suppress(ConnectionError):  # the reader sees the end too, and tells why
                await stdin.drain()
            return await answer
        except asyncio.CancelledError:
            if not stdin.is_closing():
                stdin.write(orjson.dumps({"do": "cancel" if do == "learn" else "drop", "of": number, "id": 0}) + b"\n")
            raise
        finally:
            self._asked.pop(number, None)
            self._progress.pop(number, None)

    async def close(self) -> None:
        """End the child; it does not start again."""
        self._closed = True
        await self._end_child()

    async def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        await ended(child)
        if self._reader is not None:
            await self._reader

    async def _read(self, child: asyncio.subprocess.Process) -> None:
        started = time.monotonic()
        assert child.stdout is not None  # noqa: S101 - it was asked for as a pipe
        with contextlib.suppress(ValueError):  # a line beyond the limit: nothing the engine would say
            while line := await child.stdout.readline():
                self._receive(orjson.loads(line))
        steady = time.monotonic() - started > _STEADY_SECONDS
        self._wait = _FIRST_WAIT if steady or not self._wait else min(2 * self._wait, _LONGEST_WAIT)
        self._not_before = time.monotonic() + self._wait
        await ended(child)
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(EngineDied("the embedded engine ended unexpectedly"))

    def _receive(self, message: dict[str, Any]) -> None:
        number = message["id"]
        if "done" in message:
            if (progress := self._progress.get(number)) is not None:
                progress(message["done"], message["of"])
        elif (answer := self._asked.get(number)) is not None and not answer.done():
            if "error" in message:
                answer.set_exception(ValueError(message["error"]))
            else:
                answer.set_result(message["result"])
