"""Numbers for tokens, and a second numbering in which local names lose their identity.

In the second one, an identifier is the number of distinct identifiers since it last occurred (move-to-front),
so ``self.width = width`` and ``self.depth = depth`` are the same sequence, and what is learnt from one
predicts the other: a copy mechanism in the spirit of pointer networks (Vinyals et al., 2015), made of counts.
"""

from __future__ import annotations

import builtins
import keyword
from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np

from winnow.llm.ngram.lexing import ENDS, START, is_word, rendered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

RECENT = 12
"""How many identifiers back a name is remembered."""

_NEW_NAME, _NEW_CLASS, _NEW_CONSTANT, _NEW_NUMBER = range(RECENT + 1, RECENT + 5)
LITERAL = RECENT + 5
"""Abstract symbols: 0 starts a document, then RECENT copies, four kinds of new word, then tokens that stay literal."""

_OTHER_LANGUAGES = """
    abstract bool boolean break byte case catch char chan const constructor default defer delete do double else enum
    export extends false final fn func function go goto if impl implements import instanceof interface let long loop
    map match mod move mut namespace new nil null number override package private protected pub public range readonly
    ref require return select short static string struct super switch template this throw throws trait true try type
    typedef typename typeof undefined union unsafe unsigned use using var virtual void where while yield
"""
_WELL_KNOWN = frozenset(
    {*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *_OTHER_LANGUAGES.split()}
    | {
        "self",
        "cls",
        "args",
        "kwargs",
        "append",
        "get",
        "items",
        "join",
        "format",
        "keys",
        "values",
        "pytest",
        "assert",
    }
    | {str(number) for number in range(11)}
)


class Vocabulary:
    """Every token seen, by number; 0 is the start of a document."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.tokens: list[str] = []
        self.kinds: list[int] = []
        self.ends: set[int] = set()
        self._sorted: list[str] = []
        self._sorted_size = 0
        for token in (START, *sorted(ENDS - {START})):
            self.number(token)

    def __len__(self) -> int:
        """Count the tokens."""
        return len(self.tokens)

    def number(self, token: str) -> int:
        """The number of a token, a new one if need be."""
        known = self._numbers.get(token)
        if known is not None:
            return known
        number = self._numbers[token] = len(self.tokens)
        self.tokens.append(token)
        self.kinds.append(_kind(token))
        if token in ENDS:
            self.ends.add(number)
        return number

    def numbers(self, tokens: Iterable[str]) -> list[int]:
        """The numbers of tokens in a row."""
        return [self.number(token) for token in tokens]

    def allowed(self, before: str, typed: str) -> NDArray[np.bool_]:
        """Which tokens, written after ``before``, start with what is typed."""
        if len(self.tokens) > self._sorted_size + 2000 or not self._sorted:
            self._sorted, self._sorted_size = sorted(self.tokens), len(self.tokens)
        mask = np.zeros(len(self.tokens), np.bool_)
        for stem in {typed, typed[1:]} if typed.startswith(" ") and is_word(before) else {typed}:
            low = bisect_left(self._sorted, stem)
            high = bisect_left(self._sorted, stem + "\U0010ffff") if stem else len(self._sorted)
            near = self._sorted[low:high] + self.tokens[self._sorted_size :]
            chosen = (token for token in near if rendered(before, token).startswith(typed))
            mask[[self._numbers[token] for token in chosen]] = True
        mask[list(self.ends)] = False
        return mask


def _kind(token: str) -> int:
    """The abstract symbol of a word that was not seen lately; 0 for what stays literal."""
    if not is_word(token) or token in _WELL_KNOWN:
        return 0
    if token[0].isdigit():
        return _NEW_NUMBER
    if token.isupper():
        return _NEW_CONSTANT
    return _NEW_CLASS if token[0].isupper() else _NEW_NAME


Names = tuple[int, ...]
"""The last RECENT distinct identifiers, the latest first."""


def symbol(number: int, names: Names, kinds: Sequence[int]) -> tuple[int, Names]:
    """The abstract symbol of a token after these names, and the names after it."""
    kind = kinds[number]
    if not kind:
        return (LITERAL + number if number else 0), (names if number else ())
    if number in names:
        place = names.index(number)
        return place + 1, (number, *names[:place], *names[place + 1 :])
    return kind, (number, *names[: RECENT - 1])


def symbols(numbers: Iterable[int], kinds: Sequence[int], names: Names = ()) -> tuple[list[int], Names]:
    """The abstract symbols of tokens in a row, and the names after them."""
    recent, out = list(names), []
    for number in numbers:
        kind = kinds[number]
        if not kind:
            out.append(LITERAL + number if number else 0)
            if not number:
                recent.clear()
        elif number in recent:
            place = recent.index(number)
            out.append(place + 1)
            del recent[place]
            recent.insert(0, number)
        else:
            out.append(kind)
            recent.insert(0, number)
            del recent[RECENT:]
    return out, tuple(recent)


def meant(symbol_: int, names: Names) -> int | None:
    """The token that an abstract symbol stands for after these names; None for a new word."""
    if symbol_ >= LITERAL:
        return symbol_ - LITERAL
    return names[symbol_ - 1] if 0 < symbol_ <= len(names) else None
