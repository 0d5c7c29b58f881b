"""What is installed in the environment of an interpreter, read from its folders without starting it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def installed(python: str) -> dict[str, str]:
    """The distribution and version that each importable name comes from, such as ``PyYAML 6.0`` for ``yaml``."""
    found: dict[str, str] = {}
    for information in sorted(Path(python).parent.parent.glob("lib/python3*/site-packages/*.dist-info")):
        name, _, version = information.name.removesuffix(".dist-info").partition("-")
        names = [name.lower(), name]
        with suppress(OSError, UnicodeDecodeError):
            names += (information / "top_level.txt").read_text("utf-8").split()
        found |= dict.fromkeys(names, f"{name} {version}")
    return found
