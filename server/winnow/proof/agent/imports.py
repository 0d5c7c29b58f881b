"""Which file of the project imports which: read from the sources of the modules that are loaded."""

from __future__ import annotations

import ast
import os
import sys
from typing import Dict, Iterator, List, Set

from .record import module_files
from .source_lines import read_source

SHARED = "conftest.py"


def import_edges(root: str) -> Dict[str, List[str]]:
    """The project's files that each loaded file of the project needs, by path.

    Those it imports anywhere in it, its packages, and the conftests above it, which pytest loads for its tests.
    """
    files = module_files(root)
    packages = {file: getattr(sys.modules[name], "__package__", None) or "" for name, file in files.items()}
    edges: Dict[str, List[str]] = {}
    waiting = list(packages)
    while waiting:
        file = waiting.pop()
        if file in edges:
            continue
        found = {files[each] for each in _needed(file, packages.get(file, "")) if each in files}
        above = _conftests(file, root)
        edges[file] = sorted((found | above) - {file})
        waiting += above
    return edges


def _conftests(file: str, root: str) -> Set[str]:
    """The conftests in the folders from the root down to a file."""
    found = set()
    folder = os.path.dirname(file)
    while folder.startswith(root.rstrip(os.sep)):
        path = os.path.join(folder, SHARED)
        if os.path.exists(path):
            found.add(path)
        folder = os.path.dirname(folder)
    return found


def _needed(file: str, package: str) -> Iterator[str]:
    """Every module name that loading a file may load, the packages around them included."""
    yield from _chain(package)
    try:
        tree = ast.parse(read_source(file) or "")
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _chain(alias.name)
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                parents = package.split(".")
                above = ".".join(parents[: len(parents) - node.level + 1])
                origin = f"{above}.{origin}" if origin else above
            for alias in node.names:
                yield from _chain(f"{origin}.{alias.name}")


def _chain(name: str) -> Iterator[str]:
    """A module's name and those of the packages it is in."""
    parts = name.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts) + 1))
