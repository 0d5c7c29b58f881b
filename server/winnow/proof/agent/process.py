"""What a process does to itself and to those it started: streams and endings."""

from __future__ import annotations

import os
import signal
import sys
from typing import Iterator, Tuple


def lead_nowhere() -> None:
    """Point the standard streams to /dev/null: nobody reads them, and a full pipe would stop the tests."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)


def end(process: int) -> None:
    """End a process and everything in its group."""
    for kill in (os.killpg, os.kill):
        try:
            kill(process, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


def ended() -> Iterator[Tuple[int, int]]:
    """The processes started by this one that have ended and were not told yet, each with its status."""
    while True:
        try:
            process, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not process:
            return
        yield process, status


def die_with_parent() -> None:
    """Ask the system to end this process when its parent ends, where the system can (Linux)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
