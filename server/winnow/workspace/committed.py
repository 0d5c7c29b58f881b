"""Files as git has them in the last commit."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

SECONDS = 2.0


def committed_texts(folder: str, paths: Collection[str]) -> dict[str, str]:
    """The texts of files of a folder in the last commit, by path; those that are not there, or not UTF-8, are left out.

    Nothing where git does not answer, or nothing was committed.
    """
    inside = {
        path: Path(path).relative_to(folder).as_posix()
        for path in paths
        if Path(path).is_relative_to(folder) and not {"\n", "\r"} & set(path)
    }
    if not inside:
        return {}
    asked = b"".join(b"HEAD:./" + os.fsencode(name) + b"\n" for name in inside.values())
    try:
        answer = subprocess.run(  # noqa: S603 - a fixed command on the user's own folder
            ["git", "-C", folder, "cat-file", "--batch=%(objecttype) %(objectsize)"],  # noqa: S607 - the git of the user's PATH
            input=asked,
            capture_output=True,
            timeout=SECONDS,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return {}
    found: dict[str, str] = {}
    for path, data in zip(inside, _blobs(answer), strict=False):
        try:
            found[path] = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
    return {path: text for path, text in found.items() if text}


def _blobs(answer: bytes) -> Iterator[bytes]:
    """What git tells of each name: the text of a file; nothing of a folder, or of what is not there."""
    at = 0
    while at < len(answer):
        start = answer.index(b"\n", at) + 1
        kind, _, size = answer[at : start - 1].partition(b" ")
        at = start
        if not size.isdigit():  # the name, and that it is missing
            yield b""
            continue
        end = at + int(size)
        yield answer[at:end] if kind == b"blob" else b""
        at = end + 1
