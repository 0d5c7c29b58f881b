"""Which names a text binds that does not parse, told by its lines."""

from __future__ import annotations

import builtins
import re
from typing import TYPE_CHECKING

from winnow.mend.slips.unparsed import balance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.slips.unparsed import Unparsed

BUILTINS = frozenset(dir(builtins))
_WORD = re.compile(r"(?<![\w.])[^\W\d]\w*")
_NAMED = re.compile(r"\b(?:as|def|class)\s+(\w+)|(\w+)\s*:=")
_LISTED = re.compile(r"\s*(?:from\s+[\w.]+\s+import|import|global|nonlocal)\b(.*)", re.DOTALL)
_LOOPED = re.compile(r"\bfor\s+(.+?)\s+in\b", re.DOTALL)
_ASSIGNED = re.compile(r"([^=]*?)(?:[-+*/%&|^@]|//|\*\*|<<|>>)?(?<![=!<>:])=(?!=)")
_HEAD = re.compile(r"\s*(?:if|elif|while|assert|return|raise|yield|await|print)\b")
_FUNCTION = re.compile(r"\s*(?:async\s+)?def\b|.*\blambda\b", re.DOTALL)
_STARTS = re.compile(r"\s*(?:@|(?:async|def|class|return|import|from|if|elif|else|for|while|try|except|with)\b)")
_LONG = 60  # lines of a statement, at most


def bound(source: Unparsed, besides: int | None = None) -> frozenset[str]:
    """Every name that something in the text gives a value, but for the statement ``besides`` is a line of."""
    out = None if besides is None else source.opening(besides)
    return frozenset(name for first, code in _statements(source) if first != out for name in _bindings(code))


def bound_before(source: Unparsed, number: int, name: str) -> bool:
    """Whether a name has a value where a line begins: from above in its function, or from around that."""
    around: list[tuple[int, int]] = []  # the depth of each function, and its line
    found: list[tuple[tuple[int, ...], int]] = []  # the functions around each statement that binds the name
    here: tuple[int, ...] = ()
    number = source.opening(number)
    for first, code in _statements(source):
        deep = len(code) - len(code.lstrip())
        if first <= number:
            around = [each for each in around if each[0] < deep]
            here = tuple(line for _, line in around)
        if first >= number:
            break
        if _FUNCTION.match(code):
            around.append((deep, first))
        if name in _bindings(code):
            found.append((tuple(line for _, line in around), first))
    return any(each == here[: len(each)] for each, _ in found) or _at_the_top(source, name, number, inside=bool(here))


def _at_the_top(source: Unparsed, name: str, number: int, *, inside: bool) -> bool:
    """Whether the module binds a name below, where a function reads it."""
    return inside and any(
        first > number and not code[0].isspace() and name in _bindings(code) for first, code in _statements(source)
    )


def _bindings(code: str) -> set[str]:
    """The names that a statement binds; rather one too many than one too few."""
    found = {one or other for one, other in _NAMED.findall(code)}
    if listed := _LISTED.match(code):
        found.update(_WORD.findall(listed[1]))
    for each in _LOOPED.findall(code):
        found.update(_WORD.findall(each))
    if _FUNCTION.match(code):
        found.update(_WORD.findall(code))
    assigned = None if _HEAD.match(code) else _ASSIGNED.match(code)
    if assigned and balance(assigned[1]) == 0:
        found.update(_WORD.findall(assigned[1]))
    return found


def _statements(source: Unparsed) -> Iterator[tuple[int, str]]:
    """The code of each statement that binds something perhaps, all its lines, with the number of the first."""
    number = 0
    while number < len(source.lines):
        first, code = number, source.code(number)
        number += 1
        while balance(code) > 0 and number < min(first + _LONG, len(source.lines)):
            further = source.code(number)
            if _STARTS.match(further) and not further.startswith(" " * (len(code) - len(code.lstrip()) + 1)):
                break
            code += "\n" + further
            number += 1
        if code.strip():
            yield first, code
