"""What is installed in the environment of an interpreter, read from its folders without starting it."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def installed(python: str) -> dict[str, str]:
    """The distribution and version that each importable name comes from, such as ``PyYAML 6.0`` for ``yaml``."""
    found: dict[str, str] = {}
    for information in sorted(path for folder in site_packages(python) for path in folder.glob("*.dist-info")):
        name, _, version = information.name.removesuffix(".dist-info").partition("-")
        names = [name.lower(), name]
        with suppress(OSError, UnicodeDecodeError):
            names += (information / "top_level.txt").read_text("utf-8").split()
        found |= dict.fromkeys(names, f"{name} {version}")
    return found


@cache
def site_packages(python: str) -> tuple[Path, ...]:
    """The folders into which packages of an interpreter's environment are installed; Debian has its own for them."""
    return tuple(sorted(Path(python).parent.parent.glob("lib/python3*/*-packages")))


def written(folders: Iterable[str | Path]) -> Mapping[str, int]:
    """When something was last put into these folders or taken out of them, in nanoseconds."""
    return MappingProxyType({str(path): os.stat(path).st_mtime_ns for path in folders if os.path.isdir(path)})  # noqa: PTH112, PTH116 - asked before each verdict
