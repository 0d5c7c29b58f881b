"""Where a context occurred before: a sorted array for what rarely changes, a plain scan for what just did."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ORDER = 10
"""The longest context that is matched, in tokens."""
_FEW = 2048


class Scan:
    """A short text (one file), searched from end to end: no index to keep up while the user types.

    ``gap`` is where something is to be inserted: what stands there now does not follow what stands before it.
    """

    def __init__(self, numbers: Sequence[int] | NDArray[np.int32], gap: int = -1) -> None:
        self.text: NDArray[np.int32] = np.asarray(numbers, np.int32)
        self._gap = gap

    def after(self, context: Sequence[int]) -> list[NDArray[np.int32]]:
        """The tokens that followed the last 1, 2, ... tokens of a context, as long as any did."""
        levels: list[NDArray[np.int32]] = []
        if not len(self.text):
            return levels
        ends = np.flatnonzero(self.text[:-1] == context[-1]) + 1
        ends = ends[ends != self._gap]
        for depth in range(2, min(ORDER, len(context)) + 2):
            if not len(ends):
                break
            levels.append(self.text[ends])
            ends = ends[ends >= depth]
            if depth <= min(ORDER, len(context)):
                ends = ends[self.text[ends - depth] == context[-depth]]
        return levels


class SuffixArray:
    """A long text whose positions are sorted by what stands before them (Manber and Myers, 1990), ORDER tokens deep.

    Eight bytes a token; building takes about five times that for a moment.
    """

    def __init__(self, numbers: Sequence[int] | NDArray[np.int32], size: int) -> None:
        text = np.asarray(numbers, np.int32)
        self._padded = np.concatenate([np.full(ORDER + 1, -1, np.int32), text, np.zeros(1, np.int32)])
        self._ends = _sorted_by_context(text) + np.int32(ORDER + 1)
        self._starts = np.zeros(size + 1, np.int64)
        np.cumsum(np.bincount(text, minlength=size), out=self._starts[1:])
        self._documents = np.flatnonzero(text == 0) + ORDER + 1
        self._view, self._ends_view = self._padded.data, self._ends.data

    def __len__(self) -> int:
        """Count the tokens."""
        return len(self._ends)

    def after(self, context: Sequence[int], left_out: NDArray[np.bool_] | None = None) -> list[NDArray[np.int32]]:
        """As of a ``Scan``; ``left_out`` marks documents, in the order they stand in the text, that do not count."""
        levels: list[NDArray[np.int32]] = []
        last = context[-1]
        if last + 1 >= len(self._starts):
            return levels
        low, high = int(self._starts[last]), int(self._starts[last + 1])
        for depth in range(1, min(ORDER, len(context)) + 1):
            if depth > 1:
                low, high = self._narrowed(low, high, depth, context[-depth])
            if low >= high:
                break
            levels.append(self._following(low, high, left_out))
            if high - low == 1 and depth >= ORDER // 2:
                break
        return levels

    def counts(self, tokens: NDArray[np.int64], left_out: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """How often each of these tokens occurs, in the documents that count."""
        known = tokens[tokens + 1 < len(self._starts)]
        found: NDArray[np.int64] = np.zeros(len(tokens), np.int64)
        found[: len(known)] = self._starts[known + 1] - self._starts[known]
        for document in np.flatnonzero(left_out) if left_out is not None else ():
            first, last = self._documents[document], self._documents[document + 1 : document + 2]
            text = self._padded[first : last[0] if len(last) else -1]
            found[: len(known)] -= np.bincount(text, minlength=len(self._starts))[known]
        return found

    def _narrowed(self, low: int, high: int, depth: int, wanted: int) -> tuple[int, int]:
        if high - low <= _FEW:
            keys = self._padded[self._ends[low:high] - depth]
            return low + int(keys.searchsorted(wanted)), low + int(keys.searchsorted(wanted, "right"))
        text, ends = self._view, self._ends_view

        def key(row: int) -> int:
            return int(text[ends[row] - depth])

        rows = range(len(self._ends))
        low = bisect_left(rows, wanted, low, high, key=key)
        return low, bisect_right(rows, wanted, low, high, key=key)

    def _following(self, low: int, high: int, left_out: NDArray[np.bool_] | None) -> NDArray[np.int32]:
        ends = self._ends[low : high : max(1, (high - low) // _FEW)]
        if left_out is not None:
            ends = ends[~left_out[self._documents.searchsorted(ends - 1, "right") - 1]]
        following: NDArray[np.int32] = self._padded[ends]
        return following


def joined(left: Sequence[NDArray[np.int32]], right: Sequence[NDArray[np.int32]]) -> list[NDArray[np.int32]]:
    """What followed a context in two texts together."""
    nothing = np.zeros(0, np.int32)
    return [np.concatenate(pair) for pair in zip_longest(left, right, fillvalue=nothing)]


def _sorted_by_context(text: NDArray[np.int32]) -> NDArray[np.int32]:
    """The positions after each token, ordered by the tokens before them, the nearest first (prefix doubling)."""
    rank = text + np.int32(1)
    order = np.argsort(rank, kind="stable")
    known = 1
    while known < ORDER and len(text):
        key = rank * (np.int64(rank.max()) + 2)
        key[known:] += rank[:-known]
        order = np.argsort(key, kind="stable")
        key = key[order]
        rank[order] = np.concatenate([[1], key[1:] != key[:-1]]).cumsum(dtype=np.int32)
        known *= 2
    return (order + 1).astype(np.int32)
