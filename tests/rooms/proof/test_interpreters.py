"""The contract of the agent: the same verdicts and the same map, whatever Python and however the tests are written."""

from __future__ import annotations

import pkgutil
import subprocess
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

import pytest

from winnow.facts import Outcome
from winnow.facts import TestOutcome as Ended
from winnow.proof import runners

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from winnow.facts import Snapshot, TestResult
    from winnow.proof import Prover

VERSIONS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
MADE = Path(__file__).parents[3] / ".cache" / "interpreters"
PATIENCE = 60.0

STOCK = """
from functools import lru_cache


class Stock:
    def __init__(self):
        self.items = {}

    def put(self, name, count=1):
        self.items[name] = checked(self.items.get(name, 0) + count)


@lru_cache(maxsize=None)
def limit():
    return 3


def checked(count):
    if count > limit():
        raise ValueError("too many")
    return count


async def later(count):
    return [checked(each) async for each in upto(count)]


async def upto(count):
    for each in range(count):
        yield each
"""


@dataclass(frozen=True)
class Suite:
    """Tests of the stock in one way of writing them, and their names: of a put, of a refusal, of waiting for it."""

    text: str
    put: str
    refused: str
    later: str


SUITES = {
    "pytest": Suite(
        text="""
import asyncio
import pytest
from stock import Stock, later


@pytest.fixture(scope="module")
def name():
    return "pear"


@pytest.mark.parametrize("count", [1, 2])
def test_put(name, count):
    stock = Stock()
    stock.put(name, count)
    assert stock.items == {name: count}


def test_refused(name):
    with pytest.raises(ValueError):
        Stock().put(name, 4)


def test_later():
    assert asyncio.run(later(2)) == [0, 1]
""",
        put="test_stock.py::test_put[2]",
        refused="test_stock.py::test_refused",
        later="test_stock.py::test_later",
    ),
    "unittest": Suite(
        text="""
import unittest
from stock import Stock, later


class TestStock(unittest.TestCase):
    def setUp(self):
        self.stock = Stock()

    def test_put(self):
        for count in (1, 2):
            with self.subTest(count):
                self.stock.put(str(count), count)
                self.assertEqual(self.stock.items[str(count)], count)

    def test_refused(self):
        self.assertRaises(ValueError, self.stock.put, "pear", 4)


class TestLater(unittest.IsolatedAsyncioTestCase):
    async def test_later(self):
        self.assertEqual(await later(2), [0, 1])
""",
        put="test_stock.py::TestStock::test_put",
        refused="test_stock.py::TestStock::test_refused",
        later="test_stock.py::TestLater::test_later",
    ),
}


