"""Which files a person keeps to themselves: those that ``.gitignore`` or ``.winnowignore`` names, there or not yet."""

from __future__ import annotations

import asyncio
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from winnow.workspace.files import GIT
from winnow.workspace.ignoring import Ignoring

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

SECONDS = 5
"""How long git may take for one file: it reads its index and the patterns, and lists nothing."""


class Ignored:
    """Asks once for each file, in a thread, and remembers it until ``forget`` or other folders."""

    def __init__(self) -> None:
        self._folders: tuple[str, ...] = ()
        self._known: dict[str, bool] = {}

    async def among(self, paths: Collection[str], folders: Sequence[str]) -> frozenset[str]:
        """Those of some files that are ignored in any of the folders around them."""
        if self._folders != tuple(folders):
            self._folders, self._known = tuple(folders), {}
        while unknown := [path for path in paths if path not in self._known]:
            known = self._known
            answers = await asyncio.to_thread(lambda: [is_ignored(path, folders) for path in unknown])
            known.update(zip(unknown, answers, strict=True))  # to no avail where all was forgotten meanwhile
        return frozenset(path for path in paths if self._known[path])

    def forget(self, paths: Iterable[str] | None = None) -> None:
        """Ask again about some files, or about all."""
        if paths is None:
            self._known = {}
        for path in paths or ():
            self._known.pop(path, None)


def is_ignored(path: str, folders: Iterable[str] = ()) -> bool:
    """Whether a file is ignored in one of the folders that hold it, by the name it has or by its real one.

    Of one that lies in none of them, its own repository tells, and the ``.winnowignore`` of any folder around it.
    What is no file, as a text without a name yet, is not ignored.
    """
    if not Path(path).is_absolute():
        return False
    return any(_ignored_as(Path(name), tuple(folders)) for name in {path, os.path.realpath(path)})


def _ignored_as(path: Path, folders: tuple[str, ...]) -> bool:
    around = [Path(folder) for folder in folders if path.is_relative_to(folder)]
    home = next(folder for folder in path.parents if folder.is_dir())
    for top in around or [home]:
        by_git = _ignored_by_git(top, path)
        if by_git is None and top != home:
            by_git = _ignored_by_git(home, path)  # as in a submodule, of which only its own repository speaks
        if by_git or (by_git is None and _named(top / ".gitignore", path)):
            return True
    return any(_named(top / ".winnowignore", path) for top in around or path.parents)


def _named(patterns: Path, path: Path) -> bool:
    return Ignoring.read(patterns).covers(path.relative_to(patterns.parent).parts)


def _ignored_by_git(folder: Path, path: Path) -> bool | None:
    """Whether git ignores a file; None where it does not answer."""
    try:
        answer = subprocess.run(  # noqa: S603 - a fixed command on the user's own folder
            [*GIT, "-C", str(folder), "check-ignore", "--quiet", "--", str(path)],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return {0: True, 1: False}.get(answer.returncode)
