"""Closed files as they stand on the disk, each version read once."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from winnow.facts import Document
from winnow.text import Text
from winnow.uris import path_of, uri_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from winnow.facts import Candidate, Snapshot

LARGEST = 200_000
"""Bytes; of a larger file nobody would read what a model is shown."""


def closed_texts(paths: Iterable[str]) -> dict[str, str]:
    """The texts of files by path, line ends as they are; those that are gone, large or not UTF-8 are left out."""
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
    return _decoded(path)


def _decoded(path: str) -> str:
    return Path(path).read_bytes().decode("utf-8-sig")


def closed_document(path: str, language: str) -> Document:
    """A closed file as a document, with the line ends that it has.

    Raises OSError; UnicodeDecodeError for one that is not UTF-8, as an edit of it would be written as something else.
    """
    stamp = stamp_of(path)  # before the text: one that is written meanwhile is too old, never too new
    text = _decoded(path)
    return Document(uri=uri_of(path), language=language, version=0, text=Text.of(text), stamp=stamp)


def files_stand(candidate: Candidate, then: Snapshot, now: Snapshot) -> bool:
    """Whether the closed files that a candidate edits are on the disk as they were then; reads no text."""
    edited = {edit.uri for edit in candidate.edits} - now.documents.keys()
    return all(then.documents[uri].stamp == stamp_of(path_of(uri)) for uri in edited)


def stamp_of(path: str) -> str:
    """The time and size of a file, which tell that it has changed; empty for one that is gone."""
    try:
        status = os.stat(path)  # noqa: PTH116 - thousands in a row, and a path object costs as much as the call
    except OSError:
        return ""
    return f"{status.st_mtime_ns}:{status.st_size}"
