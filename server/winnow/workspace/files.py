"""Which files belong to a project: what git would list, less what is ignored or generated."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from winnow.paths import GENERATED
from winnow.workspace.ignoring import Ignoring

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

LISTING_SECONDS = 20
ARGUMENTS = 100_000
"""Characters of paths that git is asked about by name; of more, all are listed, as no system takes any number."""


GIT = ("git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
"""A repository may name a program as its file system monitor: it must not run before the person trusts the folder."""


def project_files(folder: str, extensions: Iterable[str], among: Collection[str] | None = None) -> list[str]:
    """The source files of a folder with one of the extensions, sorted; ``.gitignore`` and ``.winnowignore`` count.

    ``among`` asks only for these of them, which is quick. Where git does not answer, the top's ``.gitignore`` counts.
    Those that are not ``nameable`` are left out.
    """
    endings, top = tuple(extensions), Path(folder)
    if among is not None:
        among = [path for path in among if path.endswith(endings) and Path(path).is_relative_to(top)]
        if not among:
            return []
    named = among or ()
    listed = _listed_by_git(folder, named if sum(map(len, named)) <= ARGUMENTS else ())
    ignored = (".winnowignore",) if listed is not None else (".gitignore", ".winnowignore")
    ignoring = Ignoring.read(*(top / name for name in ignored))
    paths = listed if listed is not None else _walked(folder) if among is None else among
    wanted = {path for path in paths if path.endswith(endings)}
    if among is not None:
        wanted &= set(among)
    return sorted(path for path in wanted if nameable(path) and _belongs(Path(path).relative_to(top).parts, ignoring))


def nameable(path: str) -> bool:
    """Whether an editor could name a file: whether its name is UTF-8."""
    return path.isprintable() or os.fsencode(path).decode(errors="ignore") == path


def _belongs(parts: tuple[str, ...], ignoring: Ignoring) -> bool:
    return GENERATED.isdisjoint(parts[:-1]) and not ignoring.covers(parts)


def _listed_by_git(folder: str, among: Collection[str]) -> list[str] | None:
    """Tracked files and untracked ones that are not ignored; None where git does not answer."""
    listing = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *among)
    try:
        answer = subprocess.run(  # noqa: S603 - a fixed command on the user's own folder
            [*GIT, "--literal-pathspecs", "-C", folder, *listing],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=LISTING_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return [str(Path(folder, name)) for name in os.fsdecode(answer.stdout).split("\0") if name]


def _walked(folder: str) -> Iterator[str]:
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in GENERATED]
        yield from (str(Path(here, name)) for name in names)
