"""What this machine offers for confining a child, found by trying each means in a throwaway child."""

from __future__ import annotations

import functools
import os
import shutil
import sys
import tempfile
from typing import Any, Callable

from . import sandbox_kernel as kernel
from . import sandbox_landlock as landlock
from . import sandbox_mounts as mounts
from . import sandbox_namespaces as namespaces
from . import sandbox_seccomp as seccomp


@functools.lru_cache(maxsize=None)
def available() -> dict[str, Any]:
    """What this machine offers, tried once in children that end at once; the caller is not changed.

    ``strongest`` joins the means that ``confine`` will use; ``missing`` holds a sentence for each one that it lacks.
    ``sockets``: those of other programs are hidden by layers, so that tests may make some of their own.
    """
    found = {
        "namespaces": _tried(_try_namespaces),
        "overlay": False,
        "landlock": landlock.version(),
        "seccomp": _tried(_try_filter),
        "bwrap": shutil.which("bwrap") or "",
        "rlimits": sys.platform != "win32",
    }
    found["overlay"] = bool(found["namespaces"]) and _tried(_try_overlay)
    found["sockets"] = found["overlay"] and mounts.would_hide_sockets(os.path.realpath(os.path.expanduser("~")))
    means = [w for w in ("namespaces", "overlay", "landlock", "seccomp", "rlimits") if found[w]]
    found["strongest"] = "+".join(means) or "none"
    found["missing"] = _missing(found)
    return found


_SOCKET = "a Unix socket (a server on one, multiprocessing's managers and forkserver)"


def _missing(found: dict[str, Any]) -> list[str]:
    if not kernel.KNOWN:
        return ["A warm child is confined on Linux alone (x86_64, aarch64): tests run in a subprocess of their own."]
    sentences = []
    if not found["namespaces"]:
        sentences.append(
            "User namespaces are not allowed here: " + _why_no_namespaces() + " Processes that a candidate leaves"
            " behind are ended by its runner, the project is read-only instead of privately writable, and tests can"
            " make no locks or queues between processes" + (", nor sockets but pairs." if found["seccomp"] else ".")
        )
        if os.geteuid() == 0:
            sentences.append("Root is exempt from the limit of processes: run Winnow as another user.")
    elif not found["overlay"]:
        sentences.append(
            "The kernel refuses overlays here: the project is read-only, and tests that write to it fail"
            + (f", as do those that need {_SOCKET}." if found["seccomp"] else ".")
        )
    elif not found["sockets"] and found["seccomp"]:
        sentences.append(
            "Something is mounted below /tmp, /var/tmp or the home, so no layer can hide the sockets there: tests that"
            f" need {_SOCKET} fail."
        )
    if not found["landlock"]:
        sentences.append("The kernel has no Landlock (Linux 5.13, enabled by lsm=landlock at boot).")
    if not found["seccomp"]:
        sentences.append(
            "The kernel accepts no system call filter (seccomp)."
            + ("" if found["sockets"] else " So nothing keeps tests from the Unix sockets of other programs.")
        )
    return sentences


def _why_no_namespaces() -> str:
    switches = (
        ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "AppArmor restricts them (sysctl -w %s=0)."),
        ("/proc/sys/kernel/unprivileged_userns_clone", "0", "they are switched off (sysctl -w %s=1)."),
        ("/proc/sys/user/max_user_namespaces", "0", "their number is limited to none (sysctl -w %s=10000)."),
    )
    for path, value, says in switches:
        try:
            with open(path, encoding="utf-8") as switch:
                if switch.read().strip() == value:
                    return says % path[len("/proc/sys/") :].replace("/", ".")
        except OSError:
            continue
    return "a container forbids them, it may be run with --security-opt seccomp=unconfined."


def _tried(attempt: Callable[[], None]) -> bool:
    """Whether an attempt succeeds in a throwaway child."""
    if not kernel.KNOWN or not hasattr(os, "fork"):
        return False
    child = os.fork()
    if child == 0:
        code = 1
        try:
            attempt()
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1] == 0


def _try_namespaces() -> None:
    folder = tempfile.gettempdir()
    namespaces.enter()
    namespaces.become_first()
    mounts.build(folder, folder, (), 1, None)


def _try_overlay() -> None:
    folder = tempfile.gettempdir()
    namespaces.enter()
    if "/usr/lib" not in mounts.build("/usr/lib", folder, (), 1, {}):
        raise OSError("no overlay")


def _try_filter() -> None:
    seccomp.filter_calls(network=False, local=False)
    os.getpid()
