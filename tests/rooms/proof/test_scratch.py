"""What a run writes to its scratch folder is gone when it has ended: no later run sees it, and nothing grows."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from winnow.facts import Outcome, TestOutcome
from winnow.proof.agent import sandbox, sandbox_scratch
from winnow.proof.scratch import Scratch

if TYPE_CHECKING:
    from collections.abc import Callable

    from winnow.facts import Snapshot
    from winnow.proof import Prover

PATIENCE = 60.0
CALC = "def total(x):\n    return x\n"
TESTS = """
import os, tempfile
from pathlib import Path
from calc import total

def test_total(request):
    here = Path(tempfile.gettempdir())
    assert here == Path(os.environ["TMPDIR"]) and list(here.iterdir()) == []
    (here / "left").mkdir()
    (here / "left" / "behind").write_text("x" * 10000)
    (here / "left").chmod(0)
    request.config.cache.set("winnow", 1)
    assert total(3) == 3
"""
THREAD = "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
AT_IMPORT = "import tempfile\nfrom pathlib import Path\nfolder = Path(tempfile.mkdtemp())\n(folder / 'made').touch()\n"
OF_IMPORT = """
import conftest
from calc import total

def test_total():
    assert [path.name for path in conftest.folder.iterdir()] == ["made"]
    (conftest.folder / "left").write_text("x")
    assert total(3) == 3
