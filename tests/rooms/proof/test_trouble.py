"""What keeps the tests from running is told in words, whenever it happens."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from winnow.facts import Outcome, TestOutcome
from winnow.proof import Function, Question, collecting
from winnow.proof.sources import Sources
from winnow.proof.warm import Agent
from winnow.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

PATIENCE = 60.0
SILENCE = 0.5
THREAD = "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
CALC = "def total(x):\n    return x\n"
TESTS = "from calc import total\n\n\ndef test_total():\n    assert total(3) == 3\n"


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """An interpreter that may be deleted."""
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    program.chmod(0o755)
    return program


@pytest.mark.parametrize("conftest", ["", THREAD], ids=["whose agent ended", "with a fresh interpreter for each"])
async def test_an_interpreter_that_was_deleted_is_named_in_the_verdict(
    project: Callable[..., Any], python: Path, conftest: str
) -> None:
    here = project(calc=CALC, conftest=conftest, test_calc=TESTS)
    snapshot = here.snapshot(calc=CALC)
    async with here.prover(replace(here.settings, interpreter=str(python))) as prover:
        assert [result.outcome async for result in prover.rehearse(snapshot)] == [TestOutcome.PASSED]
        await prover._collection.renewed()
        os.unlink(python)  # noqa: PTH108 - asynchronous paths are none of the standard library
        await prover._collection.agent.heat.connection.close()
        await prover._collection.agent._warm.close()
        candidate = here.candidate(snapshot, "calc", "return x", "import json\n    return json.loads(str(x))")
        evidence = await prover.examine(candidate, snapshot, PATIENCE)
        assert evidence.outcome is Outcome.REFUSED
        assert evidence.detail.startswith(f"{python} cannot be started: "), evidence
        assert [result async for result in prover.rehearse(snapshot, ("test_calc.py::test_total",))] == []


async def test_whatever_ends_the_collecting_is_told(
    project: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def reheat(_agent: Agent, _texts: Mapping[str, str]) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Agent, "reheat", reheat)
    async with project().prover() as prover:
        means = await prover.describe()
    assert means.says == "The tests could not be collected: OSError: [Errno 28] No space left on device"


async def test_an_agent_that_says_nothing_is_given_up(
    project: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = project(calc=CALC, test_calc=TESTS)
    async with here.prover() as prover, asyncio.timeout(PATIENCE):
        await prover.collect()
        await prover._collection.renewed()
        monkeypatch.setattr("winnow.proof.warm.BOOT_SECONDS", SILENCE)
        monkeypatch.setattr("winnow.proof.running.BOOT_SECONDS", SILENCE)
        os.kill(prover._collection.agent._process.pid, signal.SIGSTOP)
        anew = here.snapshot(calc="import json\n" + CALC)
        ended = [(r.outcome, r.message) async for r in prover.rehearse(anew, ("test_calc.py::test_total",))]
        assert ended == [(TestOutcome.UNFINISHED, f"It did not end within {SILENCE} seconds.")]


async def test_the_interpreter_is_looked_for_beside_the_event_loop(
    project: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    found_in = []

    def find_interpreter(*_: object) -> str:
        found_in.append(threading.current_thread())
        return sys.executable

    monkeypatch.setattr(collecting, "find_interpreter", find_interpreter)
    async with project().prover():
        assert found_in != [threading.main_thread()]


def test_a_text_that_nobody_can_be_asked_about_does_not_parse() -> None:
    sources = Sources("/project")
    sources.interpreter = "/gone/python"
    assert not sources.parses("/project/calc.py", "def total(x:\n")
    assert sources.parses("/project/calc.py", CALC)


async def test_half_a_character_in_what_the_project_says_reaches_nobody(project: Callable[..., Any]) -> None:
    half = "chr(0xD83D)"
    odd = f"class Odd:\n    def __repr__(self):\n        return {half}\n\n\n"
    calc = f"{odd}def total(x):\n    odd = Odd()\n    return x\n"
    tests = f"from calc import total\n\n\ndef test_total():\n    total(3)\n    raise ValueError({half} + '!')\n"
    here = project(calc=calc, test_calc=tests, test_broken=f"raise ValueError({half})\n")
    snapshot = here.snapshot(calc=calc)
    path = str((here.folder / "calc.py").resolve())
    function = Function(path=path, name="total", start_line=5, end_line=7)
    async with here.prover() as prover:
        results = [result async for result in prover.rehearse(snapshot)]
        sight = await prover.look(Question(function=function, tests=("test_calc.py::test_total",)), snapshot, PATIENCE)
        means = await prover.describe()
    assert [result.message for result in results] == ["ValueError: \ufffd!"]
    assert [step.values.get("odd") for step in sight.steps if "odd" in step.values] == ["\ufffd"]
    assert orjson.dumps([*means.notes, *(result.message for result in results)])


async def test_tests_of_a_file_that_did_not_parse_at_the_start_are_known_once_it_is_mended(
    project: Callable[..., Any],
) -> None:
    here = project(
        rates="RATE =\n",
        test_rates="from rates import RATE\n\n\ndef test_rate():\n    assert RATE == 2\n",
        test_other="def test_other():\n    assert True\n",
    )
    async with here.prover() as prover:
        assert [each.test async for each in prover.rehearse(here.snapshot())] == ["test_other.py::test_other"]
        mended = [each.test async for each in prover.rehearse(here.snapshot(rates="RATE = 2\n"))]
    assert mended == ["test_rates.py::test_rate"]


@pytest.mark.parametrize(
    ("name", "broken", "mended"),
    [
        ("rates", "RATE =\n", "RATE = 2\n"),
        ("test_rates", "def test_rate(:\n", "def test_rate():\n    assert True\n"),
        ("conftest", "RATE =\n", "RATE = 2\n"),
        ("more/__init__", "import nothing_such\n", "RATE = 2\n"),
    ],
)
async def test_tests_that_could_not_be_collected_are_known_once_another_program_mends_a_closed_file(
    project: Callable[..., Any], name: str, broken: str, mended: str
) -> None:
    files = {
        "rates": "from more import RATE\n",
        "more/__init__": "RATE = 2\n",
        "test_rates": "from rates import RATE\n\n\ndef test_rate():\n    assert RATE == 2\n",
    }
    here = project(**{**files, name: broken})
    async with here.prover() as prover:
        assert [each.test async for each in prover.rehearse(here.snapshot())] == []
        here.write(f"{name}.py", f"{mended}\n")
        assert [each.test async for each in prover.rehearse(here.snapshot())] == ["test_rates.py::test_rate"]


async def test_a_conftest_that_is_mended_in_the_editor_lets_the_tests_be_collected(project: Callable[..., Any]) -> None:
    here = project(conftest="RATE =\n", test_rates="def test_rate():\n    assert True\n")
    async with here.prover() as prover:
        assert [each.test async for each in prover.rehearse(here.snapshot())] == []
        mended = here.snapshot(conftest="RATE = 2\n")
        assert [each.test async for each in prover.rehearse(mended)] == ["test_rates.py::test_rate"]


async def test_what_was_typed_and_closed_unsaved_stands_for_nothing_later(project: Callable[..., Any]) -> None:
    here = project(rates="RATE = 2\n", test_rates="import rates\n\n\ndef test_rate():\n    assert rates.RATE == 2\n")
    async with here.prover() as prover:
        unsaved = [each.outcome async for each in prover.rehearse(here.snapshot(rates="RATE = 3\n"))]
        closed = [each.outcome async for each in prover.rehearse(here.snapshot())]
        broken = here.snapshot(rates="RATE = 3 +\n", test_rates=(here.folder / "test_rates.py").read_text())
        candidate = here.candidate(broken, "test_rates", "== 2", "in (2,)")
        evidence = await prover.examine(candidate, broken, PATIENCE)
    assert (unsaved, closed) == ([TestOutcome.FAILED], [TestOutcome.PASSED])
    assert evidence.outcome is Outcome.PASSED


async def test_a_process_that_is_being_started_is_not_ended_for_an_older_one(monkeypatch: pytest.MonkeyPatch) -> None:
    class Warm:
        alive = True

        async def ask(self, *_: object) -> dict[str, bool]:
            await asked.wait()
            return {"unsafe": True}

    asked, started = asyncio.Event(), asyncio.Event()
    first, second, ended = Warm(), Warm(), list[object]()

    async def spawn(_: Agent) -> Warm:
        await started.wait()
        return second

    async def end(agent: Any) -> None:
        ended.append(agent._warm)

    monkeypatch.setattr(Agent, "_spawn", spawn)
    monkeypatch.setattr(Agent, "_end", end)
    heat: Any = SimpleNamespace(unsafe="", modules=(), plugins=())
    warm: Any = first
    agent = Agent(python="", folder="", settings=Settings(), scratch="", heat=heat, _warm=warm, _import_ahead=True)
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
        tasks.create_task(agent.preload())
        await asyncio.sleep(0)
        first.alive = False  # so that whoever asks next starts another one
        tasks.create_task(agent.start())
        await asyncio.sleep(0)
        asked.set()
        await asyncio.sleep(0)
        started.set()
    assert ended == [first]
