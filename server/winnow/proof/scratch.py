"""The folder that the runs of one server write to: its own while it lives, and removed by it, or by a later one."""

from __future__ import annotations

import fcntl
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from winnow.proof.agent.sandbox_scratch import remove

LOCK = "lock"
_LOCK_FILE = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class Scratch:
    """Made by ``open``; the lock on a file in it, which the system lets go of, says that its server lives."""

    path: str
    _lock: BinaryIO

    @classmethod
    def open(cls, folder: Path) -> Scratch:
        """A new one inside a folder, whose others are removed where their server lives no more. Raises OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        gate = _locked(folder / LOCK)  # one that was just made is not locked yet
        try:
            left = [each for each in folder.iterdir() if each.name != LOCK and not _lives(each)]
            path = tempfile.mkdtemp(dir=folder)
            made = cls(path, _locked(Path(path, LOCK)))
        finally:
            gate.close()
        for each in left:
            remove(str(each))
        return made

    def close(self) -> None:
        """Remove it with all that is in it; to do so again does nothing."""
        remove(self.path)
        self._lock.close()


def _locked(path: Path) -> BinaryIO:
    """Wait for the lock of a file, which is made where there is none, and let go of when closed. Raises OSError."""
    file = os.fdopen(os.open(path, _LOCK_FILE | os.O_CREAT, 0o600), "rb", buffering=0)
    with suppress(OSError):  # a file system without locks, where nobody takes it to be unlocked either
        fcntl.flock(file, fcntl.LOCK_EX)
    return file


def _lives(folder: Path) -> bool:
    """Whether the server of a folder may live."""
    try:
        descriptor = os.open(folder / LOCK, _LOCK_FILE)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
