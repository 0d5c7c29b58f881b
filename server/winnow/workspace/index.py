"""The project's symbols: scanned by worker processes, kept on the disk between sessions, fresh while files change."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
from array import array
from collections import defaultdict
from contextlib import AsyncExitStack, aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from winnow.workspace.files import project_files
from winnow.workspace.language import extensions
from winnow.workspace.pace import Pace
from winnow.workspace.scans import Scan, unpacked
from winnow.workspace.workers import Readers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine, Sequence

    from winnow.workspace.symbols import Symbol
    from winnow.workspace.workers import Survey

NAMES_KEPT = 4096
"""Names whose definitions are kept unpacked: those around the cursor are asked for at every keystroke."""


class Index:
    """What the files of the workspace define, by name and by file.

    ``trouble`` is a sentence for the person where the cache was damaged or cannot be kept; the index works without it.
    """

    def __init__(self, cache: Path) -> None:
        self.trouble = ""
        self._cache = cache
        self._folders: tuple[str, ...] = ()
        self._reading: dict[str, asyncio.Task[None]] = {}
        self._scans: dict[str, Scan] = {}
        self._paths: list[str] = []
        self._numbers: dict[str, int] = {}
        self._unused: list[int] = []
        self._defining: dict[str, array[int]] = {}  # paths by number: small, and nothing for the garbage collector
        self._found: dict[str, tuple[Symbol, ...]] = {}
        self._beside: dict[str, set[str]] = defaultdict(set)

    async def build(self, folders: Sequence[str], progress: Callable[[int, int], None]) -> None:
        """Scan what is new or changed in the folders since they were last read; ``progress`` takes (done, total)."""
        self._folders = tuple(dict.fromkeys((*self._folders, *folders)))
        async with AsyncExitStack() as stack:
            every = [Readers(self._cache / f"{_key(folder)}.sqlite") for folder in folders]
            for readers in every:
                stack.push_async_callback(readers.aclose)
            surveys = [await readers.survey(folder) for readers, folder in zip(every, folders, strict=True)]
            total = sum(len(survey.known) + len(survey.stale) for survey in surveys)
            done = 0
            for folder, readers, survey in zip(folders, every, surveys, strict=True):
                before = done

                def report(count: int, before: int = before) -> None:
                    progress(before + count, total)

                if folder in self._folders:
                    await self._read_unless_left(folder, self._read(folder, readers, survey, report))
                done += len(survey.known) + len(survey.stale)

    async def _read_unless_left(self, folder: str, reading: Coroutine[Any, Any, None]) -> None:
        """Read a folder; where it is left meanwhile, that ends, and what else is being done goes on."""
        self._reading[folder] = asyncio.create_task(reading, name=f"reading {folder}")
        try:
            await self._reading[folder]
        except asyncio.CancelledError:
            if folder in self._folders:
                raise
        finally:
            self._reading.pop(folder, None)

    async def _read(self, folder: str, readers: Readers, survey: Survey, report: Callable[[int], None]) -> None:
        self.trouble = survey.trouble or self.trouble
        present = {*survey.stale, *(scan.path for scan in survey.known)}
        for path in [each for each in self._scans if Path(each).is_relative_to(folder) and each not in present]:
            self._forget(path)
        await self._take_all(survey.known)
        done = len(survey.known)

        async def take(scans: list[Scan]) -> None:
            nonlocal done
            await self._take_all(scans)
            done += len(scans)
            report(done)

        await readers.scan_all(survey.stale, take)
        report(done)

    async def refresh(self, paths: Collection[str]) -> None:
        """Read files anew that have changed on the disk; those that are gone, or ignored by now, are forgotten."""
        present: set[str] = set()
        for folder in self._folders:
            present.update(await asyncio.to_thread(project_files, folder, extensions(), frozenset(paths)))
        for path in paths:
            if path not in present:
                self._forget(path)
        async with aclosing(Readers()) as readers:
            await readers.scan_all(sorted(present), self._take_all)

    async def relist(self) -> frozenset[str]:
        """Look again which files belong to the folders, as what is ignored has changed; the files that left."""
        present: set[str] = set()
        for folder in self._folders:
            present.update(await asyncio.to_thread(project_files, folder, extensions()))
        gone = frozenset(self._scans.keys() - present)
        for path in gone:
            self._forget(path)
        async with aclosing(Readers()) as readers:
            await readers.scan_all(sorted(present - self._scans.keys()), self._take_all)
        return gone

    def forget_folder(self, folder: str) -> None:
        """Leave out a folder that is no longer part of the workspace; its cache stays for the next time."""
        self._folders = tuple(each for each in self._folders if each != folder)
        if (reading := self._reading.pop(folder, None)) is not None:
            reading.cancel()
        for path in list(self._scans):
            if Path(path).is_relative_to(folder) and not any(map(Path(path).is_relative_to, self._folders)):
                self._forget(path)

    def find(self, name: str, most: int | None = None) -> tuple[Symbol, ...]:
        """Every definition of a name; none where more than ``most`` files have one, as it means any of them."""
        numbers = self._defining.get(name, ())
        if most is not None and len(numbers) > most:
            return ()
        known = self._found.get(name)
        if known is None:
            paths = sorted(map(self._paths.__getitem__, numbers))
            known = tuple(symbol for path in paths for symbol in unpacked(self._scans[path], name))
            if len(self._found) >= NAMES_KEPT:
                self._found.clear()
            self._found[name] = known
        return known

    def symbols(self, path: str) -> tuple[Symbol, ...]:
        """What a file defines, in its order."""
        return tuple(unpacked(self._scans[path])) if path in self._scans else ()

    def beside(self, path: str) -> tuple[str, ...]:
        """The other files of a file's folder, sorted."""
        return tuple(sorted(self._beside.get(_folder(path), set()) - {path}))

    def holds(self, path: str) -> bool:
        """Whether a file belongs to the project: it is in one of the folders, and not ignored."""
        return path in self._scans

    async def takes(self, path: str) -> bool:
        """Whether a file that may be new belongs to the project."""
        for folder in self._folders:
            if await asyncio.to_thread(project_files, folder, extensions(), [path]):
                return True
        return False

    def files(self) -> tuple[str, ...]:
        """The files that could be read, sorted."""
        return tuple(sorted(path for path, scan in self._scans.items() if not scan.trouble))

    def troubles(self) -> dict[str, str]:
        """The files that could not be read, and why."""
        return {path: scan.trouble for path, scan in self._scans.items() if scan.trouble}

    async def close(self) -> None:
        """Nothing stays open between two scans: cancelling a build ends its workers."""

    async def _take_all(self, scans: Sequence[Scan]) -> None:
        """Take scans in, a few at a time, giving way between them: to the keyboard, and to who waits for an answer."""
        pace = Pace()
        for scan in scans:
            if scan.path.startswith(tuple(os.path.join(folder, "") for folder in self._folders)):  # noqa: PTH118 - as text
                self._take(scan)
            await pace.rest()

    def _take(self, scan: Scan) -> None:
        self._forget(scan.path)
        names = tuple(map(sys.intern, scan.names))
        self._scans[scan.path] = scan._replace(names=names)
        self._beside[_folder(scan.path)].add(scan.path)
        number = self._number(scan.path)
        for name in names:
            if (numbers := self._defining.get(name)) is None:
                self._defining[name] = array("I", (number,))
            else:
                numbers.append(number)
            self._found.pop(name, None)

    def _number(self, path: str) -> int:
        """A number for a path, kept until it is forgotten."""
        number = self._unused.pop() if self._unused else len(self._paths)
        self._paths[number : number + 1] = [path]
        self._numbers[path] = number
        return number

    def _forget(self, path: str) -> None:
        scan = self._scans.pop(path, None)
        if scan is None:
            return
        folder = _folder(path)
        self._beside[folder].discard(path)
        if not self._beside[folder]:
            del self._beside[folder]
        number = self._numbers.pop(path)
        self._unused.append(number)
        for name in scan.names:
            self._defining[name].remove(number)
            if not self._defining[name]:
                del self._defining[name]
            self._found.pop(name, None)


def _folder(path: str) -> str:
    return os.path.dirname(path)  # noqa: PTH120 - for every file of the project, as text


def _key(folder: str) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
