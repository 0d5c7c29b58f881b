"""Namespaces of one's own, without privilege: users, mounts, network, System V objects, host name, processes."""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import socket
import struct

from . import sandbox_kernel as kernel
from .whereabouts import WHERE

_ALL = (
    kernel.CLONE_NEWUSER
    | kernel.CLONE_NEWNS
    | kernel.CLONE_NEWNET
    | kernel.CLONE_NEWIPC
    | kernel.CLONE_NEWUTS
    | kernel.CLONE_NEWPID
)
_RESERVED = 300  # numbers that the kernel gives once only: from then on there are so many fewer
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 0x1


def enter(*, network: bool = False) -> None:
    """Leave the host's namespaces; the user stays the same one. ``network`` keeps the host's network."""
    user, group = os.getuid(), os.getgid()
    kernel.unshare(_ALL & ~kernel.CLONE_NEWNET if network else _ALL)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", "%d %d 1" % (user, user))
    _write("/proc/self/gid_map", "%d %d 1" % (group, group))
    if not network:
        _raise_loopback()


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def _raise_loopback() -> None:
    """A project's own servers and clients meet on this process's private loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", _IFF_UP))


def become_first() -> None:
    """Go on as the first process of the new process namespace; the old process waits, and ends as this one does."""
    inner = os.fork()
    if inner:
        _relay(inner)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)


def _relay(inner: int) -> None:
    """Hold no descriptor, wait, and end with the same exit code or signal; asked to end, end all of it first."""
    signal.signal(signal.SIGTERM, lambda *_: os.kill(inner, signal.SIGKILL))
    signal.signal(WHERE, lambda *_: os.kill(inner, WHERE))
    os.closerange(0, min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 65536))
    while True:
        try:
            status = os.waitpid(inner, 0)[1]
            break
        except InterruptedError:
            continue
        except ChildProcessError:
            os._exit(1)
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(number, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.kill(os.getpid(), number)
    os._exit(os.WEXITSTATUS(status))


def limit_processes(most: int) -> None:
    """Number this namespace's processes within a bound (Linux 6.14): the limit that holds for root too."""
    try:
        _write("/proc/sys/kernel/pid_max", str(_RESERVED + most))
    except OSError:
        return  # an older kernel: RLIMIT_NPROC holds for everyone but root
