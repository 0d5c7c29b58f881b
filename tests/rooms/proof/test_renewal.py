"""What changes around the tests is noticed, and what they leave running ends with them."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from winnow.facts import Outcome, TestOutcome
from winnow.proof.connection import Connection
from winnow.proof.warm import CLOSED

if TYPE_CHECKING:
    from collections.abc import Callable

    from winnow.facts import Snapshot

PATIENCE = 60.0
CALC = "from rates import RATE\n\n\ndef total(x):\n    return x * RATE\n"
TESTS = "from calc import total\n\n\ndef test_total():\n    assert total(3) == 6\n"
TEST = "test_calc.py::test_total"


async def ended(prover: Any, here: Any) -> list[tuple[TestOutcome, str]]:
    return [(r.outcome, r.message.partition("\n")[0]) async for r in prover.rehearse(here.snapshot(), (TEST,))]


async def test_a_package_that_is_upgraded_or_installed_is_the_one_that_the_tests_use(
    project: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = project(calc=CALC, test_calc=TESTS)
    packages = here.folder.parent / "site-packages"
    packages.mkdir()
    (packages / "rates.py").write_text("RATE = 2\n")
    monkeypatch.setenv("PYTHONPATH", str(packages))
    passed, failed = (TestOutcome.PASSED, ""), (TestOutcome.FAILED, "assert 9 == 6")
    async with here.prover() as prover:
        assert await ended(prover, here) == [passed]
        upgraded = packages / "rates-2.py"
        upgraded.write_text("RATE = 3\n")
        upgraded.replace(packages / "rates.py")
        assert [await ended(prover, here) for _ in range(2)] == [[failed], [failed]]
        (packages / "rates.py").unlink()
        (packages / "rates").mkdir()
        (packages / "rates" / "__init__.py").write_text("RATE = 2\n")
        assert [await ended(prover, here) for _ in range(2)] == [[passed], [passed]]


SLOW = (
    "import time\nimport pytest\n\n\n@pytest.mark.parametrize('n', range(4))\ndef test_slow(n):\n    time.sleep(0.2)\n"
)


async def test_an_agent_that_was_replaced_is_let_go_of_once_its_runs_have_ended() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        connection = Connection(ours)
        async with connection.request({"do": "run"}):
            retiring = asyncio.create_task(connection.retire())
            await asyncio.sleep(0.05)
            assert connection.alive
        await retiring
        assert not connection.alive


async def test_tests_whose_agent_ended_are_run_again(project: Callable[..., Any]) -> None:
    here = project(test_slow=SLOW)
    async with here.prover() as prover:
        ended: list[tuple[TestOutcome, str]] = []
        async for result in prover.rehearse(here.snapshot()):
            if not ended:
                await prover._collection.agent.heat.connection.close()
            ended.append((result.outcome, result.message))
        assert ended == [(TestOutcome.PASSED, "")] * 4


async def test_an_edited_conftest_counts_for_the_next_verdict(project: Callable[..., Any]) -> None:
    fixture = "import pytest\n\n@pytest.fixture\ndef rate():\n    return 2\n"
    calc = "def total(x, rate):\n    return x * rate\n"
    tests = "from calc import total\n\n\ndef test_total(rate):\n    assert total(3, rate) == 6\n"
    here = project(calc=calc, conftest=fixture, test_calc=tests)
    hook = (
        fixture
        + "\ndef pytest_collection_modifyitems(items):\n    items[0].add_marker(pytest.mark.xfail(strict=True))\n"
    )
    async with here.prover() as prover:
        for text, outcome in (
            (fixture, TestOutcome.PASSED),
            (fixture.replace("2", "4"), TestOutcome.FAILED),
            (hook, TestOutcome.FAILED),
            (fixture, TestOutcome.PASSED),
        ):
            assert [r.outcome async for r in prover.rehearse(here.snapshot(conftest=text))] == [outcome], text
        here.write("conftest.py", fixture.replace("2", "5"))
        assert [r.outcome async for r in prover.rehearse(here.snapshot())] == [TestOutcome.FAILED]


@pytest.mark.parametrize(
    ("lacking", "outcome"),
    [("", Outcome.PASSED), ("namespaces", Outcome.UNFINISHED)],
    ids=["with namespaces", "without, where a started process sees no candidate"],
)
async def test_nothing_that_a_test_leaves_running_outlives_its_verdict(
    project: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, lacking: str, outcome: Outcome
) -> None:
    mark = f"winnow-left-{os.getpid()}-{outcome}"
    daemon = f"['/bin/sh', '-c', 'sleep 90; : {mark}']"
    calc = "def total(x):\n    return x\n"
    tests = (
        "import os, subprocess, time\nfrom calc import total\n\n\ndef test_total():\n"
        f"    subprocess.Popen({daemon}, start_new_session=True)\n"
        "    if os.fork() == 0:\n        os.setsid()\n        if os.fork() == 0:\n"
        f"            os.execv('/bin/sh', {daemon})\n        os._exit(0)\n    time.sleep(0.2)\n"
        "    assert total(3) == 3\n"
    )
    here = project(calc=calc, test_calc=tests)
    if lacking:
        here.lacking(lacking, monkeypatch)
    snapshot = here.snapshot(calc=calc)
    async with here.prover() as prover:
        assert await ended(prover, here) == [(TestOutcome.PASSED, "")]
        await gone(mark)
        evidence = await prover.examine(here.candidate(snapshot, "calc", "return x", "return +x"), snapshot, PATIENCE)
        assert (evidence.outcome, evidence.means) == (outcome, "fork")
        await gone(mark)


def asleep(project: Callable[..., Any], mark: str) -> tuple[Any, Snapshot]:
    """A project whose test starts a process of this name that sleeps, and its text."""
    calc = "def total(x):\n    return x\n"
    tests = (
        "import subprocess\nfrom calc import total\n\n\ndef test_total():\n    assert total(3) == 3\n"
        f"    subprocess.run(['/bin/sh', '-c', 'sleep 90; : {mark}'])\n"
    )
    here = project(calc=calc, test_calc=tests)
    return here, here.snapshot(calc=calc)


async def test_a_verdict_that_nobody_waits_for_any_more_ends_its_processes(project: Callable[..., Any]) -> None:
    mark = f"winnow-cancelled-{os.getpid()}"
    here, snapshot = asleep(project, mark)
    async with here.prover(replace(here.settings, test_seconds=60.0)) as prover:
        candidate = here.candidate(snapshot, "calc", "return x", "return +x")
        for begin in (
            lambda: prover.examine(candidate, snapshot, PATIENCE),
            lambda: ended(prover, here),
        ):
            trying = asyncio.create_task(begin())
            await begun(mark)
            trying.cancel()
            await asyncio.gather(trying, return_exceptions=True)
            await gone(mark)


async def test_a_folder_that_is_closed_while_a_verdict_is_made_starts_nothing_any_more(
    project: Callable[..., Any],
) -> None:
    mark = f"winnow-closed-{os.getpid()}"
    here, snapshot = asleep(project, mark)
    async with here.prover(replace(here.settings, test_seconds=60.0)) as prover:
        candidate = here.candidate(snapshot, "calc", "return x", "return +x")
        trying = asyncio.create_task(prover.examine(candidate, snapshot, PATIENCE))
        await begun(mark)
        agent = prover._collection.agent
        await prover.close()
        evidence = await trying
        assert (evidence.outcome, evidence.detail) == (Outcome.REFUSED, CLOSED)
        assert agent._process is None


async def test_a_folder_that_is_closed_while_its_agent_starts_ends_it(project: Callable[..., Any]) -> None:
    here = project()
    async with here.prover() as prover:
        agent = prover._collection.agent
        starting = asyncio.create_task(agent.start())
        await asyncio.sleep(0)
        await prover.close()
        await asyncio.gather(starting, return_exceptions=True)
        assert agent._process is None


async def test_an_interpreter_without_pytest_is_told_how_to_get_it(project: Callable[..., Any], tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)  # noqa: ASYNC221 - a test may wait
    here = project()
    python = str(bare / "bin" / "python")
    async with here.prover(replace(here.settings, interpreter=python)) as prover:
        means = await prover.describe()
        snapshot = here.snapshot(calc=(here.folder / "calc.py").read_text())
        evidence = await prover.examine(here.candidate(snapshot, "calc", "a + b", "b + a"), snapshot, PATIENCE)
    assert not means.ok
    assert means.says == f"pytest is not installed in {python}: run `{python} -m pip install pytest`."
    assert (evidence.outcome, evidence.detail) == (Outcome.REFUSED, means.says)


async def begun(mark: str) -> None:
    found = left(mark)
    async with asyncio.timeout(PATIENCE):
        while not found:
            await asyncio.sleep(0.05)
            found = left(mark)


async def gone(mark: str) -> None:
    found = left(mark)
    async with asyncio.timeout(PATIENCE):
        while found:
            await asyncio.sleep(0.05)
            found = left(mark)


def left(mark: str) -> list[str]:
    """The processes whose command line holds a mark."""
    return [each.parent.name for each in Path("/proc").glob("[0-9]*/cmdline") if mark in _words(each)]


def _words(path: Path) -> str:
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError:
        return ""
