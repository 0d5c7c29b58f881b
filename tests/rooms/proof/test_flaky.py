"""A test that ends differently on the same code neither refutes nor proves, and the person sees which it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from winnow.editor.diagnostics import INFORMATION, diagnose
from winnow.facts import Outcome, TestOutcome, TestResult
from winnow.findings import Finding, TestKey
from winnow.words import standing_says

if TYPE_CHECKING:
    from collections.abc import Callable

    from winnow.facts import Snapshot
    from winnow.proof import Prover

PATIENCE = 60.0
CALC = "def f():\n    return 1\n"
BY_CHANCE = "import time\nfrom calc import f\n\ndef test_f():\n    assert f() and time.perf_counter_ns() // 64 % 2\n"
TEST = "test_calc.py::test_f"


async def until_known(prover: Prover, snapshot: Snapshot) -> list[TestResult]:
    """What a test said until it was known to be flaky; it would take a coin that falls on one side forty times."""
    told: list[TestResult] = []
    for _ in range(40):
        told += [result async for result in prover.rehearse(snapshot, (TEST,))]
        if told[-1].flaky:
            return told
    return told


async def test_a_flaky_test_neither_refutes_nor_proves_and_is_known_the_next_day(project: Callable[..., Any]) -> None:
    here = project(calc=CALC, test_calc=BY_CHANCE)
    snapshot = here.snapshot(calc=CALC)
    async with here.prover() as prover:
        first = [result async for result in prover.rehearse(snapshot)]
        assert [result.flaky for result in first] == [False]
        told = first + await until_known(prover, snapshot)
        assert told[-1].flaky
        assert {result.outcome for result in told} == {TestOutcome.PASSED, TestOutcome.FAILED}
    async with here.prover() as prover:
        assert [result.flaky async for result in prover.rehearse(snapshot)] == [True]
        means = await prover.describe()
        assert f"1 flaky: {TEST} ended differently on the same code, and neither refute nor prove." in means.notes
        for new in ("0", "2"):
            evidence = await prover.examine(here.candidate(snapshot, "calc", "1", new), snapshot, PATIENCE)
            assert (evidence.outcome, evidence.refuted) == (Outcome.UNREACHED, False), evidence


async def test_a_test_is_taken_for_sound_again_when_somebody_edits_it(project: Callable[..., Any]) -> None:
    here = project(calc=CALC, test_calc=BY_CHANCE)
    async with here.prover() as prover:
        [_ async for _ in prover.rehearse(here.snapshot(calc=CALC))]
        await until_known(prover, here.snapshot(calc=CALC))
        mended = here.snapshot(calc=CALC, test_calc=BY_CHANCE.replace(" and time.perf_counter_ns() // 64 % 2", ""))
        assert [r.flaky async for r in prover.rehearse(mended)] == [False]


async def test_a_test_that_fails_since_a_file_was_saved_is_not_flaky(project: Callable[..., Any]) -> None:
    here = project(calc=CALC, test_calc="from calc import f\n\ndef test_f():\n    assert f() == 1\n")
    async with here.prover() as prover:
        [_ async for _ in prover.rehearse(here.snapshot())]
        here.write("calc.py", CALC.replace("1", "2"))
        told = [r async for r in prover.rehearse(here.snapshot(), (TEST,))]
    assert [(r.outcome.value, r.flaky) for r in told] == [("failed", False)]


def test_a_flaky_test_counts_neither_way_in_what_is_shown(project: Callable[..., Any]) -> None:
    here = project()
    path = str(here.folder / "test_calc.py")
    passed = TestResult(test="a", outcome=TestOutcome.PASSED, seconds=0.0)
    flaky = TestResult(test="b", outcome=TestOutcome.FAILED, seconds=0.0, message="no", path=path, flaky=True)
    assert standing_says([passed, flaky]) == "✓ 1 test, 1 flaky"
    assert standing_says([passed]) == "✓ 1 test"
    finding = Finding(key=TestKey(folder=str(here.folder), test="b"), result=flaky)
    shown = diagnose(finding, here.snapshot())[here.uri("test_calc.py")]
    assert [row["severity"] for row in shown] == [INFORMATION]
    assert shown[0]["message"].endswith("(flaky: it has ended differently on the same code)")
