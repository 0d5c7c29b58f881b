"""Patterns of files to leave out, as gitignore(5) writes them: for ``.winnowignore``, and where git does not answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

_MEMBERS = re.compile(r".-.|.", re.DOTALL)
_NOTHING = "(?!)"
"""What a class that is not closed matches."""


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
    pattern = line.removeprefix("!")
    folders_only = pattern.endswith("/")
    pattern = pattern.rstrip("/")
    anywhere = "" if "/" in pattern else "(?:.*/)?"
    return re.compile(anywhere + _expression(pattern.lstrip("/"))), folders_only, ignored


def _expression(pattern: str) -> str:
    """A pattern as a regular expression."""
    parts = re.findall(r"\\.|\*\*/|/\*\*$|\*+|\?|\[[!^]?+(?:\][^]/]*|[^]/]+)\]|.", pattern, re.DOTALL)
    known = {"**/": "(?:.*/)?", "/**": "/.*", "?": "[^/]", "[": _NOTHING}
    return "".join(known.get(part) or _piece(part) for part in parts)


def _piece(part: str) -> str:
    if part[0] == "\\":
        return re.escape(part[-1])
    if part[0] == "*":
        return "[^/]*"
    if part[0] == "[":
        negated = part[1] in "!^"
        members = "".join(map(_member, _MEMBERS.findall(part[1 + negated : -1])))
        return f"[^/{members}]" if negated else f"[{members}]"
    return re.escape(part)


def _member(written: str) -> str:
    """A character or a range; of one that runs backwards git takes the first character alone."""
    first, last = written[0], written[-1]
    return f"{re.escape(first)}-{re.escape(last)}" if first < last else re.escape(first)
