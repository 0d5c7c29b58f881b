"""Where a fork might not do what a new process does, a fresh interpreter gives the verdict, and everybody is told."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from winnow.facts import Outcome, TestOutcome
from winnow.proof.agent import sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from winnow.proof import Prover

PATIENCE = 60.0
CALC = """
def add(a, b):
    return a + b


def twice(x):
    return add(x, x)
"""
TESTS = """
from calc import add, twice

def test_add():
    assert add(1, 2) == 3

def test_twice():
    assert twice(4) == 8
"""
THREAD = """
import queue, threading
asked, answers = queue.Queue(), queue.Queue()

def serve():
    while True:
        answers.put(asked.get() * 2)

threading.Thread(target=serve, daemon=True).start()
"""


@dataclass(frozen=True)
class Hazard:
    """What stands in conftest or is imported by it, a test that needs it, and why that forbids a fork."""

    conftest: str
    test: str
    because: str


HAZARDS = {
    "a thread that answers the tests": Hazard(
        THREAD,
        "import conftest\n\ndef test_answer():\n    conftest.asked.put(twice(4))\n"
        "    assert conftest.answers.get(timeout=1) == 16\n",
        "importing the tests starts threads",
    ),
    "an event loop that the tests share": Hazard(
        "import asyncio\nloop = asyncio.new_event_loop()\n",
        "import asyncio, conftest\n\ndef test_answer():\n"
        "    assert conftest.loop.run_until_complete(asyncio.sleep(0, twice(4))) == 8\n",
        "importing the tests opens an event loop",
    ),
    "an open database that is not called one": Hazard(
        "import sqlite3, pathlib\n"
        "database = sqlite3.connect(str(pathlib.Path(__file__).with_name('ledger')))\n"
        "database.execute('create table if not exists entry (value)')\ndatabase.commit()\n",
        "import conftest\n\ndef test_answer():\n"
        "    conftest.database.execute('insert into entry values (?)', (twice(4),))\n"
        "    assert conftest.database.execute('select * from entry').fetchall() == [(8,)]\n",
        "importing the tests opens the database",
    ),
    "a listening socket": Hazard(
        "import socket\nserver = socket.create_server(('127.0.0.1', 0))\n",
        "import conftest, socket\n\ndef test_answer():\n"
        "    with socket.create_connection(conftest.server.getsockname(), 1) as client:\n"
        "        with conftest.server.accept()[0] as other:\n            other.sendall(bytes([twice(4)]))\n"
        "        assert client.recv(1) == bytes([8])\n",
        "importing the tests opens a socket",
    ),
    "an extension that does not survive a fork": Hazard(
        "import os, sys, types\nsys.modules['grpc._cython.cygrpc'] = types.ModuleType('cygrpc')\nhere = os.getpid()\n",
        "def test_answer():\n    assert twice(4) == 8\n",
        "the tests import grpc, which does not survive a fork",
    ),
}
LIE = """
import contextlib, os, stat
for descriptor in range(3, 256):
    with contextlib.suppress(OSError):
        if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            os.write(descriptor, b'x' * 99)
"""
IN_A_FIXTURE = """
import asyncio, pathlib, sqlite3, threading
import pytest

@pytest.fixture(scope="session")
def loop():
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()

@pytest.fixture(scope="session")
def database(tmp_path_factory):
    database = sqlite3.connect(str(pathlib.Path(__file__).with_name("ledger.sqlite")))
    database.execute("create table entry (value)")
    yield database
    database.close()
"""
WITH_FIXTURES = """
import asyncio
from calc import add, twice

async def answer(x):
    return twice(x)

def test_loop(loop):
    assert asyncio.run_coroutine_threadsafe(answer(4), loop).result(1) == 8

def test_database(database):
    database.execute("insert into entry values (?)", (add(1, 2),))
    database.commit()
    assert database.execute("select * from entry").fetchall() == [(3,)]

def test_database_again(database):
    assert len(database.execute("select * from entry").fetchall()) < 2
