"""How much of an answer is wanted where the cursor stands: the rest of a statement, a paragraph, or a body.

Both the stream (to stop early) and the tidying (to cut what ran on) ask here, so they always agree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from winnow.text import bare_lines

if TYPE_CHECKING:
    from winnow.facts import Context

Want = Literal["statement", "paragraph", "body"]

_OPENERS, CLOSERS = "([{", ")]}"
_PAIRS = dict(zip(CLOSERS, _OPENERS, strict=True))
_STRINGS = re.compile(r"\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|#[^\n]*")
_LINE_END = re.compile(r"[\r\n]")
TAB = 8
_LOOK_BACK = 4000
_LINES_BACK = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What fits at the cursor. ``floor`` is the least indentation, in columns, of the lines that belong to it."""

    want: Want
    floor: int


def shape_of(context: Context, *, multiline: bool | None = None) -> Shape:
    """What is wanted at the cursor: by the syntax tree whether a block opens there, else by the lines around it.

    ``multiline`` overrides both. An open bracket is no block to the tree, but more than a line may follow it.
    """
    line = last_line(context.before)
    blank = not line.strip()
    above = line if not blank else _line_above(context.before)
    opens = opens_block(above)
    if context.opens is not None and not above.rstrip().endswith(tuple(_OPENERS)):
        opens = context.opens
    several = (blank or opens) if multiline is None else multiline
    heads = blank and multiline is None and indent_of(_line_below(context.after)) > indent_of(line)
    if not several or heads or rest_of_line(context.after).strip():
        return Shape(want="statement", floor=0)
    if opens:
        after_docstring = blank and not opens_block(above)
        return Shape(want="body", floor=indent_of(line) if after_docstring else indent_of(above) + 1)
    return Shape(want="paragraph", floor=indent_of(line))


def whole(text: str, shape: Shape) -> int | None:
    """Where the wanted part of an answer ends, None while more of it may come.

    Only finished lines count: the last line of a stream may still grow.
    """
    position = 0
    said = False
    for line in text.split("\n")[:-1]:
        if said and _begins_something_else(line, text[:position], shape):
            return len(text[:position].rstrip())
        position += len(line) + 1
        said = said or bool(line.strip())
        if shape.want == "statement" and said and depth(text[:position]) <= 0:
            return position - 1
    return None


def cut(text: str, shape: Shape) -> str:
    """The wanted part of an answer that has ended."""
    end = whole(text + "\n", shape)
    return text if end is None else text[:end]


def _begins_something_else(line: str, above: str, shape: Shape) -> bool:
    """Whether a line after the first no longer belongs to what is wanted."""
    if shape.want == "statement" or not line.strip() or depth(above) > 0 or line.lstrip()[0] in CLOSERS:
        return False
    if indent_of(line) < shape.floor:
        return True
    after_a_gap = not above.rstrip("\n").rpartition("\n")[2].strip() or above.endswith("\n\n")
    return shape.want == "paragraph" and after_a_gap and indent_of(line) <= shape.floor


def last_line(before: str) -> str:
    """The part of the cursor's line that stands before it."""
    line = before[before.rfind("\n") + 1 :]  # a search for CR through a whole file that has none would take longer
    return line[line.rfind("\r") + 1 :]


def rest_of_line(after: str) -> str:
    """The part of the cursor's line that stands after it, without the line's end."""
    end = _LINE_END.search(after)
    return after[: end.start()] if end else after


def indent_of(line: str) -> int:
    """The width of a line's indentation in columns."""
    return len(line[: len(line) - len(line.lstrip(" \t"))].expandtabs(TAB))


def opens_block(line: str) -> bool:
    """Whether what follows a line is its body: it ends in a colon or an open bracket."""
    code = _STRINGS.sub(lambda found: "" if found[0].startswith("#") else "''", line).rstrip()
    return code.endswith((":", *_OPENERS))


def depth(code: str) -> int:
    """How many brackets are open at the end of some code; strings and comments are left out."""
    level = 0
    for character in _STRINGS.sub("", code):
        level += (character in _OPENERS) - (character in CLOSERS)
    return level


def unmatched_closers(code: str) -> str:
    """The closing brackets of some code that nothing in it opens, in order."""
    stack: list[str] = []
    found = ""
    for character in _STRINGS.sub("", code):
        if character in _OPENERS:
            stack.append(character)
        elif character in CLOSERS:
            if stack and stack[-1] == _PAIRS[character]:
                stack.pop()
            else:
                found += character
    return found


def open_above(before: str) -> int:
    """How many brackets are open at the cursor, as far as the lines just above it tell."""
    level, most = 0, 0
    for line in reversed(before[-_LOOK_BACK:].split("\n")[-_LINES_BACK:]):
        level += depth(line)
        most = max(most, level)
    return most


def _line_above(before: str) -> str:
    lines = bare_lines(before[-_LOOK_BACK:])
    above = lines[:-1] if last_line(before) else lines
    return next((line for line in reversed(above) if line.strip()), "")


def _line_below(after: str) -> str:
    below = after[len(rest_of_line(after)) :][:_LOOK_BACK]
    return next((line for line in bare_lines(below) if line.strip()), "")
