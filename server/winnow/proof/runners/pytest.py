"""What the server knows of pytest: its files, its settings, and what to say when it is not there."""

from __future__ import annotations

from functools import lru_cache
from pathlib import PurePath

from winnow.paths import is_of_tests
from winnow.text import bare_lines

NAME = "pytest"
SETTINGS_FILES = frozenset({"pyproject.toml", "pytest.ini", ".pytest.ini", "setup.cfg", "tox.ini", "pytest.toml"})
SHARED_FILE = "conftest.py"
HOOK_PREFIX = "pytest_"


@lru_cache(maxsize=1 << 16)  # asked for every test at every candidate
def file_of(test: str, root: str) -> str:
    """The path of the file a test stands in."""
    return str(PurePath(root, test.partition("::")[0]))


def is_test_file(path: str) -> bool:
    """Whether a path looks like one of pytest's by default."""
    return path.endswith(".py") and is_of_tests(path)


def missing(python: str, failure: str) -> str:
    """What to do when an interpreter cannot import pytest."""
    if "No module named 'pytest'" in failure or not failure:
        return f"pytest is not installed in {python}: run `{python} -m pip install pytest`."
    return f"pytest cannot be imported by {python}: {bare_lines(failure.strip())[-1]}"


def uncollected(failure: str) -> str:
    """What went wrong while pytest looked for the tests."""
    words = bare_lines(failure.strip())
    return f"pytest could not collect the tests: {words[-1] if words else 'its process ended'}"
