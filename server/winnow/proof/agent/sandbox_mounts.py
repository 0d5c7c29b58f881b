"""A view of the file system of its own: read-only, with private layers over what tests may write to.

Called in a process that already has its own user and mount namespace. The layers are overlays whose
written side is a size-limited tmpfs, so a test may write to the project and nothing of it is ever there.
"""

from __future__ import annotations

import contextlib
import os
from typing import Dict, Iterable, Sequence

from .sandbox_kernel import (
    MS_BIND,
    MS_NODEV,
    MS_NOSUID,
    MS_PRIVATE,
    MS_RDONLY,
    MS_REC,
    make_all_mounts_read_only,
    mount,
    unmount,
)

DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_SOCKET_FOLDERS = ("/run", "/tmp", "/var/tmp")  # noqa: S108 - not used but covered; an overlay's sockets are dead


Layers = Dict[str, str]
"""What was written to some folders: by folder the name of its part in the place where ``uncover`` puts it."""
_PARKED = "/dev/shm"  # noqa: S108 - our own tmpfs in a view of our own


def build(project: str, scratch: str, hidden: Sequence[str], megabytes: int, under: Layers | None) -> Layers:
    """Make the view; returns the layers that are written in it, the project's too where overlays are allowed.

    ``under`` are layers of an earlier view that are seen through these; with None there are to be no overlays.
    """
    mount(None, "/", None, MS_REC | MS_PRIVATE)
    submounts = _mount_points()
    make_all_mounts_read_only()
    before = os.open(_PARKED, os.O_PATH | os.O_CLOEXEC)
    mount("tmpfs", scratch, "tmpfs", MS_NOSUID | MS_NODEV, "size=%dm,mode=700" % megabytes)
    files = os.path.join(scratch, "files")
    os.mkdir(files)
    bottom = os.open(scratch, os.O_PATH | os.O_CLOEXEC)
    written: Layers = {}
    if under is not None:
        for number, folder in enumerate(_to_cover(project, scratch, submounts)):
            below = "/proc/self/fd/%d/%s" % (before, under[folder]) if folder in under else ""
            if _cover(folder, "/proc/self/fd/%d/%d" % (bottom, number), below):
                written[folder] = "%d.upper" % number
    mount("/proc/self/fd/%d/files" % bottom, scratch, None, MS_BIND)
    os.close(bottom)
    os.close(before)
    for path in hidden:
        _hide(path)
    _devices(megabytes)
    return written


def uncover(scratch: str, layers: Layers, hidden: Sequence[str]) -> Layers:
    """Take the layers off again; returns those that something was written to, for a later view to show.

    What is hidden is uncovered too: a later view cannot lay anything over a folder with a mount in it.
    """
    for path in reversed(hidden):
        with contextlib.suppress(OSError):  # it was not there to be hidden
            unmount(path)
    for folder in reversed(list(layers)):
        unmount(folder)
    if not os.path.isdir(os.path.join(scratch, "files")):
        unmount(scratch)  # only the folder of files was to be seen there
    mount(scratch, _PARKED, None, MS_BIND)
    unmount(scratch)  # a later view cannot lay anything over a folder with somebody else's mount in it
    return {folder: name for folder, name in layers.items() if os.listdir(os.path.join(_PARKED, name))}


def hides_sockets(layers: Iterable[str], home: str) -> bool:
    """Whether layers lie over every folder where programs listen on sockets, which are dead beneath."""
    folders = {os.path.realpath(folder) for folder in (*_SOCKET_FOLDERS, home)} - {"/"}
    covered = tuple(layers)
    return all(any(inside(folder, layer) for layer in covered) for folder in folders if os.path.isdir(folder))


def would_hide_sockets(home: str) -> bool:
    """The same of the layers that a view is to have, on a machine that allows overlays."""
    return hides_sockets(_to_cover(home, "", _mount_points()), home)


def _to_cover(project: str, scratch: str, submounts: Sequence[str]) -> list[str]:
    """Which folders get a layer, outer ones first: an overlay does not show what is mounted below its folder."""
    wanted = [*_SOCKET_FOLDERS, os.path.realpath(os.path.expanduser("~")), project]
    chosen = []
    for folder in wanted:
        below = [m for m in submounts if inside(m, folder) and m not in (folder, scratch)]
        if os.path.isdir(folder) and not os.path.islink(folder) and folder != "/" and (folder == "/run" or not below):
            chosen.append(folder)
    return [f for f in chosen if not any(f != other and inside(f, other) for other in chosen)]


def _cover(folder: str, layer: str, below: str) -> bool:
    """Lay a private layer over a folder, by a path that reaches the tmpfs whatever covers it; False: refused."""
    upper, work = layer + ".upper", layer + ".work"
    os.mkdir(upper)
    os.mkdir(work)
    shape = os.stat(folder)
    os.chmod(upper, shape.st_mode & 0o7777)
    lower = folder.replace("\\", "\\\\").replace(",", "\\,").replace(":", "\\:")
    lower = below + ":" + lower if below else lower
    options = "lowerdir=%s,upperdir=%s,workdir=%s,userxattr" % (lower, upper, work)
    try:
        mount("overlay", folder, "overlay", MS_NOSUID | MS_NODEV, options)
    except OSError:
        return False
    return True


def _hide(path: str) -> None:
    if os.path.isdir(path):
        mount("tmpfs", path, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV, "size=4k,mode=755")
    elif os.path.exists(path):
        mount("/dev/null", path, None, MS_BIND)


def _devices(megabytes: int) -> None:
    """A /dev with the harmless devices only: root in a namespace could still read the disk's own device."""
    there = [name for name in (*DEVICES, "pts") if os.path.exists("/dev/" + name)]
    held = [(name, os.open("/dev/" + name, os.O_PATH | os.O_CLOEXEC)) for name in there]
    mount("tmpfs", "/dev", "tmpfs", MS_NOSUID, "size=64k,mode=755")
    for name, descriptor in held:
        if name == "pts":
            os.mkdir("/dev/pts")
        else:
            os.close(os.open("/dev/" + name, os.O_CREAT | os.O_WRONLY))
        mount("/proc/self/fd/%d" % descriptor, "/dev/" + name, None, MS_BIND)
        os.close(descriptor)
    for name, target in (("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        os.symlink(target, "/dev/" + name)
    os.symlink("pts/ptmx", "/dev/ptmx")
    os.mkdir("/dev/shm")  # noqa: S108 - our own tmpfs
    mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "size=%dm,mode=1777" % megabytes)  # noqa: S108


def new_proc(*, writable: bool = False) -> bool:
    """Show only the processes of the new pid namespace; False where the kernel forbids it (masked /proc).

    Only who writes there can make further namespaces.
    """
    try:
        mount("proc", "/proc", "proc", (0 if writable else MS_RDONLY) | MS_NOSUID | MS_NODEV)
    except OSError:
        return False
    return True


def _mount_points() -> list[str]:
    with open("/proc/self/mountinfo", "rb") as table:
        fields = [line.split(b" ", 5)[4] for line in table]
    return [os.fsdecode(f).replace("\\040", " ").replace("\\134", "\\") for f in fields]


def inside(path: str, folder: str) -> bool:
    """Whether a path is a folder or below it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")
