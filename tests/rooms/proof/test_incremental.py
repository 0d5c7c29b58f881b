"""After any edits, the map kept up by running only what they call for is the map of running everything anew."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from winnow.facts import Snapshot, TestOutcome
    from winnow.proof import Prover

FUNCTIONS = 6
LOW = range(3)
"""The functions of the lower module; the others stand in one that imports it."""


@dataclass(frozen=True)
class Program:
    """Two modules of functions that return a number or call an earlier function, and their tests."""

    calls: Mapping[int, int | None] = field(default_factory=lambda: {0: None, 1: 0, 2: None, 3: 1, 4: 3, 5: None})
    limit: int = 3
    parameters: tuple[int, ...] = (1, 2)
    comment: str = ""

    def texts(self) -> dict[str, str]:
        low = [f"from functools import lru_cache\n\nLIMIT = {self.limit}\n\n\ndef at_import():\n    return LIMIT\n"]
        low += [self._function(number) for number in LOW]
        high = ["import low\n", *(self._function(number) for number in range(len(LOW), FUNCTIONS))]
        return {
            "low": "\n\n".join([*low, "START = at_import()\n"]),
            "high": "\n\n".join(high),
            "test_low": "\n\n".join(["import low\n", *(self._test("low", number) for number in LOW)]),
            "test_high": "\n\n".join(
                [
                    "import pytest\nimport high, low\n",
                    "@pytest.fixture(scope='module')\ndef shared():\n    return high.f4()\n",
                    *(self._test("high", number, "shared") for number in range(len(LOW), FUNCTIONS)),
                    (
                        f"@pytest.mark.parametrize('each', {list(self.parameters)})\n"
                        "def test_each(each):\n    assert each <= low.START\n"
                    ),
                ]
            ),
        }

    def _function(self, number: int) -> str:
        called = self.calls[number]
        prefix = "low." if called is not None and called in LOW and number not in LOW else ""
        value = f"{number}" if called is None else f"{prefix}f{called}() + 1"
        cached = "@lru_cache(maxsize=None)\n" if number == 1 else ""
        return f"{cached}def f{number}():\n    # {self.comment}\n    return {value}\n"

    def _test(self, module: str, number: int, fixture: str = "") -> str:
        return f"def test_{number}({fixture}):\n    assert {module}.f{number}() < {self.limit}\n"


def bodies() -> st.SearchStrategy[Callable[[Program], Program]]:
    """Let a function return its number, or call an earlier one."""

    def edit(number: int, called: int | None) -> Callable[[Program], Program]:
        return lambda program: replace(program, calls={**program.calls, number: called})

    return st.integers(0, FUNCTIONS - 1).flatmap(
        lambda number: st.sampled_from([None, *range(number)]).map(lambda called: edit(number, called))
    )


EDITS: st.SearchStrategy[Callable[[Program], Program]] = st.one_of(
    bodies(),
    bodies(),
    st.integers(0, 5).map(lambda limit: lambda program: replace(program, limit=limit)),
    st.lists(st.integers(0, 4), min_size=1, max_size=3, unique=True).map(
        lambda found: lambda program: replace(program, parameters=tuple(found))
    ),
    st.sampled_from(["why", "why not"]).map(lambda words: lambda program: replace(program, comment=words)),
)


async def _rehearsed(prover: Prover, snapshot: Snapshot) -> tuple[dict[str, Any], dict[str, TestOutcome]]:
    async for _ in prover.rehearse(snapshot):
        pass
    tests = prover.tests()
    return {test: prover.reached()[test] for test in tests}, {test: prover.history()[test].outcome for test in tests}


@pytest.fixture
def anew(tmp_path: Path) -> Callable[[], Path]:
    """A place for another map."""
    numbers = itertools.count()
    return lambda: tmp_path / f"state-{next(numbers)}"


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(EDITS, min_size=1, max_size=3))
def test_the_incremental_map_is_the_map_from_scratch(
    project: Callable[..., Any], anew: Callable[[], Path], edits: list[Callable[[Program], Program]]
) -> None:
    program = Program()
    here = project(**program.texts())

    async def compare(program: Program) -> None:
        here.state = anew()
        async with here.prover() as prover:
            await _rehearsed(prover, here.snapshot(**program.texts()))
            for edit in edits:
                program = edit(program)
                kept = await _rehearsed(prover, here.snapshot(**program.texts()))
        here.state = anew()
        async with here.prover() as prover:
            assert await _rehearsed(prover, here.snapshot(**program.texts())) == kept

    asyncio.run(compare(program))
