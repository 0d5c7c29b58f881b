"""System calls that Python does not offer, by ctypes: namespaces, mounts, Landlock, seccomp, capabilities.

Everything here raises OSError with the kernel's own error number, and works on Linux for x86_64 and aarch64.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from typing import Any

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV = 1, 2, 4
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 1, 24, 38, 22
PR_SET_CHILD_SUBREAPER = 36
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446  # the same on every architecture
_MNT_DETACH = 2
_MOUNT_SETATTR, _AT_FDCWD, _AT_RECURSIVE, _MOUNT_ATTR_RDONLY = 442, -100, 0x8000, 1
_CAPSET = {"x86_64": 126, "aarch64": 91}
_LAST_CAPABILITY = 40
KEPT_CAPABILITIES = 0b11111
"""Chown, override and search by permission, owner, set-id bits: what root needs to use its own files."""
MAP_ROOT = 1 << 31
"""What root needs besides to be root in a further namespace too (CAP_SETFCAP)."""

MACHINE = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
KNOWN = sys.platform == "linux" and MACHINE in _CAPSET and sys.maxsize > 2**32

_libc: Any = ctypes.CDLL(None, use_errno=True) if KNOWN else None


def call(number: int, *arguments: Any) -> int:
    """One system call by number; integers, bytes and None are its arguments."""
    result = _libc.syscall(ctypes.c_long(number), *[_word(a) for a in arguments])
    return _checked(result, "system call %d" % number)


def _word(argument: Any) -> Any:
    return ctypes.c_long(argument) if isinstance(argument, int) else argument


def _checked(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, "%s: %s" % (what, os.strerror(code)))
    return result


def prctl(option: int, value: int = 0, pointer: Any = 0) -> int:
    """Set one property of this process."""
    rest = pointer or ctypes.c_ulong(0)
    zero = ctypes.c_ulong(0)
    return _checked(_libc.prctl(option, ctypes.c_ulong(value), rest, zero, zero), "prctl %d" % option)


def unshare(flags: int) -> None:
    """Leave the namespaces that the flags name for new ones."""
    _checked(_libc.unshare(flags), "unshare")


def mount(source: str | None, target: str, kind: str | None = None, flags: int = 0, data: str | None = None) -> None:
    """Mount a file system, or change a mount."""
    words = [w if w is None else os.fsencode(w) for w in (source, target, kind)]
    options = None if data is None else os.fsencode(data)
    _checked(_libc.mount(words[0], words[1], words[2], ctypes.c_ulong(flags), options), "mount on %s" % target)


def unmount(target: str) -> None:
    """Take a mount out of the view at once; what is still open in it stays so."""
    _checked(_libc.umount2(os.fsencode(target), _MNT_DETACH), "umount of %s" % target)


def make_all_mounts_read_only() -> None:
    """Everything below / becomes read-only at once (Linux 5.12); what is mounted later is not touched."""
    attributes = (ctypes.c_uint64 * 4)(_MOUNT_ATTR_RDONLY, 0, 0, 0)
    call(_MOUNT_SETATTR, _AT_FDCWD, b"/", _AT_RECURSIVE, ctypes.byref(attributes), 32)


def drop_capabilities(kept: int = KEPT_CAPABILITIES) -> None:
    """Keep a few capabilities, for this process and all it starts: those that concern one's own files."""
    for capability in range(_LAST_CAPABILITY + 1):
        if not kept >> capability & 1:
            try:
                prctl(PR_CAPBSET_DROP, capability)
            except OSError:
                break  # without CAP_SETPCAP the bounding set stays, and no_new_privs does its work
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    held = (ctypes.c_uint32 * 6)()
    number = _CAPSET[MACHINE]
    call(number - 1, ctypes.byref(header), ctypes.byref(held))
    for word in range(3):
        held[word] &= kept
        held[word + 3] = 0
    call(number, ctypes.byref(header), ctypes.byref(held))