"""
EDITS = {"fork": ("return x", "return +x"), "reimport": (CALC, f"import json\n\n\n{CALC}")}


@pytest.fixture(params=["with namespaces", "without"])
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], Any]:
    def prepared(here: Any) -> Any:
        if request.param == "without":
            here.lacking("namespaces", monkeypatch)
        return here

    return prepared


def written(here: Any) -> list[str]:
    """What lies in the scratch folders of the servers, but their locks."""
    found = []
    for folder in here.state.glob("*/scratch/*/"):
        for path, folders, files in os.walk(folder):  # which does not mind what is removed meanwhile
            found += [str(Path(path, name)) for name in (*folders, *files) if Path(path, name) != folder / "lock"]
    return found


async def cleared(here: Any) -> None:
    """Wait until nothing is left but the empty folders of processes that wait for orders, or fork those that do."""
    left = written(here)
    async with asyncio.timeout(PATIENCE):
        while any(not Path(path).name.isdecimal() for path in left):
            await asyncio.sleep(0.02)
            left = written(here)


async def verdict(prover: Prover, here: Any, snapshot: Snapshot, old: str, new: str) -> tuple[Outcome, str]:
    evidence = await prover.examine(here.candidate(snapshot, "calc", old, new), snapshot, PATIENCE)
    assert evidence.outcome is not Outcome.FAILED, evidence
    return evidence.outcome, evidence.means


@pytest.mark.parametrize("means", EDITS)
async def test_every_verdict_finds_its_scratch_folder_empty_and_leaves_nothing(
    project: Callable[..., Any], machine: Callable[[Any], Any], means: str
) -> None:
    here = machine(project(calc=CALC, test_calc=TESTS))
    snapshot = here.snapshot(calc=CALC)
    async with here.prover() as prover:
        for _ in range(2):
            ended = [(r.outcome, r.message) async for r in prover.rehearse(snapshot, ("test_calc.py::test_total",))]
            assert ended == [(TestOutcome.PASSED, "")]
        for _ in range(3):
            assert await verdict(prover, here, snapshot, *EDITS[means]) == (Outcome.PASSED, means)
        await cleared(here)
    assert written(here) == []


async def test_so_does_every_fresh_interpreter(project: Callable[..., Any], machine: Callable[[Any], Any]) -> None:
    here = machine(project(calc=CALC, test_calc=TESTS, conftest=THREAD))
    snapshot = here.snapshot(calc=CALC)
    async with here.prover() as prover:
        for _ in range(2):
            assert [r.outcome async for r in prover.rehearse(snapshot)] in ([TestOutcome.PASSED], [])
            assert await verdict(prover, here, snapshot, *EDITS["fork"]) == (Outcome.PASSED, "cold")
        await cleared(here)
    assert written(here) == []


@pytest.mark.parametrize("lacking", ["", "namespaces", "overlays"])
async def test_what_importing_the_tests_wrote_is_there_for_each_verdict_alone(
    project: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    here = project(calc=CALC, test_calc=OF_IMPORT, conftest=AT_IMPORT)
    if lacking:
        here.lacking(lacking, monkeypatch)
    snapshot = here.snapshot(calc=CALC)
    means = "fork" if sandbox.available()["overlay"] and not lacking else "cold"
    async with here.prover() as prover:
        assert [(r.outcome, r.message) async for r in prover.rehearse(snapshot)] == [(TestOutcome.PASSED, "")]
        for _ in range(2):
            assert await verdict(prover, here, snapshot, *EDITS["fork"]) == (Outcome.PASSED, means)
        says = (await prover.describe()).says
    assert ("as importing the tests leaves temporary files" in says) == (means == "cold")
    assert written(here) == []


async def test_a_failure_is_told_in_the_same_words_by_every_run(
    project: Callable[..., Any], machine: Callable[[Any], Any]
) -> None:
    tests = (
        "from calc import total\n\n\ndef test_total(tmp_path):\n"
        "    assert total(3) == 3\n    (tmp_path / 'missing').read_text()\n"
    )
    here = machine(project(calc=CALC, test_calc=tests))
    snapshot = here.snapshot(calc=CALC)
    async with here.prover() as prover:
        [told] = [r.message async for r in prover.rehearse(snapshot)]
        assert "'$TMPDIR/pytest-of-" in told
        for _ in range(3):
            assert await verdict(prover, here, snapshot, *EDITS["fork"]) == (Outcome.UNREACHED, "fork")


async def test_servers_of_one_folder_share_nothing_and_what_a_dead_one_left_is_swept(
    project: Callable[..., Any], machine: Callable[[Any], Any]
) -> None:
    here = machine(project(calc=CALC, test_calc=TESTS))
    snapshot = here.snapshot(calc=CALC)
    async with here.prover() as first:
        await first.collect()
        [folder] = here.state.glob("*/scratch")
        [own] = [path for path in folder.iterdir() if path.is_dir()]
        for left in ("tmpleft/123/deep", "cache/v", "tmpunlocked"):
            (folder / left).mkdir(parents=True)
        (folder / "tmpleft" / "lock").touch()
        (folder / "file").touch()
        async with here.prover() as second:
            for prover in (first, second, first):
                assert await verdict(prover, here, snapshot, *EDITS["fork"]) in (
                    (Outcome.PASSED, "fork"),
                    (Outcome.UNREACHED, ""),
                )
            assert own in folder.iterdir()
            assert len(list(folder.iterdir())) == 3
        assert sorted(folder.iterdir()) == sorted([own, folder / "lock"])
    assert list(folder.iterdir()) == [folder / "lock"]


def test_what_a_killed_server_left_is_removed_and_a_living_one_keeps_its_own(tmp_path: Path) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom winnow.proof.scratch import Scratch\n"
        "mine = Scratch.open(Path(sys.argv[1]))\nprint(mine.path, flush=True)\ntime.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        theirs = Path(other.stdout.readline().strip())
        (theirs / "123").mkdir()
        Scratch.open(tmp_path).close()
        assert (theirs / "123").is_dir()
        other.kill()
    mine = Scratch.open(tmp_path)
    assert not theirs.exists()
    mine.close()
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_a_hostile_tree_is_removed_and_what_it_links_to_is_not(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "victim").touch()
    tree = tmp_path / "123"
    tree.mkdir()
    (tree / "link").symlink_to(tmp_path / "outside")
    for name in ("a", "b", "c"):
        (tree / name / "below").mkdir(parents=True)
        (tree / name / "below" / "file").touch()
        (tree / name / "below").chmod(0)
        (tree / name).chmod(0o500)
    os.mkfifo(tree / "pipe")
    deepest = os.open(tree, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("deeper", dir_fd=deepest)
        inner = os.open("deeper", os.O_RDONLY, dir_fd=deepest)
        os.close(deepest)
        deepest = inner
    os.close(deepest)
    (tmp_path / "124").mkdir()
    (tmp_path / "125").symlink_to(tmp_path / "outside")
    (tmp_path / "lock").touch()
    sandbox.clear(str(tmp_path), {124})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["124", "lock", "outside"]
    assert (tmp_path / "outside" / "victim").exists()
    sandbox.clear(str(tmp_path / "nowhere"), ())


def test_a_folder_that_is_moved_away_while_it_is_emptied_takes_nothing_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("123/moved/asset", "123/moved/below", "home/asset"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "home" / "asset" / "victim").touch()
    without_files = sandbox_scratch._without_files

    def moving(folder: int) -> list[str]:
        if Path(f"/proc/self/fd/{folder}").readlink().name == "below":
            (tmp_path / "123" / "moved" / "below").rename(tmp_path / "home" / "below")
        return sorted(without_files(folder))

    monkeypatch.setattr(sandbox_scratch, "_without_files", moving)
    sandbox_scratch.remove(str(tmp_path / "123"))
    assert (tmp_path / "home" / "asset" / "victim").exists()
    assert (tmp_path / "123" / "moved" / "asset").exists()
    monkeypatch.undo()
    sandbox_scratch.remove(str(tmp_path / "123"))
    assert not (tmp_path / "123").exists()
