"""Patterns mean what they mean to git, also those that hardly mean anything."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from winnow.workspace import Ignored, files, ignored
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


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with another one in it, an ignored folder, and patterns of both kinds."""
    top = (tmp_path / "project").resolve()
    for folder in ("private", "inner", "src", "not yet"):
        (top / folder).mkdir(parents=True)
    for repository in (top, top / "inner"):
        subprocess.run(["git", "init", "-q", str(repository)], check=True)
    (top / ".gitignore").write_text("local_*.py\nprivate/\n:x.py\n")
    (top / ".winnowignore").write_text("formula.py\n/src/deep/\n")
    (top / "inner" / ".gitignore").write_text("made.py\n")
    (top / "src" / "link.md").symlink_to(top / "private" / "notes.md")
    return top


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.py", False),
        ("local_settings.py", True),
        ("src/local_settings.py", True),
        ("private/notes.md", True),
        ("src/link.md", True),
        ("src/formula.py", True),
        ("src/deep/new/a.py", True),
        ("src/deeper.py", False),
        ("inner/made.py", True),
        ("inner/own.py", False),
        ("inner/formula.py", True),
        ("not yet/there/a.py", False),
        (":x.py", True),
        ("src/*.py", False),
    ],
)
@pytest.mark.parametrize("inside", [[""], []], ids=["in a folder", "by itself"])
def test_a_file_is_ignored_by_git_and_by_patterns_of_ours(
    name: str, expected: object, inside: list[str], project: Path
) -> None:
    assert ignored.is_ignored(str(project / name), [str(project / folder) for folder in inside]) is expected


def test_without_git_the_patterns_of_the_folder_count(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ignored, "GIT", ("no-such-git",))
    names = ("a.py", "local_a.py", "src/formula.py")
    found = [name for name in names if ignored.is_ignored(str(project / name), [str(project)])]
    assert found == ["local_a.py", "src/formula.py"]


def test_a_text_without_a_name_is_not_ignored() -> None:
    assert not ignored.is_ignored("untitled:Untitled-1", ["/"])


async def test_git_is_asked_once_for_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(ignored, "is_ignored", lambda path, _: bool(asked.append(path)) or path == "/p/b.py")  # type: ignore[func-returns-value]
    known = Ignored()
    for folders in (["/p"], ["/p"], ["/p", "/q"]):
        assert await known.among(["/p/a.py", "/p/b.py"], folders) == {"/p/b.py"}
    assert asked == ["/p/a.py", "/p/b.py"] * 2
    known.forget(["/p/b.py"])
    await known.among(["/p/a.py", "/p/b.py"], ["/p", "/q"])
    assert asked[4:] == ["/p/b.py"]
