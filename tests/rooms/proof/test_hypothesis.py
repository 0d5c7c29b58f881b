"""Tests that draw their examples draw the same in each run; who draws none does not wait for hypothesis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from winnow.facts import TestOutcome

if TYPE_CHECKING:
    from collections.abc import Callable

DRAWS = """
from hypothesis import given, strategies

drawn = []

@given(strategies.integers())
def draw(number):
    drawn.append(number)

def test_draw():
    draw()
    assert drawn == 0
"""
LOOKS = """
import sys

def test_look():
    assert "hypothesis" not in sys.modules
"""


async def test_the_same_examples_are_drawn_in_each_run(project: Callable[..., Any]) -> None:
    here = project(test_draws=DRAWS)
    said = []
    for _ in range(2):
        async with here.prover() as prover:
            said += [result.message async for result in prover.rehearse(here.snapshot(), ("test_draws.py::test_draw",))]
    assert "assert [" in said[0]
    assert said[0] == said[1]


async def test_hypothesis_is_not_imported_where_no_test_uses_it(project: Callable[..., Any]) -> None:
    here = project(test_looks=LOOKS)
    async with here.prover() as prover:
        results = [result async for result in prover.rehearse(here.snapshot())]
    assert [result.outcome for result in results] == [TestOutcome.PASSED]
