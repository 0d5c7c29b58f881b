"""The interpreter that a setting names is found however a person writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from winnow.proof.interpreter import NoTestsError, find_interpreter
from winnow.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project beside its environment, both at home."""
    python = tmp_path / "own" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch(mode=0o755)
    (tmp_path / "shop").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("OWN", str(python.parent))
    monkeypatch.setenv("PATH", str(python.parent))
    return tmp_path / "shop"


@pytest.mark.parametrize(
    "written",
    ["~/own/bin/python", "../own/bin/python", "$OWN/python", "${workspaceFolder}/../own/bin/python", "python"],
)
def test_an_interpreter_is_found_as_it_is_written(folder: Path, tmp_path: Path, written: str) -> None:
    found = find_interpreter(str(folder), Settings(interpreter=written))
    assert (folder / found).resolve() == tmp_path / "own" / "bin" / "python"


@pytest.mark.parametrize("written", ["~/other/python", "~nobody-of-that-name/bin/python", "py\0thon"])
def test_one_that_is_not_there_is_named(folder: Path, written: str) -> None:
    with pytest.raises(NoTestsError, match=f"{written}, which is no program"):
        find_interpreter(str(folder), Settings(interpreter=written))
