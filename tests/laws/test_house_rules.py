"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "server" / "winnow"
SOURCES = sorted(SERVER.rglob("*.py"))
FORBIDDEN_IN_NAMES = re.compile(r"(^|_)(manager|utils?|helpers?|handlers?|common|misc|base)(_|$)", re.IGNORECASE)
SPLIT_SOURCES = {"mend", "proof", "repair"}
"""The rooms that look up lines of a source by their number."""
FILE_LIMIT = 300
FUNCTION_LIMIT = 40


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_there_are_sources_to_judge() -> None:
    assert len(SOURCES) > 40


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= FILE_LIMIT


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    long = [each.name for each in functions(path) if (each.end_lineno or 0) - each.lineno >= FUNCTION_LIMIT]
    assert not long


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_names_say_what_a_thing_does_rather_than_that_it_helps(path: Path) -> None:
    assert not FORBIDDEN_IN_NAMES.search(path.stem)
    tree = ast.parse(path.read_text())
    names = [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    assert not [name for name in names if FORBIDDEN_IN_NAMES.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name))]


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_nothing_is_left_unfinished(path: Path) -> None:
    assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError", path.read_text())


@pytest.mark.parametrize(
    "path", [each for each in SOURCES if each.relative_to(SERVER).parts[0] in SPLIT_SOURCES], ids=relative
)
def test_a_source_is_split_into_the_lines_that_python_counts(path: Path) -> None:
    """``str.splitlines`` also ends a line at a form feed or U+2028; ``winnow.text`` and the agent's own do not."""
    assert ".splitlines(" not in path.read_text()


def test_every_room_has_a_door_that_says_what_it_offers() -> None:
    rooms = [each for each in SERVER.iterdir() if each.is_dir() and each.name not in {"__pycache__", "commands"}]
    for room in rooms:
        door = ast.parse((room / "__init__.py").read_text())
        assert ast.get_docstring(door)
        assert any(isinstance(node, ast.Assign) and "__all__" in ast.dump(node) for node in door.body), room.name


def test_every_language_is_a_folder_without_python() -> None:
    languages = [each for each in (ROOT / "grammars").iterdir() if each.is_dir()]
    assert languages
    for language in languages:
        assert (language / "language.toml").is_file()
        code = [each for each in language.rglob("*.py") if "fixtures" not in each.parts]
        assert not code
