"""Confine a forked child before any code of a candidate runs in it, by the strongest means of the machine.

From strongest: namespaces of its own for users, mounts, network, processes and System V objects, with private
layers over what tests write to; Landlock; a system call filter; limits. The child must be single-threaded.
Landlock keeps nobody from connecting to a socket file, so where no layers hide those the filter lets none be made.

With namespaces ``confine`` forks once more and returns in the inner process, the first of its process namespace;
when it ends the kernel ends all that it started. The process the caller forked stays outside, holds no descriptor,
and ends as the inner one does (same exit code or signal), so the caller waits for it and may kill it as before:
the inner one ends with it. Inside, a signal whose action is the default does nothing to the first process.
Without namespaces the caller ends what is left, by ``adopt_strays`` and ``end_strays``, and removes what was
written, by ``clear``.
"""

from __future__ import annotations

import os
import tempfile
from typing import Any, Sequence

from . import sandbox_kernel as kernel
from . import sandbox_landlock as landlock
from . import sandbox_limits as limits
from . import sandbox_mounts as mounts
from . import sandbox_namespaces as namespaces
from . import sandbox_seccomp as seccomp
from .sandbox_probe import available
from .sandbox_scratch import clear, own
from .sandbox_strays import adopt_strays, end_strays
from .sandbox_wrap import wrap

__all__ = [
    "DEFAULTS",
    "SECRETS",
    "Unconfined",
    "adopt_strays",
    "available",
    "clear",
    "confine",
    "end_strays",
    "prepare",
    "wrap",
]

SECRETS = (
    "~/.ssh", "~/.aws", "~/.azure", "~/.config/gcloud", "~/.config/gh", "~/.config/hub", "~/.kube", "~/.docker",
    "~/.gnupg", "~/.password-store", "~/.netrc", "~/.pypirc", "~/.npmrc", "~/.git-credentials", "~/.pgpass",
    "~/.cargo/credentials.toml", "~/.mozilla", "~/.config/google-chrome", "~/.local/share/keyrings",
    "~/.bash_history", "~/.zsh_history", "/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/var/run/docker.sock",
)  # fmt: skip
"""What ``hide`` means when the caller names nothing else."""
DEFAULTS = {
    "strength": "available",
    "cpu_seconds": 30,
    "memory_mb": 2048,
    "processes": 128,
    "file_mb": 64,
    "scratch_mb": 512,
    "network": False,
    "keep_fds": (),
    "hide": SECRETS,
    "under": {},
}


_COLLECTING = 4
"""How many times the processes of one run may be there where the tests are collected: the runs are among them."""


class Unconfined(Exception):  # noqa: N818 - it says what the candidate is
    """The confinement asked for cannot be had; the message says what is missing and what to do."""


def prepare(spec: dict[str, Any]) -> dict[str, Any]:
    """The spec with its defaults and paths resolved: called once in the parent, it saves each child a millisecond."""
    ready = {**DEFAULTS, **spec, "prepared": True}
    ready["project"], ready["scratch"] = os.path.realpath(ready["project"]), os.path.realpath(ready["scratch"])
    ready["home"] = os.path.realpath(os.path.expanduser("~"))
    hidden = [os.path.realpath(os.path.expanduser(path)) for path in ready["hide"]]
    ready["hide"] = tuple(path for path in hidden if os.path.exists(path))
    available()
    return ready


def confine(spec: dict[str, Any]) -> list[str]:
    """Confine this process, and return the means used, strongest first. Only ever called in a forked child.

    ``spec`` needs ``project`` and ``scratch`` (an existing private folder of this user: written to is an empty one in
    its place, or without namespaces one inside it that has the number of this process for a name); the rest has
    DEFAULTS: ``strength`` ("available" or "strong": namespaces or Landlock, else Unconfined), ``cpu_seconds``,
    ``memory_mb`` (on top of what is mapped), ``processes``, ``file_mb`` (one file), ``scratch_mb`` (all files),
    ``network`` (keep the host's), ``keep_fds``, ``hide`` (paths whose content is not to be read), ``under`` (what
    was written while the tests were collected, see ``sandbox_boot``).
    Descriptors 0 to 2 become /dev/null unless kept. With namespaces this returns in another process: see above.
    Raises Unconfined when a means that was found fails, so that nothing runs half confined.
    """
    wanted = spec if spec.get("prepared") else prepare(spec)
    found = required(wanted)
    try:
        if not found["namespaces"]:
            wanted = {**wanted, "scratch": own(wanted["scratch"])}
        means = _give_up(wanted, found, limits.open_files(wanted["keep_fds"]))
    except OSError as error:
        raise Unconfined("The sandbox could not be set up: %s. `winnow doctor` says what is there." % error) from error
    os.environ["TMPDIR"] = os.environ["WINNOW_SCRATCH"] = tempfile.tempdir = wanted["scratch"]
    return means


def required(wanted: dict[str, Any]) -> dict[str, Any]:
    """What the machine offers, where that is as strong as was asked for. Raises Unconfined."""
    found = available()
    if wanted["strength"] == "strong" and not (found["namespaces"] or found["landlock"]):
        raise Unconfined("This machine lacks what `winnow.sandbox.require` asks for. " + " ".join(found["missing"]))
    return found


def _give_up(wanted: dict[str, Any], found: dict[str, Any], files: Sequence[limits.OpenFile]) -> list[str]:
    """Give up one thing after the other, in the order in which each can still be given up."""
    means: list[str] = []
    scratch, apart = wanted["scratch"], found["namespaces"]
    layers: mounts.Layers = {}
    writable = [scratch]
    if apart:
        layers = step_aside(wanted, overlay=found["overlay"])
        writable = [*layers, scratch, "/dev/shm"]  # noqa: S108 - a tmpfs of the view's own
        means += ["namespaces", "overlay"] if _covers(writable, wanted["project"]) else ["namespaces"]
    if not _covers(writable, wanted["home"]):
        os.environ["HOME"] = scratch
    if os.getpid() != os.getsid(0):
        os.setsid()  # a signal to the whole group would reach the processes outside that share it
    limits.part_with(files, scratch)
    if found["landlock"]:
        keep_to(writable, () if apart else (*wanted["hide"], "/dev"))
        means.append("landlock")
    if found["seccomp"]:
        kernel.drop_capabilities()
        local = mounts.hides_sockets(layers, wanted["home"])
        seccomp.filter_calls(network=apart or wanted["network"], local=local)
        means.append("seccomp")
    if limits.limit(wanted, alone=apart):
        means.append("rlimits")
    return means


def keep_to(writable: Sequence[str], hidden: Sequence[str]) -> None:
    """Write to these folders and the harmless devices only."""
    landlock.restrict(writable, ["/dev/" + name for name in (*mounts.DEVICES, "pts")], hidden)


def step_aside(wanted: dict[str, Any], *, overlay: bool, again: bool = False) -> mounts.Layers:
    """Enter namespaces of its own, as their first process; returns the layers over what may be written there.

    ``again``: processes started there are to do the same.
    """
    namespaces.enter(network=wanted["network"])
    namespaces.become_first()
    namespaces.limit_processes(wanted["processes"] * (_COLLECTING if again else 1))
    here = os.getcwd()
    under = wanted["under"] if overlay else None
    layers = mounts.build(wanted["project"], wanted["scratch"], wanted["hide"], wanted["scratch_mb"], under)
    mounts.new_proc(writable=again)
    os.chdir(here)  # the same path in the new view
    return layers


def _covers(folders: Sequence[str], path: str) -> bool:
    return any(mounts.inside(path, folder) for folder in folders)
