from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from winnow import facts
from winnow.facts import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 60.0


@pytest.mark.parametrize(
    ("old", "new", "outcome", "means"),
    [
        ("a + b", "b + a", Outcome.PASSED, "fork"),
        ("a + b", "a - b", Outcome.FAILED, "fork"),
        ("def add(a, b):", "def add(a, b, c):", Outcome.FAILED, "reimport"),
        ("def add(a, b):", "LIMIT = 3\n\n\ndef add(a, b):", Outcome.PASSED, "reimport"),
        ("return a + b", "while True: pass", Outcome.UNFINISHED, "fork"),
        ("return a + b", "import os; os._exit(0)", Outcome.UNFINISHED, "fork"),
        ("return a + b", "import ctypes; return ctypes.string_at(0)", Outcome.UNFINISHED, "fork"),
        ("def add(a, b):", "raise ImportError\n\n\ndef add(a, b):", Outcome.FAILED, "reimport"),
    ],
)
async def test_the_affected_tests_judge_a_candidate(
    project: Callable[..., Any], old: str, new: str, outcome: Outcome, means: str
) -> None:
    here = project()
    text = (here.folder / "calc.py").read_text()
    snapshot = here.snapshot(calc=text)
    async with here.prover() as prover:
        evidence = await prover.examine(here.candidate(snapshot, "calc", old, new), snapshot, PATIENCE)
    assert (evidence.outcome, evidence.means) == (outcome, means), evidence
    assert (here.folder / "calc.py").read_text() == text


async def test_what_does_not_parse_is_refuted_without_a_run(project: Callable[..., Any]) -> None:
    here = project()
    snapshot = here.snapshot(calc=(here.folder / "calc.py").read_text())
    async with here.prover() as prover:
        evidence = await prover.examine(here.candidate(snapshot, "calc", "a + b", "a +"), snapshot, PATIENCE)
    assert not evidence.parses
    assert evidence.refuted
    assert evidence.tests == ()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("a + b", "undefined + b", "`undefined` is not defined here"),
        ("def add(a, b):", "import not_there\n\n\ndef add(a, b):", "module `not_there` cannot be found"),
        ("def add(a, b):", "import json\n\njson.dump_str(1)\n\n\ndef add(a, b):", "`json` has no member `dump_str`"),
    ],
)
async def test_an_invented_name_refutes_before_any_test_runs(
    project: Callable[..., Any], old: str, new: str, says: str
) -> None:
    here = project()
    snapshot = here.snapshot(calc=(here.folder / "calc.py").read_text())
    async with here.prover() as prover:
        evidence = await prover.examine(here.candidate(snapshot, "calc", old, new), snapshot, PATIENCE)
    assert [each.startswith(says) for each in evidence.unknown] == [True], evidence
    assert evidence.refuted
    assert evidence.tests == ()


async def test_nothing_of_an_untrusted_workspace_runs(project: Callable[..., Any]) -> None:
    here = project(calc="def f():\n    return 1\n", test_calc="open('ran', 'w').close()\n\ndef test(): pass\n")
    snapshot = here.snapshot(calc="def f():\n    return 1\n")
    async with here.prover(replace(here.settings, trusted=False)) as prover:
        evidence = await prover.examine(here.candidate(snapshot, "calc", "1", "2"), snapshot, PATIENCE)
        assert [result async for result in prover.rehearse(snapshot)] == []
    assert evidence.outcome is Outcome.REFUSED
    assert "not trusted" in evidence.detail
    assert not (here.folder / "ran").exists()


async def test_a_test_that_fails_already_does_not_refute(project: Callable[..., Any]) -> None:
    here = project(
        calc="def f():\n    return 1\n",
        test_calc=(
            "from calc import f\n\ndef test_a():\n    if f() != 5:\n        raise ValueError('not five')\n\n"
            "def test_b():\n    assert f() > 0\n"
        ),
    )
    snapshot = here.snapshot(calc="def f():\n    return 1\n")
    async with here.prover() as prover:
        evidence = await prover.examine(here.candidate(snapshot, "calc", "1", "2"), snapshot, PATIENCE)
        assert evidence.outcome is Outcome.PASSED
        must = "test_calc.py::test_a"
        wrong = await prover.examine(here.candidate(snapshot, "calc", "1", "2"), snapshot, PATIENCE, must_pass=(must,))
        right = await prover.examine(here.candidate(snapshot, "calc", "1", "5"), snapshot, PATIENCE, must_pass=(must,))
    assert (wrong.outcome, right.outcome) == (Outcome.FAILED, Outcome.PASSED)


