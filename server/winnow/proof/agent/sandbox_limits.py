"""What the process and all it starts may use up, and which of the open files they keep."""

from __future__ import annotations

import fcntl
import os
import resource
import stat
from typing import Any, Sequence, Tuple

MEGABYTE = 1 << 20
_LAST_STANDARD = 2
OpenFile = Tuple[int, str, int, os.stat_result]


def limit(spec: dict[str, Any], *, alone: bool) -> list[str]:
    """Set the limits of the spec; returns those that could be set, as words.

    ``alone``: the processes of a user namespace are counted apart from the user's others (Linux 5.14).
    """
    count = spec["processes"] + (0 if alone else _tasks_of_this_user())
    wanted = [
        ("cpu", resource.RLIMIT_CPU, spec["cpu_seconds"], spec["cpu_seconds"] + 1),
        ("memory", resource.RLIMIT_AS, _address_space() + spec["memory_mb"] * MEGABYTE, None),
        ("processes", resource.RLIMIT_NPROC, count, None),
        ("file size", resource.RLIMIT_FSIZE, spec["file_mb"] * MEGABYTE, None),
        ("core", resource.RLIMIT_CORE, 0, None),
    ]
    done = []
    for word, which, soft, hard in wanted:
        ceiling = resource.getrlimit(which)[1]
        try:
            resource.setrlimit(which, (_under(ceiling, soft), _under(ceiling, soft if hard is None else hard)))
        except (OSError, ValueError):
            continue
        done.append(word)
    return done


def bound(spec: dict[str, Any]) -> list[tuple[int, tuple[int, int]]]:
    """Bound memory and the size of a file for a while; returns what ``unbound`` needs."""
    wanted = {
        resource.RLIMIT_AS: _address_space() + spec["memory_mb"] * MEGABYTE,
        resource.RLIMIT_FSIZE: spec["file_mb"] * MEGABYTE,
    }
    before = [(which, resource.getrlimit(which)) for which in wanted]
    for which, (_, hard) in before:
        resource.setrlimit(which, (_under(hard, wanted[which]), hard))
    return before


def unbound(before: list[tuple[int, tuple[int, int]]]) -> None:
    """Set the limits to what they were."""
    for which, both in before:
        resource.setrlimit(which, both)


def _under(ceiling: int, value: int) -> int:
    return value if ceiling == resource.RLIM_INFINITY else min(value, ceiling)


def _address_space() -> int:
    """Bytes this process has mapped already: the limit is for what it takes on top."""
    try:
        with open("/proc/self/statm", "rb") as table:
            return int(table.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 256 * MEGABYTE


def _tasks_of_this_user() -> int:
    """Processes and threads that already count against the user's limit."""
    user, count = os.getuid(), 0
    try:
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    if os.stat("/proc/" + name).st_uid == user:
                        count += len(os.listdir("/proc/%s/task" % name))
                except OSError:
                    continue
    except OSError:
        return 1024
    return count


def open_files(kept: Sequence[int]) -> list[OpenFile]:
    """What each descriptor of this process refers to, but the kept ones: (number, path, flags, status)."""
    found = []
    try:
        numbers = [int(n) for n in os.listdir("/proc/self/fd")]
    except OSError:
        numbers = list(range(256))
    for number in sorted(set(numbers) - set(kept)):
        try:
            status = os.fstat(number)
            path = os.readlink("/proc/self/fd/%d" % number)
            found.append((number, path, fcntl.fcntl(number, fcntl.F_GETFL), status))
        except OSError:
            continue  # closed meanwhile: the listing's own descriptor
    return found


def part_with(files: Sequence[OpenFile], scratch: str) -> None:
    """Close what could reach a process outside; what was open for writing is reopened as this process sees it.

    Files open for reading stay, as the code that opened them at import still reads them. A temporary file
    without a name becomes a fresh one in the scratch, so that captured output is not shared with the parent.
    """
    for number, path, flags, status in files:
        mode = flags & os.O_ACCMODE
        regular = stat.S_ISREG(status.st_mode)
        if number > _LAST_STANDARD and mode == os.O_RDONLY and (regular or stat.S_ISDIR(status.st_mode)):
            continue
        replacement = _reopened(path, flags, status, scratch) if regular or number <= _LAST_STANDARD else -1
        if replacement >= 0:
            os.dup2(replacement, number, inheritable=os.get_inheritable(number))
            os.close(replacement)
        elif path not in {"/dev/null", "/dev/urandom"}:
            os.close(number)


def _reopened(path: str, flags: int, status: os.stat_result, scratch: str) -> int:
    try:
        if not stat.S_ISREG(status.st_mode):
            return os.open(os.devnull, os.O_RDWR)
        if status.st_nlink == 0:
            return _nameless(scratch)
        return os.open(path, flags & ~(os.O_CREAT | os.O_EXCL | os.O_TRUNC))
    except OSError:
        return -1


def _nameless(scratch: str) -> int:
    name = os.path.join(scratch, ".nameless-%d" % os.getpid())
    descriptor = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.unlink(name)
    return descriptor
