"""Modules and the files they stand in: who imports whom, by path alone, without running anything."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from winnow.workspace.symbols import Import


PACKAGE = "."
"""Stands for the package itself, which ``from . import name`` does not name."""


def module_names(path: str, folders: Sequence[str]) -> frozenset[str]:
    """The dotted names a file may be imported by: from the folder, or from any folder in between (``src`` layouts)."""
    file = PurePath(path)
    folder = next((each for each in folders if file.is_relative_to(each)), str(file.parent))
    parts = [*file.relative_to(folder).parts[:-1], file.stem]
    if parts[-1] == "__init__":
        parts.pop()
    return frozenset(".".join(parts[start:]) for start in range(len(parts)))


def last_names(imports: Iterable[Import]) -> frozenset[str]:
    """The last parts of all modules that imports may name, by which importers are looked up."""
    last: set[str] = set()
    for each in imports:
        last |= {each.module.rpartition(".")[2] or PACKAGE, each.name}
    return frozenset(last - {""})


def imports_one_of(names: frozenset[str], path: str, imports: Iterable[Import], folders: Sequence[str]) -> bool:
    """Whether a file's imports name one of some modules."""
    for each in imports:
        for module in _absolute(each, path, folders):
            if module in names or (each.name and (f"{module}.{each.name}" if module else each.name) in names):
                return True
    return False


def _absolute(made: Import, path: str, folders: Sequence[str]) -> frozenset[str]:
    """A module as it is written, with its leading dots resolved against the file that imports it."""
    if not made.level:
        return frozenset({made.module})
    package = PurePath(path).parents[min(made.level - 1, len(PurePath(path).parents) - 1)]
    names = module_names(str(package / "__init__.py"), folders) or {""}
    return frozenset(".".join(filter(None, (name, made.module))) for name in names)
