"""Languages, each read from its folder in ``grammars/``: a description, five queries, no Python."""

from __future__ import annotations

import importlib
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from tree_sitter import Language as Grammar
from tree_sitter import Query

PACKAGE = Path(__file__).parents[1]
QUERIES = ("tags", "context", "imports", "names", "tests")
NODE_TYPES = ("comments", "strings", "string-starts", "interpolations", "identifiers", "blocks", "block-openers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One folder of ``grammars/``, loaded."""

    name: str
    language_ids: tuple[str, ...]
    extensions: tuple[str, ...]
    indented: bool
    comments: frozenset[str]
    strings: frozenset[str]
    string_starts: frozenset[str]
    interpolations: frozenset[str]
    identifiers: frozenset[str]
    blocks: frozenset[str]
    block_openers: frozenset[str]
    test_files: tuple[str, ...]
    grammar: Grammar
    tags: Query
    context: Query
    imports: Query
    names: Query
    tests: Query

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
    written = {name: (description["folder"] / f"{name}.scm").read_text("utf-8") for name in QUERIES}
    queries: dict[str, Any] = {name: Query(grammar, text) for name, text in written.items()}
    node_types: dict[str, Any] = {name.replace("-", "_"): frozenset(description[name]) for name in NODE_TYPES}
    return Language(
        name=description["name"],
        language_ids=tuple(description["language-ids"]),
        extensions=tuple(description["extensions"]),
        indented=description["indented"],
        test_files=tuple(description["test-files"]),
        grammar=grammar,
        **node_types,
        **queries,
    )
