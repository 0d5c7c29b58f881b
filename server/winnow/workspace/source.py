"""A parsed text: where the parser's byte offsets stand in code points."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

_STRIDE = 4096
_CONTINUATION = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 that do not begin a code point."""


def encoded(text: str) -> bytes:
    """A text as the parser reads it; a lone surrogate, which no file can hold, counts as one question mark."""
    return text.encode("utf-8", "replace")


class Source:
    """A text with its tree. The parser counts bytes of UTF-8; everything that leaves the room counts code points."""

    def __init__(self, data: bytes, tree: Tree, *, ascii_only: bool) -> None:
        self.data = data
        self.tree = tree
        self._ascii_only = ascii_only

    @cached_property
    def _points(self) -> list[int]:
        """How many code points begin before every ``_STRIDE``-th byte."""
        chunks = range(0, len(self.data), _STRIDE)
        return list(accumulate((_count(self.data[at : at + _STRIDE]) for at in chunks), initial=0))

    def offset(self, byte: int) -> int:
        """The code point at a byte."""
        if self._ascii_only:
            return byte
        chunk = min(byte, len(self.data)) // _STRIDE
        return self._points[chunk] + _count(self.data[chunk * _STRIDE : byte])

    def byte(self, offset: int) -> int:
        """The byte of a code point; the end of the text where it lies beyond."""
        if self._ascii_only:
            return min(offset, len(self.data))
        if offset >= self._points[-1]:
            return len(self.data)
        start = max(bisect_right(self._points, offset) - 1, 0) * _STRIDE
        wanted = offset - self._points[start // _STRIDE]
        return start + bisect_left(
            range(_STRIDE), wanted + 1, key=lambda size: _count(self.data[start : start + size + 1])
        )

    def text(self, node: Node) -> str:
        """What a node says."""
        return self.between(node.start_byte, node.end_byte)

    def between(self, start: int, end: int) -> str:
        """What stands between two bytes."""
        return self.data[start:end].decode("utf-8", "replace")


def _count(data: bytes) -> int:
    """How many code points begin in some bytes."""
    return len(data.translate(None, _CONTINUATION))
