"""What is drawn of the tests: as much as changed, however many there are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from winnow.editor.diagnostics import Failures, diagnose
from winnow.facts import Frame, Snapshot, TestOutcome, TestResult
from winnow.findings import Finding, TestKey

if TYPE_CHECKING:
    from pathlib import Path

    from tests.editor.conftest import Starter

FILES = ("/shop/test_cart.py", "/shop/test_prices.py", "/shop/prices.py")
KEYS = tuple(TestKey(folder="/shop", test=f"test_cart.py::test_{number}") for number in range(3))


@st.composite
def findings(draw: st.DrawFn) -> Finding | None:
    """What may be known of a test, None for one that is gone."""
    if draw(st.booleans()):
        return None
    frames = (Frame(path=path, line=1, name="f") for path in draw(st.lists(st.sampled_from(FILES), max_size=2)))
    result = TestResult(
        test="",
        outcome=draw(st.sampled_from(TestOutcome)),
        seconds=0.1,
        path=draw(st.sampled_from(FILES)),
        frames=tuple(frames),
        flaky=draw(st.booleans()),
    )
    return Finding(key=KEYS[0], result=result)


@given(st.lists(st.tuples(st.sampled_from(KEYS), findings())))
def test_files_hold_the_diagnostics_of_the_tests_as_they_stand_and_each_that_changes_is_named(
    steps: list[tuple[TestKey, Finding | None]],
) -> None:
    failures, standing, snapshot = Failures(), dict[TestKey, Finding](), Snapshot(revision=0)
    for key, found in steps:
        before = {path: failures.at(f"file://{path}") for path in FILES}
        if found is None:
            standing.pop(key, None)
        else:
            standing[key] = replace(found, key=key)
        changed = failures.put(key, standing.get(key), snapshot)
        told = [diagnose(each, snapshot) for each in standing.values()]
        for path in FILES:
            uri = f"file://{path}"
            assert _sorted(failures.at(uri)) == _sorted([row for each in told for row in each.get(uri, ())])
            assert uri in changed or failures.at(uri) == before[path]


def _sorted(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(map(repr, rows))


async def test_a_result_is_told_without_those_that_stand_as_they_did(project: Path, serve: Starter) -> None:
    async with serve(trusted=True) as editor:
        first, second = (editor.name(f"test_prices.py::{name}") for name in ("test_double", "test_zero"))
        editor.open(project / "test_prices.py")
        await editor.until(lambda: {first, second} <= editor.tests.keys(), "The first run of the tests")
        editor.notifications.clear()
        await editor.execute("winnow.runTest", second)
        await editor.until(lambda: editor.last("winnow/tests"), "The run of one test")
        told = [each["params"] for each in editor.notifications if each["method"] == "winnow/tests"]
        assert {row["id"] for each in told for row in each["tests"]} == {second}
        editor.replace(project / "test_prices.py", "def test_zero", "def zero")
        await editor.until(lambda: editor.last("winnow/tests")["gone"], "The end of a test")
        assert editor.tests.keys() == {first}
