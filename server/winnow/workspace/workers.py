"""Worker processes that scan files for the index: started for a build, ended with it, and never outlive the server."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

import orjson

from winnow.workspace.scans import Scan

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

WORKERS = 2
DEATHS_IN_A_ROW = 3
"""So many files that end their worker mean that the worker itself is broken."""
FATAL = "the parser died of it"
IDLE_SECONDS = 0.7
"""How long a batch, or the start, may take a worker that runs only while no other process wants the processor."""
BATCH = 32
"""Files that a worker is given at a time."""
NICENESS = 10
"""How far workers stand back, out of 19."""


async def scan_all(paths: Sequence[str], take: Callable[[list[Scan]], Awaitable[None]]) -> None:
    """Scan files in worker processes; ``take`` gets what has come meanwhile. Cancelling ends the workers."""
    batches = deque(paths[start : start + BATCH] for start in range(0, len(paths), BATCH))
    scanned: asyncio.Queue[list[Scan]] = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        for _ in range(min(WORKERS, len(batches))):
            group.create_task(_work(batches, scanned))
        left = len(paths)
        while left:
            scans = await scanned.get()
            while not scanned.empty():
                scans += scanned.get_nowait()
            left -= len(scans)
            await take(scans)  # while the workers go on


async def _work(batches: deque[Sequence[str]], scanned: asyncio.Queue[list[Scan]]) -> None:
    """Have one worker scan batches until none is left; files on which it dies are noted, and it is started again."""
    idle = True
    process = _start(idle=idle)
    try:
        while batches:
            batch = batches.popleft()
            try:
                async with asyncio.timeout(IDLE_SECONDS if idle else None):
                    scans = await _answer(process, batch)
            except TimeoutError:  # others keep the processors busy: one that only fills their pauses would never end
                idle = False
                batches.appendleft(batch)
                await _end(process)
                process = _start()
                continue
            if scans is None:
                await _end(process)
                process = _start(idle=idle)
                scans = await _one_by_one(batch) if len(batch) > 1 else [_fatal(path) for path in batch]
            scanned.put_nowait(scans)
    finally:
        await _end(process)


async def _one_by_one(batch: Iterable[str]) -> list[Scan]:
    """The scans of a batch on which a worker died, so that only the file that it died of is lost."""
    scans: list[Scan] = []
    for path in batch:
        process = _start()
        try:
            scans += await _answer(process, [path]) or [_fatal(path)]
        finally:
            await _end(process)
        if len(scans) == DEATHS_IN_A_ROW and all(scan.trouble == FATAL for scan in scans):
            raise RuntimeError("The processes that read the project die at once; what they say is in the server's log.")
    return scans


def _fatal(path: str) -> Scan:
    return Scan(path=path, names=[], symbols_json="", trouble=FATAL)


async def _answer(process: subprocess.Popen[bytes], batch: Sequence[str]) -> list[Scan] | None:
    """The scans of a batch; None where the worker died."""
    return await asyncio.to_thread(_ask, process, batch)


def _ask(process: subprocess.Popen[bytes], batch: Sequence[str]) -> list[Scan] | None:
    """One line after the other: a keystroke waits for what is parsed at a time."""
    if process.stdin is None or process.stdout is None:
        return None
    try:
        process.stdin.write(orjson.dumps(batch) + b"\n")
        process.stdin.flush()
    except ConnectionError:
        return None
    scans: list[Scan] = []
    for _ in batch:
        line = process.stdout.readline()
        if not line.endswith(b"\n"):
            return None
        scans.append(Scan(*orjson.loads(line)))
    return scans


def _start(*, idle: bool = False) -> subprocess.Popen[bytes]:
    """A worker that gives way at once: while it starts, it would hold up the keyboard the most."""
    pipe = subprocess.PIPE
    # -P: a file of the workspace must never be imported in place of a module of ours.
    command = (sys.executable, "-P", "-m", "winnow.workspace.scanning")
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe)  # noqa: S603 - our own module
    with suppress(OSError):  # it may be gone already
        _give_way(process.pid, idle=idle)
    return process


def _give_way(pid: int, *, idle: bool) -> None:
    """Let the keyboard come first. ``idle`` does so within microseconds, where being nice may take milliseconds."""
    os.setpriority(os.PRIO_PROCESS, pid, NICENESS)
    if idle and hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))


async def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    await asyncio.to_thread(_bury, process)


def _bury(process: subprocess.Popen[bytes]) -> None:
    with suppress(BrokenPipeError), process:  # what it was not told any more
        pass