async def test_a_test_that_never_ends_says_nothing_unless_it_is_to_be_mended(project: Callable[..., Any]) -> None:
    text = "def wait(n):\n    while n:\n        pass\n    return 1\n"
    here = project(
        calc=text,
        test_calc="from calc import wait\n\ndef test_a():\n    wait(5)\n\ndef test_b():\n    assert wait(0) == 1\n",
        test_other="from calc import wait\n\ndef test_c():\n    wait(7)\n",
    )
    snapshot = here.snapshot(calc=text)
    async with here.prover(replace(here.settings, test_seconds=0.5)) as prover:
        _ = [result async for result in prover.rehearse(snapshot)]
        same, wrong = [
            await prover.examine(here.candidate(snapshot, "calc", "1", new), snapshot, PATIENCE)
            for new in ("3 - 2", "2")
        ]
        must = ("test_calc.py::test_a",)
        mended = here.candidate(snapshot, "calc", "pass", "n -= 1")
        mending = await prover.examine(mended, snapshot, PATIENCE, must_pass=must)
    assert (same.outcome, [result.test for result in same.tests]) == (Outcome.PASSED, ["test_calc.py::test_b"])
    assert wrong.outcome is Outcome.FAILED
    assert (mending.outcome, len(mending.tests)) == (Outcome.PASSED, 3)


async def test_a_quick_test_that_takes_far_longer_than_ever_is_called_endless_soon(project: Callable[..., Any]) -> None:
    here = project()
    patient = replace(here.settings, test_seconds=600.0)
    snapshot = here.snapshot(calc=(here.folder / "calc.py").read_text())
    async with here.prover(patient) as prover:
        _ = [result async for result in prover.rehearse(snapshot)]
        endless = here.candidate(snapshot, "calc", "return a + b", "while True: pass")
        evidence = await prover.examine(endless, snapshot, PATIENCE)
    assert evidence.outcome is Outcome.UNFINISHED
    assert "did not end within" in evidence.detail
    assert "600" not in evidence.detail


async def test_the_buffer_is_tested_where_it_differs_from_the_disk(project: Callable[..., Any]) -> None:
    here = project()
    text = (here.folder / "calc.py").read_text().replace("self.count, 1)", "self.count, 7)")
    snapshot = here.snapshot(calc=text)
    async with here.prover() as prover:
        results = {r.test: r async for r in prover.rehearse(snapshot)}
        assert results["test_calc.py::TestCounter::test_up"].outcome is facts.TestOutcome.FAILED
        assert results["test_calc.py::test_scale[2]"].outcome is facts.TestOutcome.PASSED
        repaired = here.candidate(snapshot, "calc", "self.count, 7)", "self.count, 1)")
        evidence = await prover.examine(repaired, snapshot, PATIENCE, must_pass=("test_calc.py::TestCounter::test_up",))
    assert evidence.outcome is Outcome.PASSED
    assert evidence.selected == 1
    assert evidence.means == "fork"


async def test_a_function_of_hundreds_of_branches_is_tried_like_any_other(project: Callable[..., Any]) -> None:
    branches = "".join(f"    elif x == {number}:\n        y = {number}\n" for number in range(1, 400))
    calc = f"def same(x):\n    if x == 0:\n        y = 0\n{branches}    return y\n"
    here = project(calc=calc, test_calc="from calc import same\n\n\ndef test_same():\n    assert same(399) == 399\n")
    snapshot = here.snapshot(calc=calc)
    async with here.prover() as prover:
        assert [result.message async for result in prover.rehearse(snapshot)] == [""]
        for new, outcome in (("return +y", Outcome.PASSED), ("return -y", Outcome.FAILED)):
            evidence = await prover.examine(here.candidate(snapshot, "calc", "return y", new), snapshot, PATIENCE)
            assert (evidence.parses, evidence.outcome, evidence.means) == (True, outcome, "fork"), evidence
