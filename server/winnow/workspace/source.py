"""A parsed text: where the parser's byte offsets stand in code points."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Tree


class Source:
    """A text with its tree. The parser counts bytes of UTF-8; everything that leaves the room counts code points."""

    def __init__(self, data: bytes, tree: Tree, *, ascii_only: bool) -> None:
        self.data = data
        self.tree = tree
        self._lines: list[bytes] | None = None if ascii_only else data.splitlines(keepends=True)
        if self._lines is not None:
            self._bytes = list(accumulate(map(len, self._lines), initial=0))
            self._points = list(accumulate((len(line.decode()) for line in self._lines), initial=0))

    def offset(self, byte: int) -> int:
        """The code point at a byte."""
        if self._lines is None:
            return byte
        line = bisect_right(self._bytes, byte) - 1
        if line >= len(self._lines):
            return self._points[-1]
        return self._points[line] + len(self._lines[line][: byte - self._bytes[line]].decode())

    def byte(self, offset: int) -> int:
        """The byte of a code point."""
        if self._lines is None:
            return min(offset, len(self.data))
        line = bisect_right(self._points, offset) - 1
        if line >= len(self._lines):
            return len(self.data)
        return self._bytes[line] + len(self._lines[line].decode()[: offset - self._points[line]].encode())

    def text(self, node: Node) -> str:
        """What a node says."""
        return self.data[node.start_byte : node.end_byte].decode()
