"""Lines that stand at another depth than they were meant to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from winnow.mend.indent import USUAL, prefix, unit_of, width
from winnow.mend.slips.unparsed import Rewriting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.slips.unparsed import Unparsed

_DOUBTED = 0.6
"""How much less sure it is that a line is to be moved which stands where others stood, or a single step off."""
_ENDS = re.compile(r"(?:return|raise|break|continue)\b")
_DEFINES = re.compile(r"\s*(?:def |class |@)")
_RESUMES = re.compile(r"\s*(?:elif|else|except|finally)\b")
_RETURNS = re.compile(r"\s*(?:return|yield)\b")
_TITLE = "indent the line as its block"
_WHY = "A block's lines stand equally deep, one step deeper than the line that opens it."


def misplaced(source: Unparsed, number: int) -> Iterator[Rewriting]:
    """The depths at which a line may have been meant to stand.

    Measured on damaged functions of the standard library: a line one column too deep has mostly lost its first word,
    and one that stands as deep as lines above it is mostly right itself, and the line before it is not.
    """
    if not isinstance(source.error, IndentationError) or not source.bare(number).strip():
        return
    unit = unit_of(source.lines)
    white = prefix(source.bare(number))
    had = width(white, unit)
    before = source.before(number)
    head = prefix(source.lines[source.opening(before)]) if before != number else ""
    whites = {width(prefix(line), unit): prefix(line) for line in source.lines[:number] if line.strip()}
    if before != number and source.code(before).endswith(":"):
        step = "\t" if head and not head.strip("\t") else unit
        yield from _into_block(source, number, (head, step))
        wanted, share = width(head + step, unit), 0.0  # said already
    else:
        wanted = _beside(source.code(before).lstrip(), set(whites), width(head, unit), had)
        steps = {had - width(unit, unit), had - len(USUAL)}
        short = had < width(head, unit) and bool(steps & set(whites))  # the lines above may be too deep
        share = _DOUBTED if had == wanted + 1 or whites.get(had) == white or short else 1.0
    share *= _DOUBTED if _DEFINES.match(source.bare(number)) else 1.0  # more likely the block before it is missing
    for columns in dict.fromkeys((wanted, *sorted(whites, key=lambda each: abs(each - had)))):
        new = whites.get(columns, white)
        if new != white:
            sure = 0.9 * share if columns == wanted else 0.6 * (share or 1.0)
            yield Rewriting((source.change(number, 0, len(white), new),), _TITLE, _WHY, sure)
    if share or width(head, unit) < had:
        yield from _evened(source, number, unit)


def _beside(before: str, widths: set[int], at: int, had: int) -> int:
    """The likeliest depth of a line that opens no block: as the line before, unless nothing follows there."""
    outer = [each for each in widths if each < at]
    if outer and (_ENDS.match(before) or had < at):
        levels = outer if _ENDS.match(before) else [*outer, at]
        return min(levels, key=lambda each: (abs(each - had), -each))
    return at


def _into_block(source: Unparsed, number: int, to: tuple[str, str]) -> Iterator[Rewriting]:
    """The line that a block begins with, and the lines below it that may be of the block."""
    white, new = prefix(source.bare(number)), "".join(to)
    if new == white or _RESUMES.match(source.bare(number)):
        return
    lines = _below(source, number, white)
    first = next((i for i, each in enumerate(lines) if i and prefix(source.lines[each]) == white), len(lines))
    more = first < len(lines)
    share = _DOUBTED if _DEFINES.match(source.bare(number)) or number != source.at else 1.0
    for moved in dict.fromkeys((1, first, len(lines))):
        changes = tuple(source.change(each, 0, len(white), new) for each in lines[:moved])
        sure = 0.9 * share
        if more:
            sure = 0.92 if moved == len(lines) and _returns(source, lines[first:], white, to[0]) else 0.72 * share
        yield Rewriting(changes, _TITLE if moved == 1 else "indent the lines as their block", _WHY, sure)


def _below(source: Unparsed, number: int, white: str) -> list[int]:
    """A line and those that follow it without a gap, as deep or deeper."""
    lines = [number]
    for each in range(number + 1, len(source.lines)):
        line = source.bare(each)
        same = prefix(line) == white
        if not line.strip() or not line.startswith(white) or (same and (_RESUMES.match(line) or _DEFINES.match(line))):
            break
        lines.append(each)
    return lines


def _returns(source: Unparsed, lines: list[int], white: str, head: str) -> bool:
    """Whether lines at the module's depth return from a function, so that they must be of its block."""
    return not head and not white and any(_RETURNS.match(source.bare(each)) for each in lines)


def _evened(source: Unparsed, number: int, unit: str) -> Iterator[Rewriting]:
    """White space as the file has it, where a line has both kinds or the other one."""
    white = prefix(source.bare(number))
    columns = width(white, unit)
    even = "\t" * (columns // len(USUAL)) if "\t" in unit else " " * columns
    if even != white:
        kind = "tabs" if "\t" in unit else "spaces"
        change = source.change(number, 0, len(white), even)
        yield Rewriting((change,), f"indent with {kind}", "Tabs and spaces are mixed.", 0.85)
