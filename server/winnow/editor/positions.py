"""Positions as the protocol counts them (UTF-8, UTF-16 or UTF-32 units), and as we do (code points)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from winnow.text import Text

LAST_OF_ONE_UNIT = "\uffff"
"""Later code points are a pair of surrogates in UTF-16."""


def column(line: str, character: int, units: str) -> int:
    """The code point of a line at which a position's ``character`` stands; past the end counts as the end."""
    if units == "utf-32" or line.isascii():
        return min(character, len(line))
    seen = 0
    for at, each in enumerate(line):
        if seen >= character:
            return at
        seen += width(each, units)
    return len(line)


def character(line: str, column: int, units: str) -> int:
    """How many units stand before a code point of a line."""
    if units == "utf-32" or line.isascii():
        return min(column, len(line))
    return sum(width(each, units) for each in line[:column])


def width(each: str, units: str) -> int:
    """How many units one code point takes."""
    if units == "utf-16":
        return 2 if each > LAST_OF_ONE_UNIT else 1
    return len(each.encode("utf-8", "surrogatepass"))


def point(text: Text, position: Mapping[str, int], units: str) -> tuple[int, int]:
    """The (line, column) of a protocol position; the text holds it within its bounds later."""
    number, at = position["line"], position["character"]
    if not 0 <= number < text.line_count:
        return number, 0
    return number, column(text.line(number), at, units)


def offset(text: Text, position: Mapping[str, int], units: str) -> int:
    """The offset of a protocol position, held within the text."""
    return text.offset(*point(text, position, units))


def position(text: Text, at: int, units: str) -> dict[str, int]:
    """The protocol position of an offset."""
    number, column_ = text.position(at)
    return {"line": number, "character": character(text.line(number), column_, units)}


def changed(text: Text, changes: Sequence[Mapping[str, Any]], units: str) -> Text:
    """The text after the content changes of a ``didChange``, in their order."""
    for change in changes:
        span = change.get("range")
        if span is None:
            text = type(text).of(change["text"])
        else:
            text = text.splice(point(text, span["start"], units), point(text, span["end"], units), change["text"])
    return text
