"""Modules and the files they stand in: who imports whom, by path alone, without running anything."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from winnow.workspace.syntax import Import


def module_names(path: str, folders: Sequence[str]) -> frozenset[str]:
    """The dotted names a file may be imported by: from the folder, or from any folder in between (``src`` layouts)."""
    file = PurePath(path)
    folder = next((each for each in folders if file.is_relative_to(each)), str(file.parent))
    parts = [*file.relative_to(folder).parts[:-1], file.stem]
    if parts[-1] == "__init__":
        parts.pop()
    return frozenset(".".join(parts[start:]) for start in range(len(parts)))


def importers_of(path: str, imports: Mapping[str, Sequence[Import]], folders: Sequence[str]) -> tuple[str, ...]:
    """The files that import the module of a file, sorted."""
    names = module_names(path, folders)
    return tuple(
        sorted(
            each for each, made in imports.items() if each != path and not names.isdisjoint(_named(each, made, folders))
        )
    )


def _named(path: str, imports: Sequence[Import], folders: Sequence[str]) -> frozenset[str]:
    """Every module name that the imports of a file may mean."""
    named: set[str] = set()
    for each in imports:
        for module in _absolute(each.module, path, folders):
            named |= {module, f"{module}.{each.name}" if module else each.name} if each.name else {module}
    return frozenset(named - {""})


def _absolute(module: str, path: str, folders: Sequence[str]) -> frozenset[str]:
    """A module as it is written, with its leading dots resolved against the file that imports it."""
    level = len(module) - len(module.lstrip("."))
    if not level:
        return frozenset({module})
    package = PurePath(path).parent
    for _ in range(level - 1):
        package = package.parent
    names = module_names(str(package / "__init__.py"), folders)
    rest = module[level:]
    return frozenset(".".join(filter(None, (name, rest))) for name in names | {""})
