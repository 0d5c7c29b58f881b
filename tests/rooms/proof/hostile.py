"""Play a runner whose child is hostile: fork, confine, run the code, and say what became of it and of the outside.

``python hostile.py AGENT_FOLDER CODE LEVEL PROJECT SCRATCH OUTSIDE`` prints one JSON object. It runs in a process of
its own because it is itself among the victims. LEVEL is ``strongest``, ``nobody`` (the same without being root),
``namespaces`` (as where overlays are refused) or ``landlock`` (as where namespaces are forbidden).
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import json
import os
import select
import socket
import sys
import time
from pathlib import Path
from typing import Any

NOBODY = 65534
LACKING = {"landlock": ("namespaces", "overlay"), "namespaces": ("overlay",)}
LIMITS = {"cpu_seconds": 1, "memory_mb": 256, "processes": 60, "file_mb": 8, "scratch_mb": 16}
PATIENCE = 6.0


def load(agent: str) -> Any:
    """The agent's package, as its own start loads it: by path, under a private name."""
    spec = importlib.util.spec_from_file_location(
        "_agent", Path(agent, "__init__.py"), submodule_search_locations=[agent]
    )
    assert spec
    assert spec.loader
    package = importlib.util.module_from_spec(spec)
    sys.modules["_agent"] = package
    spec.loader.exec_module(package)
    return importlib.import_module("_agent.sandbox")


class Outside:
    """What a candidate must not reach: servers on the host, and a pipe to somebody else."""

    def __init__(self, folder: str) -> None:
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.unix = socket.socket(socket.AF_UNIX)
        self.unix.bind(str(Path(folder, "socket")))
        self.unix.listen()
        self.abstract = socket.socket(socket.AF_UNIX)
        self.name = f"\0winnow-{os.getpid()}"
        self.abstract.bind(self.name)
        self.abstract.listen()
        self.log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.log.bind(str(Path(folder, "log")))
        self.pipe, self.far_end = os.pipe()

    def reached(self) -> list[str]:
        """The names of those that something arrived at."""
        ends: dict[str, Any] = {
            "tcp": self.tcp,
            "udp": self.udp,
            "unix": self.unix,
            "abstract": self.abstract,
            "log": self.log,
            "pipe": self.pipe,
        }
        ready: list[Any] = select.select(list(ends.values()), [], [], 0)[0]
        return [name for name, end in ends.items() if end in ready]


def child(sandbox: Any, spec: dict[str, Any], code: str, names: dict[str, Any], report: int) -> None:
    """Confine, run, report. Whatever the code does, the process ends here."""
    try:
        if names["level"] == "nobody":
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # changing users made /proc/self root's
        said: dict[str, Any] = {"means": sandbox.confine(spec)}
        exec(compile(code, "candidate", "exec"), names)  # noqa: S102 - the point
        said["result"] = "returned"
    except BaseException as error:  # noqa: BLE001 - it is reported
        said = {"result": "raised", "why": f"{type(error).__name__}: {error}"}
    os.write(report, json.dumps(said).encode())
    os._exit(0)


def verdict(pid: int, report: int) -> dict[str, Any]:
    """What the child said; what cannot be known from its words is unfinished, never passed."""
    if select.select([report], [], [], PATIENCE)[0]:
        words = os.read(report, 1 << 16)
        if words:
            os.waitpid(pid, 0)
            said: dict[str, Any] = json.loads(words)
            return said
        status = os.waitpid(pid, 0)[1]
        how = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"exit {os.WEXITSTATUS(status)}"
        return {"result": "unfinished", "why": "ended without a report: " + how}
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    return {"result": "unfinished", "why": "over its time"}


def leftovers(token: str) -> list[int]:
    """The processes that carry the token in their command line; they are ended."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if int(process.name) != os.getpid() and token.encode() in (process / "cmdline").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    for pid in found:
        os.kill(pid, 9)
    return found


def main(agent: str, code: str, level: str, *folders: str) -> None:
    """Run one hostile candidate and print what became of it."""
    project, scratch, folder = folders
    sandbox = load(agent)
    found = {**sandbox.available(), **dict.fromkeys(LACKING.get(level, ()), False)}
    sandbox.available = lambda: found
    sandbox.adopt_strays()
    outside = Outside(folder)
    heard, report = os.pipe()
    token = f"winnow-daemon-{os.getpid()}"
    names = {
        "level": level, "project": project, "outside": folder, "home": str(Path.home()), "token": token,
        "tcp": outside.tcp.getsockname()[1], "udp": outside.udp.getsockname()[1], "abstract": outside.name,
        "parent": os.getpid(), "far_end": outside.far_end, "listening": outside.unix.fileno(), "__name__": "candidate",
    }  # fmt: skip
    os.chdir(project)
    spec = sandbox.prepare({"project": project, "scratch": scratch, "keep_fds": (report,), **LIMITS})
    pid = os.fork()
    if pid == 0:
        child(sandbox, spec, code, names, report)
    os.close(report)
    said = verdict(pid, heard)
    if "namespaces" not in said.get("means", ()):
        said["strays"] = sandbox.end_strays(())
        sandbox.clear(scratch, ())
    time.sleep(0.02)
    print(json.dumps({**said, "reached": outside.reached(), "left": leftovers(token)}))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
