"""Values that follow each other without a comma between them."""

from __future__ import annotations

import keyword
import re
from typing import TYPE_CHECKING, NamedTuple

from winnow.mend.slips.names import BUILTINS
from winnow.mend.slips.unparsed import Change, Rewriting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.slips.unparsed import Unparsed

_GAP = re.compile(r"(?<=[\w)\]}\"])[ \t]+(?=[\w(\[{\"])")
_BEGINS = re.compile(r"\s*[\w(\[{\"]")
_VALUES = frozenset({"True", "False", "None"})
_KEYWORD = re.compile(r"\w+\s*=(?!=)")
_ASKED = re.compile(r"[<>]|[=!]=|\b(?:and|or|in|is|not|if|for|lambda)\b")
_WHY = "Values that follow each other are separated by commas."
_CLEAR, _LIKELY, _DOUBTFUL, _GUESSED = 0.93, 0.9, 0.75, 0.6


class _Brackets(NamedTuple):
    """What stands around a gap: the kind of brackets, where their content begins, and their commas and colons."""

    kind: str
    start: int
    marks: tuple[int, ...]
    end: int


def not_separated(source: Unparsed, number: int) -> Iterator[Rewriting]:
    """A comma, or a colon between a key and its value, missing within a line or at its end."""
    code = source.code(number)
    start = source.starts[number]
    for found in _GAP.finditer(code):
        yield from _separated(source, start + found.start(), start + found.end(), found[0])
    after = source.after(number)
    if after is not None and code.strip() and _BEGINS.match(source.code(after)):
        following = source.starts[after] + len(source.code(after)) - len(source.code(after).lstrip())
        if re.search(r"[\w)\]}\"]$", code):
            yield from _separated(source, start + len(code), following, "")


def _separated(source: Unparsed, left: int, right: int, gap: str) -> Iterator[Rewriting]:
    """What may be missing between the end of one value and the beginning of the next."""
    before, behind = _words(source.shadow, left, right)
    if (keyword.iskeyword(before) and before not in _VALUES) or (
        keyword.iskeyword(behind) and behind not in {*_VALUES, "lambda"}
    ):
        return
    inside = _brackets(source, left)
    comma = Change(left, left + len(gap), ", " if gap else ",")
    if inside is None:
        if gap:
            yield Rewriting((comma,), "add the missing comma", _WHY, _in_a_statement(source, left, right))
    elif gap and inside.kind == "{" and _lacks_colon(source, inside, left):
        sure = 0.92 if _colons(source, inside) else _DOUBTFUL
        why = "A colon stands between a key and its value."
        yield Rewriting((Change(left, left + len(gap), ": "),), "add the missing colon", why, sure)
    elif sure := _sure(source, inside, left, right):
        yield Rewriting((comma,), "add the missing comma", _WHY, sure)


def _words(shadow: str, left: int, right: int) -> tuple[str, str]:
    """The words right before and right behind a gap."""
    before = re.search(r"\w+$", shadow[max(left - 60, 0) : left])
    behind = re.match(r"\w+", shadow[right : right + 60])
    return before[0] if before else "", behind[0] if behind else ""


def _in_a_statement(source: Unparsed, left: int, right: int) -> float:
    line = source.starts[source.line_of(left)]
    head, tail = source.shadow[line:left], source.shadow[right : right + 200].partition("\n")[0]
    if re.fullmatch(r"\s*(?:async\s+)?for\s+[\w, ]+", head) and re.match(r"[\w, ]+\bin\b", tail):
        return _CLEAR
    return _DOUBTFUL if re.match(r"\s*(?:from\s+[\w.]+\s+)?import\s", head) else _GUESSED


