"""Worker processes that read files for the index: started for a build, ended with it, and never outlive the server."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from winnow.workspace.files import nameable
from winnow.workspace.pace import Pace
from winnow.workspace.scans import Scan

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

WORKERS = 2
DEATHS_IN_A_ROW = 3
"""So many files that end their worker mean that the worker itself is broken."""
FATAL = "the parser died of it"
BROKEN = "The processes that read the project die at once; what they say is in the server's log."
IDLE_SECONDS = 0.7
"""How long a batch, or the start, may take a worker that runs only while no other process wants the processor."""
SURVEY_SECONDS = 4.0
"""How long it may take such a worker to list a folder."""
BATCH = 32
"""Files that a worker is given at a time."""
NICENESS = 10
"""How far workers stand back, out of 19."""
LINE_LIMIT = 2**26
"""Bytes of an answer's line: what a generated file of a megabyte defines takes a few."""


class Survey(NamedTuple):
    """What a folder holds: the scans that the store knew and that still hold, and the files that are to be read.

    ``trouble`` is a sentence for the person where the store was damaged or cannot be kept.
    """

    known: list[Scan]
    stale: list[str]
    trouble: str


class Readers:
    """The workers of one folder; what they scan is in the ``store`` before it is told, if there is one."""

    def __init__(self, store: Path | None = None) -> None:
        self._store = store
        self._free: list[Process] = []

    async def aclose(self) -> None:
        """End them."""
        while self._free:
            await _end(self._free.pop())

    async def survey(self, folder: str) -> Survey:
        """What a folder holds. Raises RuntimeError where the workers die of it."""
        if not nameable(folder):
            return Survey([], [], "")
        if self._store and not self._store.exists():  # all is to be read then, by all of them
            self._free += [await self._start(idle=True) for _ in range(1, WORKERS)]
        for idle in (True, False):
            self._free.append(await self._start(idle=idle))
            try:
                async with asyncio.timeout(SURVEY_SECONDS if idle else None):
                    return await _surveyed(self._free[-1], folder)
            except (TimeoutError, EOFError):  # others keep the processors busy, or it died
                await _end(self._free.pop())
        raise RuntimeError(BROKEN)

    async def scan_all(self, paths: Sequence[str], take: Callable[[list[Scan]], Awaitable[None]]) -> None:
        """Scan files; ``take`` gets what has come meanwhile. Cancelling ends the workers."""
        batches = deque(paths[start : start + BATCH] for start in range(0, len(paths), BATCH))
        scanned: asyncio.Queue[list[Scan]] = asyncio.Queue()
        async with asyncio.TaskGroup() as group:
            for _ in range(min(WORKERS, len(batches))):
                group.create_task(self._work(batches, scanned))
            left = len(paths)
            while left:
                scans = await scanned.get()
                while not scanned.empty():
                    scans += scanned.get_nowait()
                left -= len(scans)
                await take(scans)  # while the workers go on

    async def _work(self, batches: deque[Sequence[str]], scanned: asyncio.Queue[list[Scan]]) -> None:
        """Have a worker scan batches until none is left; files on which it dies are noted, and it is started again."""
        idle = True
        process = self._free.pop() if self._free else await self._start(idle=idle)
        try:
            while batches:
                batch = batches.popleft()
                try:
                    async with asyncio.timeout(IDLE_SECONDS if idle else None):
                        scans = await _scanned(process, batch)
                except (
                    TimeoutError
                ):  # others keep the processors busy: one that only fills their pauses would never end
                    idle = False
                    batches.appendleft(batch)
                    await _end(process)
                    process = await self._start()
                    continue
                except EOFError:
                    await _end(process)
                    process = await self._start(idle=idle)
                    scans = await self._one_by_one(batch) if len(batch) > 1 else [_fatal(path) for path in batch]
                scanned.put_nowait(scans)
        finally:
            await _end(process)

    async def _one_by_one(self, batch: Sequence[str]) -> list[Scan]:
        """The scans of a batch on which a worker died, so that only the file that it died of is lost."""
        scans: list[Scan] = []
        for path in batch:
            process = await self._start()
            try:
                scans += await _scanned(process, [path])
            except EOFError:
                scans.append(_fatal(path))
            finally:
                await _end(process)
            if len(scans) == DEATHS_IN_A_ROW and all(scan.trouble == FATAL for scan in scans):
                raise RuntimeError(BROKEN)
        return scans

    async def _start(self, *, idle: bool = False) -> Process:
        """A worker that gives way at once: while it starts, it would hold up the keyboard the most."""
        pipe = asyncio.subprocess.PIPE
        # -P: a file of the workspace must never be imported in place of a module of ours.
        command = (sys.executable, "-P", "-m", "winnow.workspace.scanning", *([self._store] if self._store else ()))
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=LINE_LIMIT)
        with suppress(OSError):  # it may be gone already
            _give_way(process.pid, idle=idle)
        return process


def _fatal(path: str) -> Scan:
    return Scan(path=path, names=[], symbols_json="", trouble=FATAL)


async def _surveyed(process: Process, folder: str) -> Survey:
    await _ask(process, folder)
    pace = Pace()
    known, batches, trouble = await _heard(process)
    scans = []
    for _ in range(known):
        scans.append(Scan(*await _heard(process)))
        await pace.rest()
    return Survey(known=scans, stale=[path for _ in range(batches) for path in await _heard(process)], trouble=trouble)


async def _scanned(process: Process, batch: Sequence[str]) -> list[Scan]:
    """The scans of a batch. Raises EOFError where the worker died."""
    await _ask(process, batch)
    return [Scan(*await _heard(process)) for _ in batch]


async def _ask(process: Process, question: str | Sequence[str]) -> None:
    if process.stdin is not None:
        with suppress(ConnectionError):  # one that died has no answer either
            process.stdin.write(orjson.dumps(question) + b"\n")
            await process.stdin.drain()


async def _heard(process: Process) -> Any:
    """The next line of an answer. Raises EOFError where the worker died."""
    line = await process.stdout.readline() if process.stdout is not None else b""
    if not line.endswith(b"\n"):
        raise EOFError
    return orjson.loads(line)


def _give_way(pid: int, *, idle: bool) -> None:
    """Let the keyboard come first. ``idle`` does so within microseconds, where being nice may take milliseconds."""
    os.setpriority(os.PRIO_PROCESS, pid, NICENESS)
    if idle and hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()
