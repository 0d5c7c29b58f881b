"""Collecting the tests runs the project's code too: nothing of that lands in the user's tree."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from winnow.facts import Outcome, TestOutcome
from winnow.proof.agent import sandbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PATIENCE = 60.0
CALC = "def f():\n    return 1\n"
WRITES = """
import pathlib, socket
here = pathlib.Path(__file__).parent
(here / "made.txt").write_text("at import")
(here / "folder").mkdir()

def pytest_collection_modifyitems(items):
    (here / "folder" / "later.txt").write_text("at collection")
    with socket.socket() as any_socket:
        any_socket.settimeout(1)
        assert any_socket.connect_ex(("192.0.2.1", 80)) != 0
"""
READS = """
import pathlib
from calc import f
here = pathlib.Path(__file__).parent

def test_made():
    assert f() and (here / "made.txt").read_text() == "at import"
    assert (here / "folder" / "later.txt").read_text() == "at collection"
    (here / "made.txt").write_text("by a test")
"""


def tree(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.skipif(not sandbox.available()["overlay"], reason="the kernel refuses overlays here")
async def test_what_is_written_while_collecting_is_there_for_the_tests_and_not_in_the_tree(
    project: Callable[..., Any],
) -> None:
    here = project(calc=CALC, conftest=WRITES, test_calc=READS)
    before = tree(here.folder)
    snapshot = here.snapshot(calc=CALC)
    async with here.prover() as prover:
        assert [(r.outcome, r.message) async for r in prover.rehearse(snapshot)] == [(TestOutcome.PASSED, "")]
        for new in ("2", "3"):
            evidence = await prover.examine(here.candidate(snapshot, "calc", "1", new), snapshot, PATIENCE)
            assert (evidence.outcome, evidence.means) == (Outcome.PASSED, "fork"), evidence
    assert tree(here.folder) == before


async def test_a_file_that_is_replaced_on_the_disk_is_seen(project: Callable[..., Any]) -> None:
    here = project(calc=CALC, test_calc="from calc import f\n\ndef test_f():\n    assert f() == 1\n")
    async with here.prover() as prover:
        assert [r.outcome async for r in prover.rehearse(here.snapshot())] == [TestOutcome.PASSED]
        here.write("new.py", CALC.replace("1", "2"))
        (here.folder / "new.py").replace(here.folder / "calc.py")
        failed = [r async for r in prover.rehearse(here.snapshot(), ("test_calc.py::test_f",))]
    assert [(r.outcome, r.message) for r in failed] == [(TestOutcome.FAILED, "assert 2 == 1\n +  where 2 = f()")]


async def test_a_project_that_does_without_the_cache_of_pytest_is_collected(project: Callable[..., Any]) -> None:
    here = project(calc=CALC, test_calc="from calc import f\n\ndef test_f():\n    assert f()\n")
    here.write("pytest.ini", "[pytest]\naddopts = -p no:cacheprovider --strict-config\n")
    async with here.prover() as prover:
        means = await prover.describe()
    assert means.ok, means


async def test_where_strength_is_required_and_lacking_nothing_is_collected(
    project: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = project(calc=CALC, test_calc="open('ran', 'w').close()\n\ndef test(): pass\n")
    (here.folder / "sitecustomize.py").write_text(
        "import sys\nif 'linux' in sys.platform:\n    sys.platform = 'linux-of-old'\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(here.folder))
    async with here.prover(replace(here.settings, sandbox="strong")) as prover:
        means = await prover.describe()
    assert not means.ok
    assert "winnow.sandbox.require" in means.says


async def test_the_key_of_the_endpoint_stays_with_the_server(
    project: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a key")
    here = project(test_key="import os\n\ndef test_key():\n    assert 'OPENAI_API_KEY' not in os.environ\n")
    async with here.prover() as prover:
        assert [(r.outcome, r.message) async for r in prover.rehearse(here.snapshot())] == [(TestOutcome.PASSED, "")]
