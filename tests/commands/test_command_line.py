"""The commands, as a person runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from winnow import __version__

if TYPE_CHECKING:
    from pathlib import Path


def winnow(*words: str, state: Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    return subprocess.run(
        [sys.executable, "-m", "winnow", *words],
        capture_output=True,
        text=True,
        cwd=folder or state,
        env={**environment, "WINNOW_STATE": str(state / "state"), "NO_COLOR": "1"},
        check=False,
        timeout=120,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "test_one.py").write_text("def test_one():\n    assert True is not False\n")
    (folder / "conftest.py").write_text("open('ran', 'w').close()\n")
    return folder


def test_the_version_is_said(tmp_path: Path) -> None:
    assert winnow("--version", state=tmp_path).stdout == f"winnow {__version__}\n"


def test_the_help_names_every_command_with_a_sentence(tmp_path: Path) -> None:
    said = winnow("--help", state=tmp_path).stdout
    for command in ("serve", "doctor", "why", "report", "usage", "model", "gate", "eval"):
        assert f"    {command} " in said


def test_without_words_the_help_is_shown_and_the_exit_code_says_so(tmp_path: Path) -> None:
    done = winnow(state=tmp_path)
    assert done.returncode == 2
    assert "usage: winnow" in done.stdout


def test_the_doctor_runs_nothing_of_a_project_that_nobody_trusts(tmp_path: Path, project: Path) -> None:
    done = winnow("doctor", state=tmp_path, folder=project)
    assert "not trusted" in done.stdout
    assert not (project / "ran").exists()


def test_the_doctor_names_interpreter_tests_sandbox_and_model(tmp_path: Path, project: Path) -> None:
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / ".venv" / "bin" / "python").symlink_to(sys.executable)
    done = winnow("doctor", "--trust", state=tmp_path, folder=project)
    assert "embedded" in done.stdout
    assert "test" in done.stdout
    assert "pytest" in done.stdout
    assert "· An edit inside functions is tried in a fork" in done.stdout
    assert done.returncode in {0, 1}


def test_the_doctor_says_why_every_edit_takes_a_fresh_interpreter(tmp_path: Path, project: Path) -> None:
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (project / "conftest.py").write_text("import asyncio\n\nloop = asyncio.new_event_loop()\n")
    done = winnow("doctor", "--trust", state=tmp_path, folder=project)
    assert "fresh interpreter, which takes longer, as importing the tests opens an event loop." in done.stdout


def test_the_doctor_says_what_to_do_about_a_folder_that_is_not_there(tmp_path: Path) -> None:
    done = winnow("doctor", "nowhere", state=tmp_path)
    assert done.returncode == 2
    assert "is no folder" in done.stderr


def test_why_says_that_nothing_was_decided_yet(tmp_path: Path) -> None:
    done = winnow("why", state=tmp_path)
    assert "decided" in done.stdout + done.stderr
