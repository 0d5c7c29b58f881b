"""Patterns of files to leave out, as gitignore(5) writes them: for ``.winnowignore``, and where git does not answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ignoring:
    """Patterns in their order, the last that matches decides: (expression, folders only, ignored)."""

    rules: tuple[tuple[re.Pattern[str], bool, bool], ...] = ()

    @classmethod
    def read(cls, *files: Path) -> Self:
        """The patterns of some files, those that are not there left out."""
        lines: list[str] = []
        for file in files:
            try:
                lines += file.read_text("utf-8", "replace").splitlines()
            except OSError:
                continue
        return cls(tuple(_rule(line) for line in map(str.rstrip, lines) if line and not line.startswith("#")))

    def covers(self, parts: tuple[str, ...]) -> bool:
        """Whether a file, given by the parts of its path below the folder, is ignored, or a folder around it."""
        return any(self._matches("/".join(parts[:depth]), depth < len(parts)) for depth in range(1, len(parts) + 1))

    def _matches(self, path: str, folder: bool) -> bool:  # noqa: FBT001 - two kinds of path, told apart right above
        for expression, folders_only, ignored in reversed(self.rules):
            if (folder or not folders_only) and expression.fullmatch(path):
                return ignored
        return False


def _rule(line: str) -> tuple[re.Pattern[str], bool, bool]:
    ignored = not line.startswith("!")
    pattern = line.removeprefix("!").removeprefix("\\")
    folders_only = pattern.endswith("/")
    pattern = pattern.rstrip("/")
    anywhere = "" if "/" in pattern else "(?:.*/)?"
    return re.compile(anywhere + _expression(pattern.lstrip("/"))), folders_only, ignored


def _expression(pattern: str) -> str:
    """A pattern as a regular expression; a class that is not closed stands for itself."""
    parts = re.findall(r"\*\*/|/\*\*$|\*+|\?|\[!?\]?[^]/]*\]|.", pattern, re.DOTALL)
    known = {"**/": "(?:.*/)?", "/**": "/.*", "?": "[^/]"}
    return "".join(known.get(part) or _piece(part) for part in parts)


def _piece(part: str) -> str:
    if part[0] == "*":
        return "[^/]*"
    if part[0] == "[" and len(part) > 1:
        inside = part[1:-1].replace("\\", "\\\\").replace("[", "\\[")
        return f"[{'^' + inside[1:] if inside[0] == '!' else inside}]"
    return re.escape(part)