"""


async def tried(prover: Prover, here: Any, old: str, new: str) -> tuple[Outcome, str, set[str]]:
    snapshot = here.snapshot(calc=CALC)
    evidence = await prover.examine(here.candidate(snapshot, "calc", old, new), snapshot, PATIENCE, thorough=True)
    return evidence.outcome, evidence.means, {result.test.partition("::")[2] for result in evidence.failed}


@pytest.mark.parametrize("hazard", HAZARDS.values(), ids=HAZARDS.keys())
async def test_what_does_not_survive_a_fork_is_tried_in_a_fresh_interpreter(
    project: Callable[..., Any], hazard: Hazard
) -> None:
    here = project(calc=CALC, conftest=hazard.conftest, test_calc=TESTS + hazard.test)
    before = sorted(here.folder.iterdir())
    async with here.prover() as prover:
        ended = {r.test.partition("::")[2]: r.outcome async for r in prover.rehearse(here.snapshot(calc=CALC))}
        assert set(ended.values()) == {TestOutcome.PASSED}, ended
        assert await tried(prover, here, "a + b", "b + a") == (Outcome.PASSED, "cold", set())
        assert await tried(prover, here, "a + b", "a - b") == (
            Outcome.FAILED,
            "cold",
            {"test_add", "test_twice", "test_answer"},
        )
        assert await tried(prover, here, "add(x, x)", "x") == (Outcome.FAILED, "cold", {"test_twice", "test_answer"})
        means = await prover.describe()
    assert f"a fresh interpreter for each verdict, as {hazard.because}" in means.says
    assert f"Every edit is tried in a fresh interpreter, which takes longer, as {hazard.because}" in means.way
    assert not means.fast
    if sandbox.available()["overlay"]:
        assert sorted(here.folder.iterdir()) == before


async def test_what_a_fixture_starts_lives_in_the_process_of_one_verdict(project: Callable[..., Any]) -> None:
    here = project(calc=CALC, conftest=IN_A_FIXTURE, test_calc=WITH_FIXTURES)
    before = sorted(here.folder.iterdir())
    async with here.prover() as prover:
        ended = {r.test.partition("::")[2]: r.outcome async for r in prover.rehearse(here.snapshot(calc=CALC))}
        assert set(ended.values()) == {TestOutcome.PASSED}, ended
        assert await tried(prover, here, "a + b", "b + a") == (Outcome.PASSED, "fork", set())
        assert await tried(prover, here, "add(x, x)", "x") == (Outcome.FAILED, "fork", {"test_loop"})
        assert await tried(prover, here, "a + b", "a - b") == (Outcome.FAILED, "fork", {"test_loop", "test_database"})
    if sandbox.available()["overlay"]:
        assert sorted(here.folder.iterdir()) == before


async def test_without_a_fork_on_the_system_every_verdict_is_cold(
    project: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = project(calc=CALC, test_calc=TESTS, sitecustomize="import os\ndel os.fork\n")
    monkeypatch.setenv("PYTHONPATH", str(here.folder))
    async with here.prover() as prover:
        ended = {r.test.partition("::")[2]: r.outcome async for r in prover.rehearse(here.snapshot(calc=CALC))}
        assert ended == {"test_add": TestOutcome.PASSED, "test_twice": TestOutcome.PASSED}
        assert await tried(prover, here, "a + b", "a - b") == (Outcome.FAILED, "cold", {"test_add", "test_twice"})
        assert await tried(prover, here, "add(x, x)", "x") == (Outcome.FAILED, "cold", {"test_twice"})
        means = await prover.describe()
    assert "a fresh interpreter for each verdict, as this system has no fork" in means.says


async def test_a_cold_verdict_that_ends_early_or_lies_is_unfinished_and_leaves_nothing(
    project: Callable[..., Any],
) -> None:
    here = project(calc=CALC, conftest=THREAD, test_calc=TESTS)
    mark = f"winnow-stray-{os.getpid()}"
    stray = f"import subprocess; subprocess.Popen(['/bin/sh', '-c', 'sleep 60; : {mark}'], start_new_session=True)"
    lie = f"exec({LIE!r})"
    async with here.prover() as prover:
        for new in (f"{stray}; import os; os._exit(0)", "while True: pass", lie):
            found = await tried(prover, here, "return a + b", new)
            assert found[:2] == (Outcome.UNFINISHED, "cold"), new
        assert await tried(prover, here, "return a + b", f"{stray}; return a + b") == (Outcome.PASSED, "cold", set())
    assert running(mark) == []


def running(mark: str) -> list[str]:
    """The processes whose command line holds the mark, but this one."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if int(process.name) != os.getpid() and mark.encode() in (process / "cmdline").read_bytes():
                found.append(process.name)
        except OSError:
            continue
    return found
