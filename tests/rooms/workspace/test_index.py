"""The index with its worker processes and its cache, on real files."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING

import orjson
import pytest

from winnow.workspace import Index, workers
from winnow.workspace.workers import Readers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SHOP = "class Shop:\n    def open(self, hour: int) -> bool:\n        return hour > 8\n"
TOOLS = "def open(path):\n    return path\n\nLIMIT = 3\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "shop.py").write_text(SHOP, encoding="utf-8")
    (folder / "tools.py").write_text(TOOLS, encoding="utf-8")
    return folder


async def built(project: Path) -> Index:
    made = Index(project.parent / "cache")
    await made.build([str(project)], lambda _done, _total: None)
    return made


def told(made: Index) -> dict[str, list[tuple[str, str, str]]]:
    names = ("Shop", "open", "LIMIT", "close")
    return {name: [(each.kind, each.qualified, each.signature) for each in made.find(name)] for name in names}


WHOLE = {
    "Shop": [("class", "Shop", "class Shop")],
    "open": [
        ("method", "Shop.open", "def open(self, hour: int) -> bool"),
        ("function", "open", "def open(path)"),
    ],
    "LIMIT": [("variable", "LIMIT", "LIMIT = 3")],
    "close": [],
}


async def test_what_the_files_define_is_found_by_name(project: Path) -> None:
    made = await built(project)
    assert told(made) == WHOLE
    assert made.find("open", 1) == ()
    assert made.beside(str(project / "shop.py")) == (str(project / "tools.py"),)


async def test_a_second_start_reads_no_file_that_is_as_it_was(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await built(project)
    (project / "tools.py").write_text("def close(path): ...\n", encoding="utf-8")
    read: list[str] = []
    scan_all = Readers.scan_all

    async def watched(readers: Readers, paths: Sequence[str], take: object) -> None:
        read.extend(paths)
        await scan_all(readers, paths, take)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(Readers, "scan_all", watched)
    made = await built(project)
    assert read == [str(project / "tools.py")]
    assert [each.path for each in made.find("open")] == [str(project / "shop.py")]
    assert [each.path for each in made.find("close")] == [str(project / "tools.py")]


async def test_a_damaged_cache_is_made_anew_and_the_person_is_told(project: Path) -> None:
    await built(project)
    (kept,) = (project.parent / "cache").glob("*.sqlite")
    kept.write_bytes(b"not a database" * 400)
    made = await built(project)
    assert told(made) == WHOLE
    assert "damaged" in made.trouble
    assert (await built(project)).trouble == ""


async def test_a_file_that_changes_is_read_anew_and_one_that_is_gone_is_forgotten(project: Path) -> None:
    made = await built(project)
    (project / "shop.py").write_text("def close(): ...\n", encoding="utf-8")
    (project / "tools.py").unlink()
    await made.refresh([str(project / "shop.py"), str(project / "tools.py")])
    assert {name: len(found) for name, found in told(made).items()} == {"Shop": 0, "open": 0, "LIMIT": 0, "close": 1}
    assert made.files() == (str(project / "shop.py"),)


async def test_a_folder_that_is_left_while_it_is_read_is_not_taken_in_and_others_are(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = project.parent / "other"
    other.mkdir()
    (other / "gone.py").write_text("def gone(): ...\n", encoding="utf-8")
    made = Index(project.parent / "cache")
    scan_all = Readers.scan_all

    async def left(readers: Readers, paths: Sequence[str], take: object) -> None:
        if str(other / "gone.py") in paths:
            made.forget_folder(str(other))
        await scan_all(readers, paths, take)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(Readers, "scan_all", left)
    await made.build([str(other), str(project)], lambda _done, _total: None)
    assert made.find("gone") == ()
    assert told(made) == WHOLE


async def test_a_worker_that_gets_no_processor_is_replaced_by_one_that_does(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "IDLE_SECONDS", 0.0)
    monkeypatch.setattr(workers, "SURVEY_SECONDS", 0.0)
    assert told(await built(project)) == WHOLE


WORKER = """#!{python}
import os, sys
from winnow.workspace import scanning
scan = scanning.scan
scanning.scan = lambda path: os._exit(1) if path.endswith("deadly.py") else scan(path)
sys.argv = ["scanning", *sys.argv[4:]]
scanning.main()
"""


def stand_in(monkeypatch: pytest.MonkeyPatch, path: Path, text: str) -> None:
    """Have another program started where a worker would be."""
    path.write_text(text, encoding="utf-8")
    path.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(path))


async def test_a_file_on_which_the_parser_dies_is_lost_alone(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deadly = project / "deadly.py"
    deadly.write_text("def close(): ...\n", encoding="utf-8")
    stand_in(monkeypatch, project.parent / "worker", WORKER.format(python=sys.executable))
    made = await built(project)
    assert told(made) == WHOLE
    assert made.troubles() == {str(deadly): workers.FATAL}


async def test_workers_that_die_at_once_are_not_started_for_ever(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, project.parent / "worker", "#!/bin/sh\nexit 1\n")
    with pytest.raises(RuntimeError, match="die at once"):
        await built(project)


async def test_a_worker_ends_without_a_word_when_the_server_is_gone(project: Path) -> None:
    command = (sys.executable, "-m", "winnow.workspace.scanning")
    pipe = asyncio.subprocess.PIPE
    worker = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)  # noqa: ASYNC220 - its pipe is closed by hand
    assert worker.stdout is not None
    worker.stdout.close()
    worker.stdout = None
    _, complaints = await asyncio.to_thread(worker.communicate, orjson.dumps([str(project / "shop.py")]) + b"\n", 60)
    assert (worker.returncode, complaints) == (0, b"")


async def test_a_change_of_no_source_file_reads_nothing_anew(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await built(project)
    read: list[str] = []

    async def scan_all(_readers: Readers, paths: Sequence[str], _take: object) -> None:
        read.extend(paths)

    monkeypatch.setattr(Readers, "scan_all", scan_all)
    await made.refresh([])
    await made.refresh([str(project / "shop.sqlite")])
    assert read == []


async def test_what_is_ignored_from_now_on_leaves_and_what_is_not_any_more_comes(project: Path) -> None:
    (project / ".winnowignore").write_text("tools.py\n")
    made = await built(project)
    shop, tools = (str(project / name) for name in ("shop.py", "tools.py"))
    assert [made.holds(shop), made.holds(tools), await made.takes(tools)] == [True, False, False]
    (project / ".winnowignore").write_text("shop.py\n")
    assert await made.relist() == {shop}
    assert [made.holds(shop), made.holds(tools), await made.takes(tools)] == [False, True, True]
    assert [each.path for each in made.find("open")] == [tools]
