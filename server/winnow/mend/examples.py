"""The examples that a docstring gives of a function: calls with what they should return, as tests nobody had to write.

Doctest's form, and those that people use instead: ``f(2) == 4``, ``f(2) -> 4``, ``f(2) returns 4``. Only literals are
read, so that nothing runs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from winnow.parsing import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPENING, _CLOSING = "([{", ")]}"
_BETWEEN = re.compile(
    r"[ \t]*(?:\n[ \t]*(?!>>>|\.\.\.)|#?[ \t]*(?:==+>?|=+>|-+>|=|➞|→|➡|⇒|:|(?:should|must|will|would)[ \t]+"
    r"(?:return|be|give)|returns?|gives?|is|outputs?|evaluates[ \t]+to)[ \t:]*\n?[ \t]*)"
)
_LABELLED = re.compile(r"\binput:[ \t]*(.+)\n[ \t]*output:[ \t]*(.+)", re.IGNORECASE)
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Example:
    """One call: its arguments, and what it should return; ``told`` is False where only the call is given."""

    arguments: tuple[Any, ...]
    expected: Any
    told: bool


def examples(text: str, name: str) -> tuple[Example, ...]:
    """The examples of a function in a text, each call once: where first given, as first told what it returns."""
    found: dict[str, Example] = {}
    for example in (*_calls(text, name), *_labelled(text)):
        known = found.get(repr(example.arguments))
        if known is None or (example.told and not known.told):
            found[repr(example.arguments)] = example
    return tuple(found.values())


def _calls(text: str, name: str) -> Iterator[Example]:
    """Each call of the function with literals for arguments, and what follows as its value, if anything does."""
    for match in re.finditer(rf"(?<![\w.])(?<!def ){re.escape(name)}\(", text):
        end = _closed(text, match.end())
        given = text[match.end() : end - 1].strip()
        arguments = _literal(f"({given},)" if given else "()")
        if arguments:
            expected = next(_expected(text, end), None)
            yield Example(arguments[0], expected[0] if expected else None, expected is not None)


def _labelled(text: str) -> Iterator[Example]:
    """Examples in the form ``Input: n = 5, k = 2`` and ``Output: 1`` on the next line."""
    for match in _LABELLED.finditer(text):
        given = re.sub(r"(?:^|(?<=,))\s*\w+\s*[=:]\s*", "", match[1].strip())
        arguments, expected = _literal(f"({given},)"), _literal(match[2].strip().rstrip(".;"))
        if arguments and expected:
            yield Example(arguments[0], expected[0], told=True)


def _closed(text: str, start: int) -> int:
    """The offset after the bracket that closes the one before ``start``."""
    depth, quote = 1, ""
    for at in range(start, min(len(text), start + _LONGEST)):
        letter = text[at]
        if quote:
            quote = "" if letter == quote and text[at - 1] != "\\" else quote
        elif letter in "'\"":
            quote = letter
        elif letter in _OPENING:
            depth += 1
        elif letter in _CLOSING:
            depth -= 1
            if depth == 0:
                return at + 1
    return start + 1


def _expected(text: str, end: int) -> Iterator[tuple[Any]]:
    """The literal after a call, the longest that can be read."""
    between = _BETWEEN.match(text, end)
    if between is None:
        return
    line = text[between.end() :].partition("\n")[0]
    ends = [len(line), *(match.start() for match in re.finditer(r"[#,.;:()\s]", line))]
    for cut in sorted(set(ends), reverse=True):
        value = _literal(line[:cut].strip().rstrip(".,;"))
        if value:
            yield value


def _literal(source: str) -> tuple[Any] | tuple[()]:
    try:
        return (literal(source),)
    except ValueError:
        return ()
