"""Why a fork of this process might not do what a new process would.

A fork copies memory and shares what lies outside it: threads are gone while their locks stay held, and a database,
a connection or a device is used by two processes that believe it theirs.
"""

from __future__ import annotations

import os
import stat
import sys
from typing import FrozenSet

_SQLITE = b"SQLite format 3\x00"
_DATABASES = (".db", ".sqlite", ".sqlite3", ".mdb", ".duckdb")
_DEVICES = ("/dev/nvidia", "/dev/dri/", "/dev/kfd")
_EXTENSIONS = {
    "grpc._cython.cygrpc": "grpc",
    "jaxlib.xla_extension": "jax",
    "jaxlib._jax": "jax",
    "tensorflow.python.pywrap_tensorflow": "tensorflow",
    "_jpype": "jpype",
    "objc._objc": "Apple's frameworks",
}
"""Modules whose own documentation says that they do not survive a fork, and what people call them."""


def descriptors() -> FrozenSet[int]:
    """What this process has open; nothing where the system does not say."""
    try:
        return frozenset(int(name) for name in os.listdir("/proc/self/fd"))
    except OSError:
        return frozenset()


def unsafe_to_fork(own: FrozenSet[int]) -> str:
    """The reason, in words that follow "as"; empty where there is none.

    ``own`` are the descriptors that were open before any code of the project, or of what it imports, had run.
    """
    if not hasattr(os, "fork"):
        return "this system has no fork"
    for module, name in _EXTENSIONS.items():
        if module in sys.modules:
            return "the tests import %s, which does not survive a fork" % name
    try:
        if len(os.listdir("/proc/self/task")) > 1:
            return "importing the tests starts threads"
    except OSError:
        return "this system does not say which threads run"
    reasons = [_shared(descriptor) for descriptor in sorted(descriptors() - own)]
    return next((reason for reason in reasons if reason), "")


def _shared(descriptor: int) -> str:
    """What a descriptor would share with a fork that two processes must not share."""
    try:
        target = os.readlink("/proc/self/fd/%d" % descriptor)
        kind = os.fstat(descriptor).st_mode
    except OSError:
        return ""  # the listing's own, closed by now
    if target == "anon_inode:[eventpoll]":
        return "importing the tests opens an event loop"
    if target.startswith(_DEVICES):
        return "importing the tests opens the device %s" % target
    if stat.S_ISREG(kind) and (target.endswith(_DATABASES) or _is_sqlite(descriptor)):
        return "importing the tests opens the database %s" % target
    if stat.S_ISSOCK(kind):
        return "importing the tests opens a socket"
    return "importing the tests opens a pipe" if stat.S_ISFIFO(kind) else ""


def _is_sqlite(descriptor: int) -> bool:
    """Read through the descriptor itself: to open and close the file once more would take its locks away."""
    try:
        return os.pread(descriptor, len(_SQLITE), 0) == _SQLITE
    except OSError:
        return False
