"""Closed files as they stand on the disk, each version read once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST = 200_000
"""Bytes; of a larger file nobody would read what a model is shown."""


def closed_texts(paths: Iterable[str]) -> dict[str, str]:
    """The texts of files by path; those that are gone, large or not UTF-8 are left out."""
    found: dict[str, str] = {}
    for path in dict.fromkeys(paths):
        try:
            status = Path(path).stat()
            if status.st_size <= LARGEST:
                found[path] = _read(path, status.st_mtime_ns, status.st_size)
        except (OSError, UnicodeDecodeError):
            continue
    return found


@lru_cache(maxsize=128)
def _read(path: str, _changed: int, _size: int) -> str:
    return Path(path).read_text("utf-8")
