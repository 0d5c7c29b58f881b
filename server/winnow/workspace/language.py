"""Languages, each read from its folder in ``grammars/``: a description, five queries, no Python."""

from __future__ import annotations

import importlib
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from tree_sitter import Language as Grammar
from tree_sitter import Query

PACKAGE = Path(__file__).parents[1]
NODE_TYPES = (
    "comments",
    "strings",
    "string-starts",
    "interpolations",
    "blocks",
    "block-openers",
    "outer",
)


@dataclass(frozen=True, kw_only=True)
class Language:
    """One folder of ``grammars/``, loaded; each of its queries is read when it is first asked for."""

    folder: Path
    name: str
    extensions: tuple[str, ...]
    indented: bool
    comments: frozenset[str]
    strings: frozenset[str]
    string_starts: frozenset[str]
    interpolations: frozenset[str]
    blocks: frozenset[str]
    block_openers: frozenset[str]
    outer: frozenset[str]
    test_files: tuple[str, ...]
    grammar: Grammar

    @cached_property
    def tags(self) -> Query:
        """What a file defines."""
        return self._query("tags")

    @cached_property
    def context(self) -> Query:
        """What encloses a place."""
        return self._query("context")

    @cached_property
    def imports(self) -> Query:
        """What a file imports."""
        return self._query("imports")

    @cached_property
    def names(self) -> Query:
        """Which names a text binds and reads."""
        return self._query("names")

    @cached_property
    def tests(self) -> Query:
        """What a test runner would take for a test."""
        return self._query("tests")

    def _query(self, name: str) -> Query:
        return Query(self.grammar, (self.folder / f"{name}.scm").read_text("utf-8"))

    def tests_in(self, path: str) -> bool:
        """Whether a test runner would look for tests in a file of this name."""
        name = path.rpartition("/")[2]
        return any(fnmatchcase(name, pattern) for pattern in self.test_files)


def grammars() -> Path:
    """The folder of languages: inside the package where it is installed, at the top in a checkout."""
    installed = PACKAGE / "grammars"
    return installed if installed.is_dir() else PACKAGE.parents[1] / "grammars"


def described() -> tuple[dict[str, Any], ...]:
    """The description of every language, without loading its parser."""
    files = sorted(grammars().glob("*/language.toml"))
    return tuple({"folder": file.parent, **tomllib.loads(file.read_text("utf-8"))} for file in files)


@cache
def language_of(identifier: str) -> Language | None:
    """The language that editors call by this identifier, loaded; None where there is no folder for it."""
    for description in described():
        if identifier in description["language-ids"]:
            return _load(description)
    return None


@cache
def extensions() -> dict[str, str]:
    """The language identifier of each file extension."""
    return {ending: each["language-ids"][0] for each in described() for ending in each["extensions"]}


def _load(description: dict[str, Any]) -> Language:
    grammar = Grammar(importlib.import_module(description["grammar"]).language())
    node_types: dict[str, Any] = {name.replace("-", "_"): frozenset(description[name]) for name in NODE_TYPES}
    return Language(
        folder=description["folder"],
        name=description["name"],
        extensions=tuple(description["extensions"]),
        indented=description["indented"],
        test_files=tuple(description["test-files"]),
        grammar=grammar,
        **node_types,
    )
