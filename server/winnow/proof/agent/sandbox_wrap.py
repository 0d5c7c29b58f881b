"""Confine a subprocess from outside, by a program that the machine has: bubblewrap on Linux, sandbox-exec on macOS."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from typing import Any, Sequence

_PROFILE = """(version 1)
(allow default)
(deny network*)
(allow network* (local ip "localhost:*") (remote ip "localhost:*"))
(deny file-write*)
(allow file-write* (subpath %s) (literal "/dev/null") (literal "/dev/zero") (regex #"^/dev/tty"))
(deny file-read* %s)
(deny signal (target others))
"""


def wrap(argv: Sequence[str], spec: dict[str, Any]) -> list[str]:
    """The command line that runs ``argv`` confined, or ``argv`` itself where no such program works.

    ``spec`` is that of ``confine``. Limits are the caller's (``preexec_fn`` or the shell's ulimit).
    """
    project, scratch = os.path.realpath(spec["project"]), os.path.realpath(spec["scratch"])
    hidden = [os.path.realpath(os.path.expanduser(path)) for path in spec.get("hide", ())]
    hidden = [path for path in hidden if os.path.exists(path)]
    if sys.platform == "darwin" and shutil.which("sandbox-exec"):
        denied = " ".join("(subpath %s)" % _quoted(path) for path in hidden) or '(literal "/nonexistent")'
        return ["sandbox-exec", "-p", _PROFILE % (_quoted(scratch), denied), *argv]
    bwrap = shutil.which("bwrap")
    if sys.platform == "linux" and bwrap and _works(bwrap):
        return [bwrap, *_arguments(project, scratch, hidden, network=spec.get("network", False)), *argv]
    return list(argv)


def _quoted(path: str) -> str:
    return '"%s"' % path.replace("\\", "\\\\").replace('"', '\\"')


def _works(bwrap: str) -> bool:
    tried = [bwrap, "--unshare-all", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "true"]
    outcome = subprocess.run(tried, capture_output=True, check=False, cwd=tempfile.gettempdir())  # noqa: S603 - a fixed command
    return outcome.returncode == 0


def _arguments(project: str, scratch: str, hidden: Sequence[str], *, network: bool) -> list[str]:
    words = ["--unshare-all", "--die-with-parent", "--new-session", "--ro-bind", "/", "/", "--dev", "/dev"]
    words += ["--proc", "/proc", "--tmpfs", "/run"]
    for path in hidden:
        words += ["--tmpfs", path] if os.path.isdir(path) else ["--ro-bind", "/dev/null", path]
    words += ["--bind", scratch, scratch, "--setenv", "TMPDIR", scratch, "--chdir", project]
    return [*words, "--share-net"] if network else words
