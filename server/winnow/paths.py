"""What the name of a file tells of it: whether it is one of tests, or lies where nobody wrote anything."""

from __future__ import annotations

import re
from pathlib import PurePath

GENERATED = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".tox",
        ".nox",
        ".venv",
        "venv",
        "node_modules",
        "__pycache__",
        "site-packages",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".hypothesis",
        "build",
        "dist",
    }
)
"""Folders that hold nothing a person wrote."""
_OF_TESTS = re.compile(r"(?:^|/)(?:test_[^/]*|[^/]*_test|conftest|[^/]*\.(?:test|spec))\.\w+$")


def is_of_tests(path: str) -> bool:
    """Whether a file is one of tests, as the test runners of most languages have it, or what pytest loads for them."""
    return _OF_TESTS.search(path) is not None


def serves_tests(path: str, folder: str) -> bool:
    """Whether a file is one of tests, or lies among them in a project's folder: their helpers and what they share."""
    if is_of_tests(path):
        return True
    within = PurePath(path)
    parts = within.relative_to(folder).parts[:-1] if within.is_relative_to(folder) else ()
    return "tests" in parts or parts[:1] == ("test",) or within.name == "tests.py"
