"""The white space that lines begin with, as a file writes it: spaces, or tabs."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

USUAL = "    "


def prefix(line: str) -> str:
    """The white space a line begins with."""
    return line[: len(line) - len(line.lstrip(" \t"))]


def unit_of(lines: Iterable[str]) -> str:
    """One step of indentation: what mostly stands before a block more than before its head."""
    steps: Counter[str] = Counter()
    written = [line.rstrip() for line in lines if line.strip()]
    for head, body in pairwise(written):
        if head.endswith(":") and len(prefix(body)) > len(prefix(head)) and body.startswith(prefix(head)):
            steps[prefix(body)[len(prefix(head)) :]] += 1
    usual = "\t" if any(line.startswith("\t") for line in written) else USUAL
    return max(steps, key=lambda step: steps[step], default=usual)


def width(white: str, unit: str) -> int:
    """How far some white space reaches, in columns, where a tab reaches as far as one step."""
    return len(white.expandtabs(len(USUAL if "\t" in unit else unit)))


def in_units(line: str, unit: str) -> str:
    """A line that is indented in the usual steps, indented as a file is."""
    code = line.lstrip(" ")
    return unit * ((len(line) - len(code)) // len(USUAL)) + code