def _brackets(source: Unparsed, at: int) -> _Brackets | None:
    opened = source.around(at)
    if opened is None:
        return None
    marks, deep, end = [], 0, opened + 1
    while end < len(source.shadow) and (deep or source.shadow[end] not in ")]}"):
        letter = source.shadow[end]
        deep += (letter in "([{") - (letter in ")]}")
        if letter in ",:" and not deep:
            marks.append(end)
        end += 1
    return _Brackets(_kind(source.shadow, opened), opened + 1, tuple(marks), end)


def _kind(shadow: str, opened: int) -> str:
    """What a bracket opens: ``def``, a call ``f(``, a subscript ``a[``, or a display that begins with it."""
    letter, head = shadow[opened], shadow[max(opened - 80, 0) : opened].rstrip(" \t")
    if letter == "(" and re.search(r"\bdef\s+\w+$", head):
        return "def"
    word = re.search(r"\w+$", head)
    follows = not keyword.iskeyword(word[0]) if word else head.endswith((")", "]", '"'))
    return {"(": "f(", "[": "a["}.get(letter, letter) if follows else letter


def _element(inside: _Brackets, source: Unparsed, at: int, upto: int) -> tuple[str, str]:
    """What stands in the same place of the brackets before a gap, and behind it."""
    commas = [mark for mark in inside.marks if source.shadow[mark] == ","]
    first = max((mark + 1 for mark in commas if mark < at), default=inside.start)
    last = min((mark for mark in commas if mark >= upto), default=inside.end)
    return source.shadow[first:at], source.shadow[upto:last]


def _colons(source: Unparsed, inside: _Brackets) -> int:
    return sum(source.shadow[mark] == ":" for mark in inside.marks)


def _lacks_colon(source: Unparsed, inside: _Brackets, at: int) -> bool:
    """Whether a display of keys and values, or of one pair alone, has no colon where the gap is."""
    before, behind = _element(inside, source, at, at)
    others = len(inside.marks) - _colons(source, inside)
    return ":" not in before + behind and (bool(_colons(source, inside)) or not others)


def _sure(source: Unparsed, inside: _Brackets, left: int, right: int) -> float:
    """How surely a comma is meant in brackets; not at all where they may be no list of values."""
    several = any(source.shadow[mark] == "," for mark in inside.marks)
    before, behind = _element(inside, source, left, right)
    pairs = inside.kind == "{" and ":" in before and ":" in behind
    if inside.kind == "a[" or (inside.kind in "({" and not several and not pairs):
        return 0
    if inside.kind == "def":
        return _of_a_parameter(_words(source.shadow, left, right)[0])
    if pairs or _KEYWORD.match(behind):
        return _CLEAR
    most = _DOUBTFUL if inside.kind == "[" and not several else _LIKELY
    return _GUESSED if _ASKED.search(before) or _ASKED.search(behind) else min(most, _between(source, left, right))


def _of_a_parameter(before: str) -> float:
    """Whoever comes from another language writes a type before a parameter."""
    return _GUESSED if before in BUILTINS or before[:1].isupper() else _CLEAR


def _between(source: Unparsed, left: int, right: int) -> float:
    """How surely two values are two: beside a text a + may be missing, beside a number a sign, behind self a dot."""
    shadow = source.shadow
    before, behind = _words(shadow, left, right)
    lines = "\n" in shadow[left:right]
    if '"' in (shadow[left - 1], shadow[right]):
        return _LIKELY if lines and _one_a_line(source, left) else _DOUBTFUL
    if before in {"self", "cls"} or before[:1].isdigit() != behind[:1].isdigit():
        return _DOUBTFUL
    return _LIKELY


def _one_a_line(source: Unparsed, at: int) -> bool:
    """Whether a line beside the one of a place, as deep as it, ends with a comma."""
    number = source.line_of(at)
    code = source.code(number)
    beside = (source.before(number), source.after(number))
    return any(
        each is not None and each != number and source.code(each).endswith(",")
        and len(source.code(each)) - len(source.code(each).lstrip()) == len(code) - len(code.lstrip())
        for each in beside
    )  # fmt: skip
