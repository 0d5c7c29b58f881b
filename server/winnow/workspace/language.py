"""Languages, each read from its folder in ``grammars/``: a description, four queries, no Python."""

from __future__ import annotations

import importlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tree_sitter import Language as Grammar
from tree_sitter import Query

PACKAGE = Path(__file__).parents[1]
QUERIES = ("tags", "context", "imports", "tests")


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One folder of ``grammars/``, loaded."""

    name: str
    language_ids: tuple[str, ...]
    extensions: tuple[str, ...]
    comments: frozenset[str]
    strings: frozenset[str]
    blocks: frozenset[str]
    test_files: tuple[str, ...]
    grammar: Grammar
    tags: Query
    context: Query
    imports: Query
    tests: Query


def grammars() -> Path:
    """The folder of languages: inside the package where it is installed, at the top in a checkout."""
    installed = PACKAGE / "grammars"
    return installed if installed.is_dir() else PACKAGE.parents[1] / "grammars"


def described() -> tuple[dict[str, Any], ...]:
    """The description of every language, without loading its parser."""
    files = sorted(grammars().glob("*/language.toml"))
    return tuple({"folder": file.parent, **tomllib.loads(file.read_text())} for file in files)


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
    queries = {name: Query(grammar, (description["folder"] / f"{name}.scm").read_text()) for name in QUERIES}
    return Language(
        name=description["name"],
        language_ids=tuple(description["language-ids"]),
        extensions=tuple(description["extensions"]),
        comments=frozenset(description["comments"]),
        strings=frozenset(description["strings"]),
        blocks=frozenset(description["blocks"]),
        test_files=tuple(description["test-files"]),
        grammar=grammar,
        **queries,
    )