def _pythons(version: str) -> Iterator[str]:
    """Where a person keeps an interpreter: environments made for this test, PATH, pyenv."""
    yield str(MADE / version / "bin" / "python")
    yield which(f"python{version}") or ""
    yield from map(str, sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python")))


@cache
def python_of(version: str) -> str:
    """An interpreter of this version that has pytest; skips where there is none, saying what to do."""
    found = [python for python in _pythons(version) if Path(python).is_file()]
    for python in found:
        command = [python, "-c", "import sys, pytest; print('%d.%d' % sys.version_info[:2])"]
        said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout
        if said.strip() == version:
            return python
    if found:
        pytest.skip(f"no pytest for Python {version}: run .ci/interpreters")
    pytest.skip(f"there is no Python {version} on this machine")


def test_every_runner_has_a_suite_here() -> None:
    assert {module.name for module in pkgutil.iter_modules(runners.__path__)} <= SUITES.keys()


@pytest.mark.parametrize("suite", SUITES.values(), ids=SUITES.keys())
@pytest.mark.parametrize("version", VERSIONS)
async def test_verdicts_and_map_are_the_same(project: Callable[..., Any], version: str, suite: Suite) -> None:
    here = project(stock=STOCK, test_stock=suite.text)
    snapshot = here.snapshot(stock=STOCK)
    settings = replace(here.settings, interpreter=python_of(version), test_seconds=20.0)
    async with here.prover(settings) as prover:
        ended = {result.test: result.outcome async for result in prover.rehearse(snapshot)}
        assert set(ended.values()) == {Ended.PASSED}, ended
        assert (await prover.describe()).python.startswith(f"{version}.")
        reached = {
            test: {name for path, name in places if path.endswith("/stock.py")}
            for test, places in prover.reached().items()
        }
        assert reached[suite.put] == {"Stock.__init__", "Stock.put", "checked", "limit"}
        assert reached[suite.refused] == {"Stock.__init__", "Stock.put", "checked", "limit"}
        assert reached[suite.later] == {"later", "upto", "checked", "limit"}

        async def tried(old: str, new: str) -> tuple[Outcome, str, set[str]]:
            candidate = here.candidate(snapshot, "stock", old, new)
            evidence = await prover.examine(candidate, snapshot, PATIENCE, thorough=True)
            return evidence.outcome, evidence.means, {result.test.partition("[")[0] for result in evidence.failed}

        assert await tried("get(name, 0) + count", "get(name, 0) + 1 * count") == (Outcome.PASSED, "fork", set())
        assert await tried("get(name, 0) + count", "get(name, 1) + count") == (
            Outcome.FAILED,
            "fork",
            {suite.put.partition("[")[0]},
        )
        assert await tried("return 3", "return 4") == (Outcome.FAILED, "fork", {suite.refused})
        assert await tried("yield each", "yield -each") == (Outcome.FAILED, "fork", {suite.later})
        assert await tried("count=1", "count=2") == (Outcome.PASSED, "reimport", set())
        assert await tried("if count >", "if not count or count >") == (Outcome.FAILED, "fork", {suite.later})


async def _rehearsed(prover: Prover, snapshot: Snapshot) -> list[TestResult]:
    return [result async for result in prover.rehearse(snapshot)]


async def _hanging(project: Callable[..., Any], version: str, text: str, tests: str) -> TestResult:
    """The one test that came to no end."""
    here = project(calc=text, test_calc=tests)
    settings = replace(here.settings, interpreter=python_of(version), test_seconds=1.0)
    async with here.prover(settings) as prover:
        ended = await _rehearsed(prover, here.snapshot(calc=text))
    (hanging,) = (result for result in ended if result.outcome is Ended.UNFINISHED)
    return hanging


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_test_that_does_not_end_says_which_line_of_the_project_it_was_in(
    project: Callable[..., Any], version: str
) -> None:
    text = "import time\n\n\ndef waits(count):\n    while count:\n        time.sleep(600)\n    return count\n"
    tests = "from calc import waits\n\n\ndef test_none():\n    assert not waits(0)\n\n\ndef test_one():\n    waits(1)\n"
    hanging = await _hanging(project, version, text, tests)
    assert hanging.message.endswith("It was in `waits`, line 6.")
    assert [(Path(each.path).name, each.line, each.name) for each in hanging.frames] == [
        ("test_calc.py", 8, "test_one"),
        ("calc.py", 5, "waits"),
    ]
    assert hanging.line == 8


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_test_that_does_not_end_is_called_for_by_what_it_reached_until_then_alone(
    project: Callable[..., Any], version: str
) -> None:
    other = "def other():\n    return 1\n"
    loops = (
        "from steps import step\n\n\ndef loops():\n    while step():\n        pass\n\n\ndef never():\n    return 0\n"
    )
    late = "def test_{0}():\n    from {0} import {0}\n\n    assert {0}() == 1\n"
    tests = {f"test_{name}": late.format(name) for name in ("other", "loops")}
    here = project(other=other, loops=loops, steps="def step():\n    return 1\n", **tests)
    settings = replace(here.settings, interpreter=python_of(version), test_seconds=1.0)
    async with here.prover(settings) as prover:
        assert len(await _rehearsed(prover, here.snapshot(other=other, loops=loops))) == 2
        ran = [
            {result.test.partition("::")[2] for result in await _rehearsed(prover, here.snapshot(**texts))}
            for texts in (
                {"other": other.replace("1", "2"), "loops": loops},
                {"other": other.replace("1", "2"), "loops": loops.replace("return 0", "return 1")},
                {"other": other.replace("1", "2"), "loops": loops.replace("pass", "return")},
            )
        ]
    assert ran == [{"test_other"}, set(), {"test_loops"}]


@pytest.mark.parametrize("version", VERSIONS)
async def test_an_endless_loop_is_told_of_where_the_compiler_gave_its_jump_back_no_line(
    project: Callable[..., Any], version: str
) -> None:
    text = "def runs():\n    for each in iter(int, 1):\n        if each:\n            return each\n    return 0\n"
    hanging = await _hanging(project, version, text, "from calc import runs\n\n\ndef test_runs():\n    runs()\n")
    assert hanging.frames[-1].name == "runs"
    assert hanging.frames[-1].line in {1, 2, 3}


async def test_the_syntax_of_a_newer_python_than_the_servers_is_tried(project: Callable[..., Any]) -> None:
    text = "type Number = int\n\n\ndef twice[T: Number](x: T) -> T:\n    return 2 * x\n"
    tests = "from calc import twice\n\n\ndef test_twice():\n    assert twice(3) == 6\n"
    here = project(calc=text, test_calc=tests)
    snapshot = here.snapshot(calc=text)
    async with here.prover(replace(here.settings, interpreter=python_of("3.12"))) as prover:
        assert [result.outcome async for result in prover.rehearse(snapshot)] == [Ended.PASSED]
        kept, broken, wrong = [
            await prover.examine(here.candidate(snapshot, "calc", "2 * x", new), snapshot, PATIENCE)
            for new in ("x + x", "2 *", "3 * x")
        ]
    assert (kept.outcome, kept.refuted) == (Outcome.PASSED, False)
    assert not broken.parses
    assert wrong.outcome is Outcome.FAILED


async def test_an_interpreter_that_is_too_old_says_so(project: Callable[..., Any]) -> None:
    old = [str(path) for minor in (6, 7) for path in Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python")]
    if not old:
        pytest.skip("there is no Python older than 3.8 on this machine")
    here = project()
    async with here.prover(replace(here.settings, interpreter=old[0])) as prover:
        means = await prover.describe()
    assert not means.ok
    assert "older than Python 3.8" in means.says
