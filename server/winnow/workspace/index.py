"""The project's symbols: scanned by worker processes, kept on the disk between sessions, fresh while files change."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from winnow.workspace.files import project_files
from winnow.workspace.language import extensions
from winnow.workspace.modules import importers_of
from winnow.workspace.store import Store
from winnow.workspace.syntax import Import, Span, Symbol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

WORKERS = 2
BATCH = 40
"""Files a worker scans between two reports of progress."""
LINE_LIMIT = 1 << 26


class Index:
    """What the files of the workspace define and import, by name and by file."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._folders: tuple[str, ...] = ()
        self._scans: dict[str, dict[str, Any]] = {}
        self._by_name: dict[str, set[str]] = defaultdict(set)

    async def build(self, folders: Sequence[str], progress: Callable[[int, int], None]) -> None:
        """Scan what is new or changed in the folders since they were last read; ``progress`` takes (done, total)."""
        self._folders = tuple(dict.fromkeys((*self._folders, *folders)))
        for folder in folders:
            store = await asyncio.to_thread(Store.open, self._cache, _key(folder))
            try:
                paths = await asyncio.to_thread(project_files, folder, extensions())
                stamps, fresh = await asyncio.to_thread(store.fresh, paths)
                for path, scan in fresh.items():
                    self._take(path, scan)
                stale = [path for path in stamps if path not in fresh]
                async for scans in _scanned(stale):
                    for path, scan in scans.items():
                        self._take(path, scan)
                    await asyncio.to_thread(store.keep, scans, stamps)
                    progress(len(self._scans), len(paths))
            finally:
                store.close()

    async def refresh(self, paths: Iterable[str]) -> None:
        """Read files anew that have changed on the disk; those that are gone are forgotten."""
        endings = tuple(extensions())
        ours = [path for path in paths if path.endswith(endings) and any(map(Path(path).is_relative_to, self._folders))]
        present = [path for path in ours if await asyncio.to_thread(os.path.isfile, path)]
        for path in set(ours) - set(present):
            self._forget(path)
        async for scans in _scanned(present):
            for path, scan in scans.items():
                self._take(path, scan)

    def find(self, name: str) -> tuple[Symbol, ...]:
        """Every definition of a name."""
        paths = sorted(self._by_name.get(name, ()))
        return tuple(symbol for path in paths for symbol in self.symbols(path) if symbol.name == name)

    def symbols(self, path: str) -> tuple[Symbol, ...]:
        """What a file defines, in its order."""
        return tuple(_symbol(path, row) for row in self._scans.get(path, {}).get("symbols", ()))

    def imports(self, path: str) -> tuple[Import, ...]:
        """What a file imports."""
        rows = self._scans.get(path, {}).get("imports", ())
        return tuple(Import(module=module, name=name, alias=alias) for module, name, alias in rows)

    def importers(self, path: str) -> tuple[str, ...]:
        """The files of the project that import the module of a file."""
        return importers_of(path, {each: self.imports(each) for each in self._scans}, self._folders)

    def files(self) -> tuple[str, ...]:
        """The files that could be read."""
        return tuple(sorted(path for path, scan in self._scans.items() if "trouble" not in scan))

    def troubles(self) -> dict[str, str]:
        """The files that could not be read, and why."""
        return {path: scan["trouble"] for path, scan in self._scans.items() if "trouble" in scan}

    async def close(self) -> None:
        """Nothing stays open between two scans."""

    def _take(self, path: str, scan: dict[str, Any]) -> None:
        self._forget(path)
        self._scans[path] = scan
        for row in scan.get("symbols", ()):
            self._by_name[row[0]].add(path)

    def _forget(self, path: str) -> None:
        for row in self._scans.pop(path, {}).get("symbols", ()):
            self._by_name[row[0]].discard(path)


async def _scanned(paths: Sequence[str]) -> Any:
    """The scans of files, batch by batch as workers finish them; cancelling ends the workers."""
    batches: asyncio.Queue[Sequence[str]] = asyncio.Queue()
    for start in range(0, len(paths), BATCH):
        batches.put_nowait(paths[start : start + BATCH])
    done: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    wanted = batches.qsize()
    async with asyncio.TaskGroup() as group:
        workers = [group.create_task(_work(batches, done)) for _ in range(min(WORKERS, wanted))]
        for _ in range(wanted):
            yield await done.get()
        for worker in workers:
            worker.cancel()


async def _work(batches: asyncio.Queue[Sequence[str]], done: asyncio.Queue[dict[str, Any]]) -> None:
    """One worker process; a batch on which it dies counts as unreadable, and it is started again."""
    process: asyncio.subprocess.Process | None = None
    try:
        while not batches.empty():
            batch = batches.get_nowait()
            process = process or await _start()
            assert process.stdin is not None  # noqa: S101 - it was started with pipes
            assert process.stdout is not None  # noqa: S101 - the same
            process.stdin.write(orjson.dumps(batch) + b"\n")
            line = await process.stdout.readline()
            if line:
                done.put_nowait(orjson.loads(line))
            else:
                process = None
                done.put_nowait({path: {"trouble": "the parser died on it, or on a file near it"} for path in batch})
    finally:
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()


async def _start() -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "winnow.workspace.scanning")
    return await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=LINE_LIMIT)


def _symbol(path: str, row: list[Any]) -> Symbol:
    name, kind, line, start, end, container, signature = row
    span = Span(start=start, end=end)
    return Symbol(name=name, kind=kind, path=path, line=line, span=span, container=container, signature=signature)


def _key(folder: str) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
