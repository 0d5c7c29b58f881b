"""Which files belong to a project: what git would list, less what is ignored, too large or not text."""

from __future__ import annotations

import fnmatch
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SIZE_LIMIT = 1_000_000
"""Bytes; a larger source file is generated, or data."""
IGNORED = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".tox",
        ".nox",
        ".venv",
        "venv",
        "env",
        "node_modules",
        "__pycache__",
        "site-packages",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".hypothesis",
        "build",
        "dist",
    }
)
"""Folders that hold nothing a person wrote."""
LISTING_SECONDS = 20


def project_files(folder: str, extensions: Iterable[str]) -> list[str]:
    """The source files of a folder with one of the extensions, sorted; ``.gitignore`` and ``.winnowignore`` count."""
    endings = tuple(extensions)
    unwanted = _unwanted(Path(folder))
    listed = _listed_by_git(folder)
    paths = _walked(folder) if listed is None else listed
    return sorted(path for path in paths if path.endswith(endings) and not _ignored(path, folder, unwanted))


def _listed_by_git(folder: str) -> list[str] | None:
    """Tracked files and untracked ones that are not ignored; None where git does not answer."""
    command = ["git", "-C", folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(  # noqa: S603 - a fixed command on the user's own folder
            command, capture_output=True, timeout=LISTING_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    names = os.fsdecode(listing.stdout).split("\0")
    return [str(Path(folder, name)) for name in names if name]


def _walked(folder: str) -> Iterator[str]:
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in IGNORED]
        yield from (str(Path(here, name)) for name in names)


def _unwanted(folder: Path) -> tuple[str, ...]:
    """The patterns of ``.winnowignore``: one a line, as in ``.gitignore``, without negation."""
    try:
        lines = (folder / ".winnowignore").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ()
    return tuple(line.strip().strip("/") for line in lines if line.strip() and not line.startswith("#"))


def _ignored(path: str, folder: str, unwanted: tuple[str, ...]) -> bool:
    parts = Path(path).relative_to(folder).parts
    if not IGNORED.isdisjoint(parts):
        return True
    if not unwanted:
        return False
    stems = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
    return any(fnmatch.fnmatch(name, pattern) for pattern in unwanted for name in (*parts, *stems))
