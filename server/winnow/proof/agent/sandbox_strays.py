"""Find and end what a child left running, where no process namespace does it.

A process whose parent ended is given to the nearest ancestor that asked for it, so a daemon that a test
starts becomes a child of ours whatever session it made for itself.
"""

from __future__ import annotations

import os
import signal
from typing import Collection

from .sandbox_kernel import KNOWN, PR_SET_CHILD_SUBREAPER, prctl

_ROUNDS = 50  # a fork bomb dies back in a few, being limited in number


def adopt_strays() -> None:
    """Become the one to whom orphans below this process are given; called once, in the process that forks."""
    if KNOWN:
        prctl(PR_SET_CHILD_SUBREAPER, 1)


def end_strays(known: Collection[int]) -> int:
    """Kill all children but the known ones, then those they leave in turn; returns how many were killed."""
    killed = 0
    for _ in range(_ROUNDS):
        strays = [pid for pid in _children() if pid not in known]
        if not strays:
            break
        for pid in strays:
            os.kill(pid, signal.SIGKILL)
        for pid in strays:
            os.waitpid(pid, 0)
        killed += len(strays)
    return killed


def _children() -> list[int]:
    """The processes whose parent is this one."""
    found, us = [], os.getpid()
    for name in os.listdir("/proc") if KNOWN else ():
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name, "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == us:
                found.append(int(name))
    return found
