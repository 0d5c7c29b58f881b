"""Which file of the project imports which: read from the sources of the modules that are loaded."""

from __future__ import annotations

import ast
import sys
from typing import Dict, Iterator, List

from .bodies import _read as read
from .record import module_files


def import_edges(root: str) -> Dict[str, List[str]]:
    """The project's files that each loaded file of the project imports anywhere in it, by path."""
    files = module_files(root)
    edges: Dict[str, List[str]] = {}
    for name, file in files.items():
        package = getattr(sys.modules[name], "__package__", None) or ""
        try:
            tree = ast.parse(read(file))
        except (OSError, SyntaxError, ValueError):
            continue
        found = {files[each] for each in _imported(tree, package) if each in files}
        edges[file] = sorted(found - {file})
    return edges


def _imported(tree: ast.AST, package: str) -> Iterator[str]:
    """Every module name that the imports of a file may load, the packages around them included."""
    for node in ast.walk(tree):
        names: List[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                parents = package.split(".")
                above = ".".join(parents[: len(parents) - node.level + 1])
                origin = f"{above}.{origin}" if origin else above
            names = [origin, *(f"{origin}.{alias.name}" for alias in node.names)]
        for name in names:
            parts = name.split(".")
            yield from (".".join(parts[:count]) for count in range(1, len(parts) + 1))
