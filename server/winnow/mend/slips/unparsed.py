"""A text that does not parse, with what in it is code, and the ways to rewrite it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice
from typing import NamedTuple

from winnow.parsing import parse
from winnow.text import split_lines

PAIRS = {"(": ")", "[": "]", "{": "}"}
_BEGINS = re.compile(r"(?!(?:elif|else|except|finally)\b)[\w@]")
_TRIES = 3  # statements above the one that is to blame
_FAR = 20_000  # no bracket is looked for further away than so many characters
_LITERAL = re.compile(
    r"""
    (?P<comment>\#[^\r\n]*)
    | (?P<prefix>(?<!\w)[rRbBuUfFtT]{1,2}(?=["']))?
      (?: (?P<long>\"{3}|'{3}) (?:\\.|[^\\])*? (?P<long_end>(?P=long)|\Z)
        | (?P<short>["']) (?:\\(?:\r\n|.)|(?!(?P=short))[^\\\r\n])* (?P<short_end>(?P=short))? )
    | (?P<curly>[\u201c-\u201e][^\u201c-\u201e"\r\n]*[\u201c-\u201e"]
      | [\u2018-\u201a][^\u2018-\u201a'\r\n]*[\u2018-\u201a'])
    """,
    re.VERBOSE | re.DOTALL,
)


class Change(NamedTuple):
    """What is to stand between two offsets instead."""

    start: int
    end: int
    text: str


class Rewriting(NamedTuple):
    """A way a text may have been meant, with the reason, and how surely, 0 to 1."""

    changes: tuple[Change, ...]
    title: str
    why: str
    sure: float


class Literal(NamedTuple):
    """A string or a comment. ``quote`` is empty for a comment, and the first of a pair of typographic ones."""

    start: int
    end: int
    prefix: str
    quote: str
    ended: bool

    @property
    def inside(self) -> int:
        """Where the text between the quotes begins."""
        return self.start + len(self.prefix) + len(self.quote)


@dataclass(frozen=True)
class Unparsed:
    """A text that does not parse, and why. Lines are counted from 0. Up to the offset ``sound`` it parses by itself."""

    text: str
    error: SyntaxError
    sound: int = 0

    @cached_property
    def lines(self) -> list[str]:
        """The lines with their ends."""
        return split_lines(self.text)

    @cached_property
    def starts(self) -> list[int]:
        """The offset of each line, and of the end."""
        return list(accumulate(map(len, self.lines), initial=0))

    @cached_property
    def literals(self) -> list[Literal]:
        """The strings and comments, as far as they can be told apart in what does not parse."""
        return [_literal(found) for found in _LITERAL.finditer(self.text)]

    @cached_property
    def shadow(self) -> str:
        """The text with a double quote for each letter of a string and a space for each of a comment."""
        parts, done = [], 0
        for each in self.literals:
            parts.append(self.text[done : each.start])
            parts.append(re.sub(r"[^\r\n]", '"' if each.quote else " ", self.text[each.start : each.end]))
            done = each.end
        return "".join((*parts, self.text[done:]))

    @cached_property
    def at(self) -> int:
        """The line the parser stops at."""
        return min(max((self.error.lineno or 1) - 1, 0), len(self.lines) - 1)

    @cached_property
    def blamed(self) -> tuple[int, ...]:
        """The line the parser stops at, and the one before that says something."""
        return tuple(dict.fromkeys((self.at, self.before(self.at))))

    def before(self, number: int) -> int:
        """The last line before one that says something; the line itself where none does."""
        return next((i for i in range(number - 1, -1, -1) if self.code(i).strip()), number)

    def after(self, number: int) -> int | None:
        """The next line that says something."""
        return next((i for i in range(number + 1, len(self.lines)) if self.code(i).strip()), None)

    def bare(self, number: int) -> str:
        """A line without its end."""
        return self.lines[number].rstrip("\r\n")

    def code(self, number: int) -> str:
        """The shadow of a line without a comment, and without white space behind it."""
        return self.shadow[self.starts[number] : self.starts[number + 1]].rstrip()

    def written(self, number: int) -> str:
        """A line as far as it is code, strings as they are written."""
        return self.lines[number][: len(self.code(number))]

    def line_of(self, offset: int) -> int:
        """The line an offset is in."""
        return min(bisect_right(self.starts, offset), len(self.lines)) - 1

    def opening(self, number: int) -> int:
        """The line on which the statement begins that a line ends, by brackets and backslashes."""
        left = balance(self.code(number))
        while number and (left < 0 or self.code(number - 1).endswith("\\")):
            number -= 1
            left += balance(self.code(number))
        return number

    def around(self, offset: int) -> int | None:
        """Where the bracket opens that an offset stands in."""
        closed = 0
        for index in range(offset - 1, max(offset - _FAR, -1), -1):
            letter = self.shadow[index]
            if letter in PAIRS.values():
                closed += 1
            elif letter in PAIRS and not closed:
                return index
            elif letter in PAIRS:
                closed -= 1
        return None

    def change(self, number: int, start: int, end: int, text: str) -> Change:
        """What is to stand between two columns of a line."""
        return Change(self.starts[number] + start, self.starts[number] + end, text)

    def rewritten(self, *changes: Change) -> str:
        """The text with some changes made, which do not overlap."""
        text = self.text
        for start, end, new in sorted(changes, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def mended(self, *changes: Change) -> str | None:
        """The text with some changes made, where it parses then."""
        text = self.rewritten(*changes)
        sound = self.sound if min(change.start for change in changes) >= self.sound else 0
        return text if error_behind(text, sound) is None else None


def error_behind(text: str, sound: int) -> SyntaxError | None:
    """Where and why a text does not parse, or None; up to ``sound``, the start of a line, it is known to."""
    try:
        parse(text[sound:])
    except SyntaxError as error:
        if error.lineno:
            error.lineno += text.count("\n", 0, sound)
        return error
    return None


def sound_until(text: str, error: SyntaxError) -> int:
    """Where the statement of the module begins that is to blame, as far as what stands above parses by itself.

    It need not be read again for each way the rest may have been meant.
    """
    lines = split_lines(text)
    if "\r" in text.replace("\r\n", "") or "triple-quoted" in error.msg:
        return 0
    blamed = min((error.lineno or 1) - 1, len(lines) - 1)
    blamed = next((i for i in range(blamed - 1, -1, -1) if lines[i].strip()), 0)
    begin = (i for i in range(blamed, 0, -1) if _BEGINS.match(lines[i]) and not lines[i - 1].startswith("@"))
    for number in islice(begin, _TRIES):
        sound = sum(map(len, lines[:number]))
        if error_behind(text[:sound], 0) is None:
            return sound
    return 0


def balance(code: str) -> int:
    """How many brackets of some shadow open that do not close."""
    return sum((letter in "([{") - (letter in ")]}") for letter in code)


def _literal(found: re.Match[str]) -> Literal:
    start, end = found.span()
    if found["comment"] or found["curly"]:
        return Literal(start, end, "", found["curly"][0] if found["curly"] else "", ended=True)
    ended = bool(found["long_end"] if found["long"] else found["short_end"])
    return Literal(start, end, found["prefix"] or "", found["long"] or found["short"], ended)
