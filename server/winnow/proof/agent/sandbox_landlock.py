"""Landlock: a process gives up, for itself and all it starts, what it may do with files (Linux 5.13).

It needs no privilege. Rules only grant, so a secret is hidden by granting everything beside it.
"""

from __future__ import annotations

import os
import struct
from typing import Sequence

from .sandbox_kernel import (
    KNOWN,
    LANDLOCK_ADD,
    LANDLOCK_CREATE,
    LANDLOCK_RESTRICT,
    PR_SET_NO_NEW_PRIVS,
    call,
    prctl,
)

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_CHANGE_DIR = 0b1_1111_1111_0000  # remove and make, of every kind
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_SCOPE = 0b11  # abstract sockets and signals stay inside
_REFER_SINCE, _TRUNCATE_SINCE, _NETWORK_SINCE, _SCOPE_SINCE = 2, 3, 4, 6


def version() -> int:
    """Which Landlock the kernel has: 0 for none."""
    if not KNOWN:
        return 0
    try:
        return call(LANDLOCK_CREATE, None, 0, 1)
    except OSError:
        return 0


def restrict(writable: Sequence[str], devices: Sequence[str], hidden: Sequence[str]) -> None:
    """From here on write only below ``writable`` and to ``devices``, and read nothing below ``hidden``.

    Directories can still be listed. Signals reach only processes of this confinement (from Linux 6.12).
    """
    abi = version()
    write = _WRITE_FILE | _CHANGE_DIR
    write |= (_REFER if abi >= _REFER_SINCE else 0) | (_TRUNCATE if abi >= _TRUNCATE_SINCE else 0)
    to_file = _WRITE_FILE | (_TRUNCATE if abi >= _TRUNCATE_SINCE else 0)
    read = (_EXECUTE | _READ_FILE | _READ_DIR) if hidden else 0
    attributes = struct.pack("<QQQ", write | read, 0, _SCOPE if abi >= _SCOPE_SINCE else 0)
    size = 8 if abi < _NETWORK_SINCE else 16 if abi < _SCOPE_SINCE else 24
    rules = call(LANDLOCK_CREATE, attributes[:size], size, 0)
    try:
        for path in writable:
            _grant(rules, path, write | read)
        for path in devices:
            _grant(rules, path, (to_file | _READ_FILE if hidden else to_file))
        if hidden:
            _grant(rules, "/", _READ_DIR)
            _grant_beside(rules, "/", [os.path.realpath(path) for path in hidden])
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        call(LANDLOCK_RESTRICT, rules, 0)
    finally:
        os.close(rules)


def _grant(rules: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return  # what is not there needs no grant
    try:
        call(LANDLOCK_ADD, rules, 1, struct.pack("<Qi", rights, descriptor), 0)
    finally:
        os.close(descriptor)


def _grant_beside(rules: int, folder: str, hidden: Sequence[str]) -> None:
    """Grant reading of all in a folder but what is hidden, which means going down towards it."""
    for entry in os.scandir(folder):
        path = entry.path
        below = [h for h in hidden if h == path or h.startswith(path + "/")]
        if path in below or entry.is_symlink():
            continue
        if below:
            _grant_beside(rules, path, below)
        else:
            directory = entry.is_dir(follow_symlinks=False)
            _grant(rules, path, _EXECUTE | _READ_FILE | (_READ_DIR if directory else 0))
