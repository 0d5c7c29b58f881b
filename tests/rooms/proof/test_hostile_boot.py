"""What a project does while its tests are collected, or a candidate while it is imported, stays inside."""

from __future__ import annotations

import asyncio
import os
import select
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from winnow.facts import Outcome
from winnow.proof.agent import sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

PATIENCE = 60.0
CALC = "def f():\n    return 1\n"
TESTS = "from calc import f\n\ndef test_f():\n    assert f() == 1\n"
MARK = f"winnow-boot-{os.getpid()}"
TRIED = """
import ctypes, os, shutil, signal, socket, subprocess, sys
from pathlib import Path

def attempt(what, act):
    try:
        act()
    except (OSError, AssertionError, MemoryError, subprocess.SubprocessError):
        return
    done.append(what)

def shout(kind, port):
    with socket.socket(socket.AF_INET, kind) as any_socket:
        any_socket.settimeout(1)
        any_socket.connect(("127.0.0.1", port))
        any_socket.sendall(b"x")

def zero(code):
    assert code == 0

done = []
libc = ctypes.CDLL(None)
here = Path(__file__).parent
attempt("write", lambda: (here.parent / "victim").write_text("x"))
attempt("system", lambda: Path("/etc/winnow-was-here").write_text("x"))
attempt("shell", lambda: subprocess.run(["/bin/sh", "-c", "echo x > ../victim"], check=True))
attempt("delete", lambda: shutil.rmtree(here / "kept"))
attempt("secret", lambda: zero(0 if Path("~/.ssh/id_rsa").expanduser().read_text() else 1))
attempt("connect", lambda: shout(socket.SOCK_STREAM, PORT))
attempt("kill", lambda: os.kill(SERVER, signal.SIGKILL))
attempt("trace", lambda: zero(libc.ptrace(16, SERVER, 0, 0)))
attempt("uncover", lambda: zero(libc.umount2(str(here).encode(), 2)))
attempt("remount", lambda: zero(libc.mount(None, b"/", None, 0x20 | 0x1000, None)))
attempt("memory", lambda: bytearray(64 << 30))
attempt("disk", lambda: [(here / str(n)).write_bytes(bytes(16 << 20)) for n in range(64)])
attempt("daemon", lambda: subprocess.Popen(["/bin/sh", "-c", "sleep 60; : MARK"], start_new_session=True))
"""
KINDS = {"stream": socket.SOCK_STREAM, "datagrams": socket.SOCK_DGRAM}
CALLS = """
import socket

def called(act):
    try:
        act()
    except OSError:
        return
    done.append(act)

done = []
called(lambda: socket.socket(socket.AF_UNIX).connect("{folder}/stream"))
called(lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b"x", "{folder}/datagrams"))
socket.socketpair()
"""
REFUSED = {"system", "secret", "connect", "kill", "trace", "uncover", "remount", "memory", "disk"}
"""What comes back as an error; the rest is done to a layer that nobody else sees, or ends with the processes."""


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A server on this machine that nobody may talk to."""
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a secret in it."""
    folder = tmp_path / "home"
    (folder / ".ssh").mkdir(parents=True)
    (folder / ".ssh" / "id_rsa").write_text("SECRET")
    monkeypatch.setenv("HOME", str(folder))
    return folder


def attacks(port: int) -> str:
    return TRIED.replace("PORT", str(port)).replace("SERVER", str(os.getpid())).replace("MARK", MARK)


def untouched(here: Any) -> None:
    assert (here.folder.parent / "victim").read_text() == "whole"
    assert (here.folder / "kept" / "file").read_text() == "whole"
    assert not Path("/etc/winnow-was-here").exists()
    assert sorted(path.name for path in here.folder.iterdir() if path.name.isdigit()) == []


async def gone() -> None:
    """The kernel ends what was left behind with its namespace; that takes a moment."""
    found = left()
    async with asyncio.timeout(PATIENCE):
        while found:
            await asyncio.sleep(0.05)
            found = left()


