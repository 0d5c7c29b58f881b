"""The library that is always there: well-kept modules of the Python that runs the server, and packages beside it."""

from __future__ import annotations

import sysconfig
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MODULES = """
    pathlib argparse ast asyncio bisect collections concurrent configparser contextlib copy csv dataclasses
    datetime email enum fileinput functools glob graphlib gzip hashlib heapq hmac html http importlib inspect io
    ipaddress json linecache logging os pkgutil platform queue random re reprlib runpy selectors shelve shlex
    shutil socket socketserver stat statistics string subprocess tempfile textwrap threading timeit tokenize trace
    traceback typing unittest urllib venv warnings weakref xml zipapp zipfile
"""


_PACKAGES = ("anyio", "attr", "cattrs", "pydantic", "pygls", "watchdog")
"""Installed with Winnow, written in the typed style of today, which the standard library mostly lacks."""


def files() -> tuple[str, ...]:
    """The paths of the library's files, tests left out; empty where a Python comes without its sources."""
    root = Path(sysconfig.get_paths()["stdlib"])
    paths: list[Path] = []
    for name in _MODULES.split():
        module = root / f"{name}.py"
        found = [module] if module.is_file() else sorted((root / name).rglob("*.py"))
        paths += found
    for name in _PACKAGES:
        spec = find_spec(name)
        for folder in (spec.submodule_search_locations if spec else None) or ():
            paths += sorted(Path(folder).rglob("*.py"))
    paths = [path for path in paths if "test" not in path.parts and "tests" not in path.parts]
    return tuple(map(str, paths))


def read(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each path with its text, one at a time; what cannot be read counts as empty."""
    for path in paths:
        try:
            yield path, Path(path).read_text("utf-8", "replace")
        except OSError:
            yield path, ""
