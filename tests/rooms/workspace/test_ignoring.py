"""Patterns mean what they mean to git, also those that hardly mean anything."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from winnow.workspace import files
from winnow.workspace.ignoring import Ignoring

PATHS = (
    "a.py", "notes.py", "notes[].py", "notes].py", "notes!.py", "build/a.py", "src/build/a.py", "src/a.py",
    "src/deep/a.py", "src/deep/er/a.py", "docs/notes.py", "#a.py", "!a.py", "z.py", "-.py", "d.py",
)  # fmt: skip


@pytest.mark.parametrize(
    "lines",
    [
        ["*.py", "!a.py"],
        ["build/"],
        ["/build"],
        ["src/*/a.py"],
        ["src/**/a.py", "**/notes.py"],
        ["src/**"],
        ["# a comment", "\\#a.py", "\\!a.py"],
        ["[a-n]*.py"],
        ["[!a-n]*.py"],
        ["[^a-n]*.py", "[^].py"],
        ["notes[]].py"],
        ["notes[!]].py"],
        ["notes[].py"],
        ["notes[!].py"],
        ["[z-a].py"],
        ["[", "[]", "[!]", "a[", "?.py"],
        ["[b-a-n]*.py", "[!z-a].py", "[z-ac-d].py"],
        ["[a-]*.py"],
        ["src", "!src/a.py"],
        ["notes\\[].py", "\\?.py", "\\z.py"],
    ],
    ids="; ".join,
)
def test_a_pattern_means_what_it_means_to_git(lines: list[str], tmp_path: Path) -> None:
    def git(*words: str, **named: object) -> bytes:
        answer = subprocess.run(["git", "-C", str(tmp_path), *words], capture_output=True, check=False, **named)  # type: ignore[call-overload]
        return bytes(answer.stdout)

    git("init", "-q")
    (tmp_path / ".gitignore").write_text("\n".join(lines))
    listed = git("check-ignore", "--no-index", "-z", "--stdin", input="\0".join(PATHS).encode())
    by_git = set(listed.decode().split("\0")) - {""}
    ignoring = Ignoring.read(tmp_path / ".gitignore")
    assert {path for path in PATHS if ignoring.covers(Path(path).parts)} == by_git


def test_so_many_paths_that_no_command_takes_them_are_ignored_as_few_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / ".gitignore").write_text("made.py\n")
    for name in ("made.py", "own.py"):
        (inside / name).touch()
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    among = [str(inside / name) for name in ("made.py", "own.py", "gone.py")]
    for most in (files.ARGUMENTS, 10):
        monkeypatch.setattr(files, "ARGUMENTS", most)
        assert files.project_files(str(tmp_path), [".py"], among) == [str(inside / "own.py")]
    assert files.project_files(str(tmp_path), [".py"], among[:1]) == []
