"""Immutable text by lines, cheap to edit: an edit copies one block of lines and shares the rest.

Lines end as the language server protocol says (LF, CR LF or CR, nothing else): a form feed or U+2028
is an ordinary character. A text always has one line more than it has line ends, so its last line may be empty.
Measured on 10,000 lines: an edit of one character takes microseconds, where joining the text takes a millisecond.
"""

from __future__ import annotations

import re
import weakref
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate, islice
from operator import attrgetter, is_
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SIZE = 128
"""Lines of a block: an edit copies one block and the list of blocks, so about the root of a large file is best."""


def split_lines(text: str) -> list[str]:
    """The lines of a text with their ends; the last one has no end and may be empty."""
    lines = _LINE.findall(text)
    if not lines or lines[-1][-1] in "\r\n":
        lines.append("")
    return lines


def bare_lines(text: str) -> list[str]:
    """The lines of a text as ``ast`` counts them, without their ends; nothing after the last end."""
    lines = [line.rstrip("\r\n") for line in split_lines(text)]
    return lines if lines[-1] else lines[:-1]


def well_formed(text: str) -> str:
    """A text without lone surrogates, which neither an editor nor a database takes; U+FFFD stands for each."""
    return _SURROGATE.sub("\ufffd", text)


class _Block:
    """Some lines, shared between the versions of a text; where each starts is worked out when first asked."""

    __slots__ = ("_starts", "_string", "height", "lines", "size")

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines
        self.height = len(lines)
        self.size = sum(map(len, lines))
        self._starts: list[int] | None = None
        self._string: str | None = None

    @property
    def starts(self) -> list[int]:
        """The offset of each line within the block, and the block's size."""
        if self._starts is None:
            self._starts = list(accumulate(map(len, self.lines), initial=0))
        return self._starts

    @property
    def string(self) -> str:
        """The lines as one string: the versions of a text join those of the blocks they share."""
        if self._string is None:
            self._string = "".join(self.lines)
        return self._string


