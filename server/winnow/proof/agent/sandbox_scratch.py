"""A folder to write to for each run, where no view of its own hides what it writes from the next.

The run makes it, named by the number of its process; who waits for the process removes it.
"""

from __future__ import annotations

import contextlib
import errno
import os
from typing import Collection, List, Optional, Tuple

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_OWN = 0o700


def own(folder: str) -> str:
    """A new folder of this process's own inside one. Raises OSError."""
    path = os.path.join(folder, str(os.getpid()))
    remove(path)  # numbers of processes come again
    os.mkdir(path, _OWN)
    return path


def clear(folder: str, running: Collection[int]) -> None:
    """Remove what processes made inside a folder, but for those that are running. What resists stays."""
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            if name.isdecimal() and int(name) not in running:
                remove(os.path.join(folder, name))


def remove(path: str) -> None:
    """Remove a folder with all that is below it, or a file; no link is followed. What resists stays.

    A hostile run may leave a tree deeper than Python recurses, than paths are long or than files may be open, and
    folders that may not be read: this walks by one open folder at a time, and opens them up.
    """
    with contextlib.suppress(OSError):
        try:
            here = _opened(path, None)
        except OSError as error:
            if error.errno not in (errno.ENOTDIR, errno.ELOOP):
                raise
            os.unlink(path)
        else:
            _empty(here)
            os.rmdir(path)


def _empty(here: int) -> None:
    """Remove all that is below an open folder, and close it. Raises OSError where the way back is lost."""
    way: List[Tuple[str, os.stat_result, List[str]]] = []
    inner = _without_files(here)
    try:
        while inner or way:
            if inner:
                name = inner.pop()
                try:
                    below = _opened(name, here)
                except OSError:
                    continue
                way.append((name, os.fstat(here), inner))
                os.close(here)
                here, inner = below, _without_files(below)
            else:
                name, outer, inner = way.pop()
                above = os.open("..", _FOLDER, dir_fd=here)
                os.close(here)
                here = above
                if not os.path.samestat(os.fstat(here), outer):
                    return  # somebody who still runs has moved it: what is here now is not ours
                with contextlib.suppress(OSError):
                    os.rmdir(name, dir_fd=here)
    finally:
        os.close(here)


def _opened(name: str, inside: Optional[int]) -> int:
    """Open a folder so that it can be emptied. Raises OSError, for a link too."""
    try:
        found = os.open(name, _FOLDER, dir_fd=inside)
    except PermissionError:
        os.chmod(name, _OWN, dir_fd=inside)  # who could put a link in its place may change modes as it is
        found = os.open(name, _FOLDER, dir_fd=inside)
    with contextlib.suppress(OSError):
        os.fchmod(found, _OWN)
    return found


def _without_files(folder: int) -> List[str]:
    """Remove the files of an open folder; the names of the folders in it."""
    found: List[Tuple[str, bool]] = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        found += [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_folder in found:
        if not is_folder:
            with contextlib.suppress(OSError):
                os.unlink(name, dir_fd=folder)
    return [name for name, is_folder in found if is_folder]
