"""The project's symbols: scanned by worker processes, kept on the disk between sessions, fresh while files change."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from winnow.workspace.files import project_files
from winnow.workspace.language import extensions
from winnow.workspace.modules import PACKAGE, imports_one_of, module_names
from winnow.workspace.scans import Scan, unpacked_imports, unpacked_symbols
from winnow.workspace.store import Store
from winnow.workspace.workers import BATCH, scan_all

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from winnow.workspace.symbols import Import, Symbol


class Index:
    """What the files of the workspace define and import, by name and by file.

    ``trouble`` is a sentence for the person where the cache was damaged or cannot be kept; the index works without it.
    """

    def __init__(self, cache: Path) -> None:
        self.trouble = ""
        self._cache = cache
        self._folders: tuple[str, ...] = ()
        self._scans: dict[str, Scan] = {}
        self._defining: dict[str, set[str]] = defaultdict(set)
        self._importing: dict[str, set[str]] = defaultdict(set)

    async def build(self, folders: Sequence[str], progress: Callable[[int, int], None]) -> None:
        """Scan what is new or changed in the folders since they were last read; ``progress`` takes (done, total)."""
        self._folders = tuple(dict.fromkeys((*self._folders, *folders)))
        listed = await asyncio.gather(*(asyncio.to_thread(_listed, folder) for folder in folders))
        total = sum(map(len, listed))
        done = 0
        for folder, paths in zip(folders, listed, strict=True):
            before = done

            def report(count: int, before: int = before) -> None:
                progress(before + count, total)

            await self._read(folder, paths, report)
            done += len(paths)

    async def _read(self, folder: str, paths: Sequence[str], report: Callable[[int], None]) -> None:
        store = await asyncio.to_thread(Store.open, self._cache, _key(folder))
        try:
            stamps, known = await asyncio.to_thread(store.fresh, paths)
            for path in [each for each in self._scans if Path(each).is_relative_to(folder) and each not in stamps]:
                self._forget(path)
            for start in range(0, len(known), BATCH):
                self._take(known[start : start + BATCH])
                await asyncio.sleep(0)
            stale = sorted(stamps.keys() - {scan.path for scan in known})
            left = len(stale)

            async def take(scans: list[Scan]) -> None:
                nonlocal left
                self._take(scans)
                await asyncio.to_thread(store.keep, scans, stamps)
                left -= len(scans)
                report(len(paths) - left)

            await scan_all(stale, take)
            await asyncio.to_thread(store.drop_others, stamps)
            self.trouble = store.trouble or self.trouble
            report(len(paths))
        finally:
            await asyncio.to_thread(store.close)

    async def refresh(self, paths: Collection[str]) -> None:
        """Read files anew that have changed on the disk; those that are gone, or ignored by now, are forgotten."""
        present: set[str] = set()
        for folder in self._folders:
            present.update(await asyncio.to_thread(_listed, folder, frozenset(paths)))
        for path in paths:
            if path not in present:
                self._forget(path)

        async def take(scans: list[Scan]) -> None:
            self._take(scans)

        await scan_all(sorted(present), take)

    def forget_folder(self, folder: str) -> None:
        """Leave out a folder that is no longer part of the workspace; its cache stays for the next time."""
        self._folders = tuple(each for each in self._folders if each != folder)
        for path in list(self._scans):
            if Path(path).is_relative_to(folder) and not any(map(Path(path).is_relative_to, self._folders)):
                self._forget(path)

    def find(self, name: str) -> tuple[Symbol, ...]:
        """Every definition of a name."""
        paths = sorted(self._defining.get(name, ()))
        return tuple(symbol for path in paths for symbol in self.symbols(path) if symbol.name == name)

    def symbols(self, path: str) -> tuple[Symbol, ...]:
        """What a file defines, in its order."""
        return tuple(unpacked_symbols(self._scans[path])) if path in self._scans else ()

    def imports(self, path: str) -> tuple[Import, ...]:
        """What a file imports, in its order."""
        return tuple(unpacked_imports(self._scans[path])) if path in self._scans else ()

    def importers(self, path: str) -> tuple[str, ...]:
        """The files of the project that import the module of a file, or something of it, sorted."""
        names = module_names(path, self._folders)
        near = {each for name in names for each in self._importing.get(name.rpartition(".")[2], ())}
        near |= self._importing.get(PACKAGE, set())
        return tuple(
            sorted(each for each in near - {path} if imports_one_of(names, each, self.imports(each), self._folders))
        )

    def beside(self, path: str) -> tuple[str, ...]:
        """The other files of a file's folder, sorted."""
        folder = f"{os.path.dirname(path)}/"  # noqa: PTH120 - for every file of the project, as text
        near = (each for each in list(self._scans) if each.startswith(folder) and "/" not in each[len(folder) :])
        return tuple(sorted(each for each in near if each != path))

    def files(self) -> tuple[str, ...]:
        """The files that could be read, sorted."""
        return tuple(sorted(path for path, scan in self._scans.items() if not scan.trouble))

    def troubles(self) -> dict[str, str]:
        """The files that could not be read, and why."""
        return {path: scan.trouble for path, scan in self._scans.items() if scan.trouble}

    async def close(self) -> None:
        """Nothing stays open between two scans: cancelling a build ends its workers."""

    def _take(self, scans: Sequence[Scan]) -> None:
        for scan in scans:
            self._forget(scan.path)
            self._scans[scan.path] = scan
            for name in scan.names:
                self._defining[sys.intern(name)].add(scan.path)
            for name in scan.imported:
                self._importing[sys.intern(name)].add(scan.path)

    def _forget(self, path: str) -> None:
        scan = self._scans.pop(path, None)
        if scan is None:
            return
        for names, places in ((scan.names, self._defining), (scan.imported, self._importing)):
            for name in names:
                places[name].discard(path)
                if not places[name]:
                    del places[name]


def _listed(folder: str, among: Collection[str] = ()) -> list[str]:
    """The folder's source files; those whose names are not UTF-8 are left out, as no editor could name them."""
    paths = project_files(folder, extensions(), among)
    return [path for path in paths if path.isprintable() or os.fsencode(path).decode(errors="ignore") == path]


def _key(folder: str) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