def left() -> list[str]:
    return [each.parent.name for each in Path("/proc").glob("[0-9]*/cmdline") if MARK in _words(each)]


def _words(path: Path) -> str:
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError:
        return ""


def laid_out(project: Callable[..., Any], **files: str) -> Any:
    here = project(calc=CALC, test_calc=TESTS, **files)
    (here.folder.parent / "victim").write_text("whole")
    (here.folder / "kept").mkdir()
    (here.folder / "kept" / "file").write_text("whole")
    return here


@pytest.mark.usefixtures("home")
@pytest.mark.skipif(not sandbox.available()["overlay"], reason="the kernel refuses overlays here")
async def test_collecting_reaches_nothing_outside(project: Callable[..., Any], port: int) -> None:
    said = f"import conftest\n\ndef test_said():\n    assert not set(conftest.done) & set({sorted(REFUSED)!r})\n"
    here = laid_out(project, conftest=attacks(port), test_said=said)
    async with here.prover() as prover:
        ended = {r.test: r.message async for r in prover.rehearse(here.snapshot())}
    untouched(here)
    assert ended == {"test_calc.py::test_f": "", "test_said.py::test_said": ""}
    await gone()


@pytest.mark.usefixtures("home")
@pytest.mark.skipif(not sandbox.available()["overlay"], reason="the kernel refuses overlays here")
async def test_a_candidate_reaches_nothing_outside_while_it_is_imported(project: Callable[..., Any], port: int) -> None:
    here = laid_out(project)
    snapshot = here.snapshot(calc=CALC)
    judged = f"done = set(done) & set({sorted(REFUSED)!r})\n\n\ndef f():\n    assert not done, done\n    return 1"
    async with here.prover() as prover:
        candidate = here.candidate(snapshot, "calc", CALC, attacks(port) + judged)
        evidence = await prover.examine(candidate, snapshot, PATIENCE)
    untouched(here)
    assert (evidence.outcome, evidence.means) == (Outcome.PASSED, "reimport"), evidence
    await gone()


@pytest.mark.parametrize("lacking", ["namespaces", "overlays"])
async def test_where_nothing_hides_the_sockets_of_others_none_is_reached(
    project: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    folder = project().folder.parent
    others = {name: socket.socket(socket.AF_UNIX, kind) for name, kind in KINDS.items()}
    for name, other in others.items():
        other.bind(str(folder / name))
    others["stream"].listen()
    tries = CALLS.format(folder=str(folder))
    judged = "done = list(done)\n\n\ndef f():\n    assert not done, done\n    return 1"
    said = "import conftest\n\ndef test_said():\n    assert conftest.done == []\n"
    here = laid_out(project, conftest=tries, test_said=said)
    here.lacking(lacking, monkeypatch)
    snapshot = here.snapshot(calc=CALC)
    async with here.prover() as prover:
        ended = {r.test: r.message async for r in prover.rehearse(here.snapshot())}
        evidence = await prover.examine(here.candidate(snapshot, "calc", CALC, tries + judged), snapshot, PATIENCE)
    assert ended == {"test_calc.py::test_f": "", "test_said.py::test_said": ""}
    assert (evidence.outcome, evidence.means) == (Outcome.PASSED, "reimport"), evidence
    assert select.select(list(others.values()), [], [], 0)[0] == []
    for other in others.values():
        other.close()


@pytest.mark.parametrize(
    "bomb",
    [
        "import os, time\nfor n in range(1500):\n    os.fork() or (time.sleep(30), os._exit(0))\n",
        "import os\nos.kill(0, 9)\nos._exit(0)\n",
        "found = []\nwhile True:\n    found.append(bytearray(256 << 20))\n",
    ],
    ids=["forks without end", "ends its processes", "takes all memory"],
)
async def test_a_project_that_cannot_be_collected_is_said_to_be_so(project: Callable[..., Any], bomb: str) -> None:
    here = laid_out(project, conftest=bomb)
    async with here.prover() as prover:
        means = await prover.describe()
    assert not means.ok
    assert means.says.startswith("pytest could not collect the tests")