class Text:
    """A text that never changes; ``splice`` and ``replace`` make another that shares what they left alone."""

    def __init__(self, blocks: tuple[_Block, ...]) -> None:
        self._blocks = blocks
        self._compared: tuple[weakref.ref[Text], tuple[int, int, str]] | None = None

    @classmethod
    def of(cls, text: str) -> Text:
        """The text of a string."""
        return cls(_blocks(split_lines(text)))

    @cached_property
    def _first_lines(self) -> list[int]:
        """The number of the first line of each block, and the count of all lines."""
        return list(accumulate(map(attrgetter("height"), self._blocks), initial=0))

    @cached_property
    def _first_offsets(self) -> list[int]:
        """The offset at which each block starts, and the length of the text."""
        return list(accumulate(map(attrgetter("size"), self._blocks), initial=0))

    @cached_property
    def _string(self) -> str:
        return "".join([block.string for block in self._blocks])

    def __str__(self) -> str:
        """The whole text as one string, joined once."""
        return self._string

    def __repr__(self) -> str:
        """Its size rather than its content, which may be large and private."""
        return f"<Text of {self.line_count} lines>"

    def __len__(self) -> int:
        """Count code points."""
        return self._first_offsets[-1]

    def __eq__(self, other: object) -> bool:
        """Whether both hold the same characters; shared blocks are compared by identity."""
        if not isinstance(other, Text):
            return NotImplemented
        return self._blocks == other._blocks or (len(self) == len(other) and str(self) == str(other))

    def __hash__(self) -> int:
        """Agree with equality."""
        return hash(str(self))

    @property
    def line_count(self) -> int:
        """One more than there are line ends."""
        return self._first_lines[-1]

    @property
    def line_end(self) -> str:
        """The end of its first line, with which what is added to it should end its lines, too."""
        return "\r\n" if self.line(0).endswith("\r\n") else "\n"

    def line(self, number: int) -> str:
        """One line with its end. Raises IndexError where there is none."""
        if not 0 <= number < self.line_count:
            raise IndexError(number)
        block = bisect_right(self._first_lines, number) - 1
        return self._blocks[block].lines[number - self._first_lines[block]]

    def lines(self, start: int = 0, stop: int | None = None) -> Iterator[str]:
        """The lines from ``start`` to before ``stop``, with their ends."""
        last = self.line_count if stop is None else min(stop, self.line_count)
        return (self.line(number) for number in range(max(start, 0), last))

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column; both are held within the text, the column before the line's end."""
        line, column = self._held(line, column)
        block = bisect_right(self._first_lines, line) - 1
        start = self._blocks[block].starts[line - self._first_lines[block]]
        return self._first_offsets[block] + start + column

    def position(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset, which is held within the text."""
        offset = min(max(offset, 0), len(self))
        if offset == len(self):
            return self.line_count - 1, len(self.line(self.line_count - 1))
        block = bisect_right(self._first_offsets, offset) - 1
        left = offset - self._first_offsets[block]
        starts = self._blocks[block].starts
        line = bisect_right(starts, left) - 1
        return self._first_lines[block] + line, left - starts[line]

    def slice(self, start: int, end: int) -> str:
        """The characters from ``start`` to before ``end``."""
        (first, column), (last, end_column) = self.position(start), self.position(max(start, end))
        if first == last:
            return self.line(first)[column:end_column]
        return "".join([self.line(first)[column:], *self.lines(first + 1, last), self.line(last)[:end_column]])

    def replace(self, start: int, end: int, text: str) -> Text:
        """This text with the characters ``start`` to ``end`` replaced."""
        return self._spliced(self.position(start), self.position(max(start, end)), text)

    def splice(self, start: tuple[int, int], end: tuple[int, int], text: str) -> Text:
        """This text with what stands between two (line, column) positions replaced; both are held within it."""
        first = self._held(*start)
        return self._spliced(first, max(first, self._held(*end)), text)

    def difference(self, other: Text) -> tuple[int, int, str]:
        """The one change that makes this text the other: (start, end, what stands there instead).

        Shared blocks and lines are skipped by identity, so two versions of a large text are compared in microseconds.
        The latest comparison is remembered, as several ask for it at a keystroke.
        """
        if self._compared is None or self._compared[0]() is not other:
            self._compared = (weakref.ref(other), self._difference(other))
        return self._compared[1]

    def _difference(self, other: Text) -> tuple[int, int, str]:
        mine, theirs = self._blocks, other._blocks
        head = _shared(mine, theirs, min(len(mine), len(theirs)))
        tail = _shared(mine[::-1], theirs[::-1], min(len(mine), len(theirs)) - head)
        before = [line for block in mine[head : len(mine) - tail] for line in block.lines]
        after = [line for block in theirs[head : len(theirs) - tail] for line in block.lines]
        above = _shared(before, after, min(len(before), len(after)))
        below = _shared(before[::-1], after[::-1], min(len(before), len(after)) - above)
        skipped = self._first_offsets[head] + sum(map(len, before[:above]))
        old, new = "".join(before[above : len(before) - below]), "".join(after[above : len(after) - below])
        start = _alike(old, new)
        end = _alike(old[start:][::-1], new[start:][::-1])
        return skipped + start, skipped + len(old) - end, new[start : len(new) - end]

    def _held(self, line: int, column: int) -> tuple[int, int]:
        if line >= self.line_count:
            line = self.line_count - 1
            return line, len(self.line(line))
        line = max(line, 0)
        return line, min(max(column, 0), len(self.line(line).rstrip("\r\n")))

    def _spliced(self, start: tuple[int, int], end: tuple[int, int], text: str) -> Text:
        (first, column), (last, end_column) = start, end
        before, after = self.line(first)[:column], self.line(last)[end_column:]
        if first and not before and self.line(first - 1).endswith("\r"):
            first -= 1  # what is inserted may begin with the LF that makes a CR LF of it
            before = self.line(first)
        lines = split_lines(before + text + after)
        if last + 1 < self.line_count:
            lines.pop()  # the empty line after the last end is the next line, which stays as it is
        low = bisect_right(self._first_lines, first) - 1
        high = bisect_right(self._first_lines, last) - 1
        kept_above = self._blocks[low].lines[: first - self._first_lines[low]]
        kept_below = self._blocks[high].lines[last + 1 - self._first_lines[high] :]
        changed = (*kept_above, *lines, *kept_below)
        blocks = (_Block(changed),) if 0 < len(changed) <= 2 * _SIZE else _blocks(changed)
        return Text(self._blocks[:low] + blocks + self._blocks[high + 1 :])


def _blocks(lines: Sequence[str]) -> tuple[_Block, ...]:
    return tuple(_Block(tuple(lines[start : start + _SIZE])) for start in range(0, len(lines), _SIZE))


def _shared(mine: Sequence[object], theirs: Sequence[object], most: int) -> int:
    """How many things two sequences share at their start, by identity."""
    same = list(islice(map(is_, mine, theirs), most))
    return same.index(False) if False in same else most


def _alike(one: str, other: str) -> int:
    """How many characters two strings share at their start."""
    most = min(len(one), len(other))
    if one[:most] == other[:most]:
        return most
    low = 0
    while most - low > 1:
        middle = (low + most) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            most = middle
    return low
