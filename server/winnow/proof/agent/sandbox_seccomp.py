"""A system call filter: what a test never needs and an attack does is refused with EPERM.

A list of refusals rather than of permissions: tests run any code, and one that fails here but passes outside
would make a wrong verdict. Namespaces and Landlock hold the rest.
"""

from __future__ import annotations

import ctypes
import errno
import struct
from typing import Iterable, Sequence, Tuple

from .sandbox_kernel import MACHINE, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, prctl

_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# name: (x86_64, aarch64); a call that one of them never had is -1
_REFUSED = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_by_handle_at": (304, 265),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, -1),
    "ioperm": (173, -1),
}
_SOCKET, _SOCKETPAIR = (41, 198), (53, 199)
_CLONE, _CLONE3, _IOCTL = (56, 220), (435, 435), (16, 29)
_BESIDE_SOCKETS = ("io_uring_setup", "io_uring_enter", "io_uring_register", "pidfd_getfd")
"""What would come by a socket in another way."""
_NEW_NAMESPACES = 0x7E020000
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_AF_UNIX, _KIND_OF_SOCKET = 1, 0xF
_SOCK_STREAM, _SOCK_SEQPACKET = 1, 5
_Step = Tuple[int, int, int, int]  # code, jump if true, jump if false, value

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _KILL, _FAIL = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCH, _ARGUMENT_0, _ARGUMENT_1 = 0, 4, 16, 24
_REFUSE = (_RETURN, 0, 0, _FAIL | errno.EPERM)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]


def filter_calls(*, network: bool, local: bool) -> None:
    """Install the filter for this process and all it starts.

    ``network``: sockets of the network can be made, ``local``: so can those of this machine (AF_UNIX), which reach
    every program that listens on one, by a file or by a name.
    """
    column = list(_ARCHITECTURE).index(MACHINE)
    sockets = _sockets(column, network=network, local=local)
    _install([*_refusals(column, _REFUSED), *_forks_and_terminals(column), *sockets])


def refuse_local_sockets() -> None:
    """Refuse local sockets and nothing else: for a process that is still to make namespaces and mounts."""
    column = list(_ARCHITECTURE).index(MACHINE)
    _install([*_refusals(column, _BESIDE_SOCKETS), *_sockets(column, network=True, local=False)])


def _install(checks: Sequence[_Step]) -> None:
    steps = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, _ARCHITECTURE[MACHINE]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        *checks,
        (_RETURN, 0, 0, _ALLOW),
    ]
    code = b"".join(struct.pack("<HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(steps), ctypes.addressof(buffer))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_SECCOMP, 2, ctypes.byref(program))


def _refusals(column: int, names: Iterable[str]) -> list[_Step]:
    steps: list[_Step] = []
    if MACHINE == "x86_64":
        steps += [(_AT_LEAST, 0, 1, 0x40000000), _REFUSE]  # the x32 numbers name the same calls again
    for name in names:
        if _REFUSED[name][column] >= 0:
            steps += [(_EQUAL, 0, 1, _REFUSED[name][column]), _REFUSE]
    return steps


def _forks_and_terminals(column: int) -> list[_Step]:
    # glibc falls back to clone, whose flags can be read here; those of clone3 stand in memory
    steps = [(_EQUAL, 0, 1, _CLONE3[column]), (_RETURN, 0, 0, _FAIL | errno.ENOSYS)]
    steps += [(_EQUAL, 0, 3, _CLONE[column]), (_LOAD, 0, 0, _ARGUMENT_0), (_ANY_BIT, 0, 1, _NEW_NAMESPACES), _REFUSE]
    steps += [(_LOAD, 0, 0, _NUMBER), (_EQUAL, 0, 4, _IOCTL[column]), (_LOAD, 0, 0, _ARGUMENT_1)]
    steps += [(_EQUAL, 1, 0, _TIOCSTI), (_EQUAL, 0, 1, _TIOCLINUX), _REFUSE]  # typing into the user's terminal
    return steps


def _sockets(column: int, *, network: bool, local: bool) -> list[_Step]:
    """A pair reaches nobody but its other end, unless it is one of datagrams: these go to any address they name."""
    verdicts = [(_RETURN, 0, 0, _ALLOW if allowed else _FAIL | errno.EACCES) for allowed in (local, network)]
    steps = [(_LOAD, 0, 0, _NUMBER), (_EQUAL, 0, 4, _SOCKET[column]), (_LOAD, 0, 0, _ARGUMENT_0)]
    steps += [(_EQUAL, 0, 1, _AF_UNIX), *verdicts]
    if not local:
        steps += [(_EQUAL, 0, 5, _SOCKETPAIR[column]), (_LOAD, 0, 0, _ARGUMENT_1), (_AND, 0, 0, _KIND_OF_SOCKET)]
        steps += [(_EQUAL, 2, 0, _SOCK_STREAM), (_EQUAL, 1, 0, _SOCK_SEQPACKET), (_RETURN, 0, 0, _FAIL | errno.EACCES)]
    return steps
