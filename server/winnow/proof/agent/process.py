"""What a process does to itself and to those it started: streams, endings, and whether it may fork."""

from __future__ import annotations

import os
import signal
import sys


def lead_nowhere() -> None:
    """Lead the standard streams nowhere; nobody reads them, and a full pipe would stop the tests."""
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


def die_with_parent() -> None:
    """Ask the system to end this process when its parent ends, where the system can (Linux)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)


def threads() -> int:
    """How many threads of any kind this process has; 1 where that cannot be told."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 1


def unsafe_to_fork() -> str:
    """Why a fork of this process might not be as good as a new one, or nothing."""
    if threads() > 1:
        return "importing the tests starts threads"
    try:
        for descriptor in os.listdir("/proc/self/fd"):
            target = os.readlink("/proc/self/fd/" + descriptor)
            if target.endswith((".db", ".sqlite", ".sqlite3")):
                return f"importing the tests opens the database {target}"
            if target == "anon_inode:[eventpoll]":
                return "importing the tests opens an event loop"
    except OSError:
        return ""
    return ""
