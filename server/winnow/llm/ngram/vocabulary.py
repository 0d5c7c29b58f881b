"""Numbers for tokens, and what kind of word each is: well-known ones stay literal, others may stand for any name."""

from __future__ import annotations

import builtins
import keyword
from bisect import bisect_left, insort
from typing import TYPE_CHECKING

import numpy as np

from winnow.llm.ngram.lexing import ENDS, START, is_word, rendered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

LITERAL_WORD, NAME, CLASS, CONSTANT, NUMBER = range(5)
"""Kinds of token: what always stays itself (punctuation is such, too), and four kinds of word."""
PLAIN, PRIVATE, PLURAL, CAPITAL, UPPER = range(5)
"""Forms of one stem: ``user``, ``_user``, ``users``, ``User``, ``USER``."""
FORMS = 5
_FEW = 100

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
        self.stems: list[str] = []
        self.forms: list[int] = []
        self._families: dict[tuple[str, int], int] = {}
        self.ends: set[int] = set()
        self._sorted: list[str] = []
        self._words: NDArray[np.bool_] = np.zeros(0, np.bool_)
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
        kind = _kind(token)
        stem, form = _stem(token, kind)
        self.kinds.append(kind)
        self.stems.append(stem)
        self.forms.append(form)
        self._families[stem, form] = number
        if token in ENDS:
            self.ends.add(number)
        return number

    def numbers(self, tokens: Iterable[str]) -> list[int]:
        """The numbers of tokens in a row."""
        return [self.number(token) for token in tokens]

    def relative(self, number: int, form: int) -> int | None:
        """The word of the same stem as a token in another form, if any was seen."""
        return self._families.get((self.stems[number], form))

    def allowed(self, before: str, typed: str) -> NDArray[np.bool_]:
        """Which tokens, written after ``before``, start with what is typed."""
        self._sort()
        stem = typed
        if typed.startswith(" ") and is_word(before):
            stem = typed[1:]
        mask = self._words.copy() if typed and not stem else np.zeros(len(self.tokens), np.bool_)
        for start in {typed, stem} - {""}:
            low, high = bisect_left(self._sorted, start), bisect_left(self._sorted, start + "\U0010ffff")
            chosen = (token for token in self._sorted[low:high] if rendered(before, token).startswith(typed))
            mask[[self._numbers[token] for token in chosen]] = True
        mask[list(self.ends)] = False
        return mask

    def _sort(self) -> None:
        """Keep all tokens in order, and which are words: few new ones are put in their places, many sorted in."""
        new = self.tokens[len(self._sorted) :]
        self._words = np.concatenate([self._words, np.array([is_word(token) for token in new], np.bool_)])
        if len(new) > _FEW:
            self._sorted = sorted(self.tokens)
        else:
            for token in new:
                insort(self._sorted, token)


def _kind(token: str) -> int:
    if not is_word(token) or token in _WELL_KNOWN:
        return LITERAL_WORD
    if token[0].isdigit():
        return NUMBER
    if token.isupper():
        return CONSTANT
    return CLASS if token.lstrip("_")[:1].isupper() else NAME


def _stem(token: str, kind: int) -> tuple[str, int]:
    """What a word has in common with its relatives, and which of them it is."""
    if kind in {LITERAL_WORD, NUMBER}:
        return token, PLAIN
    stem = token.replace("_", "").lower()
    if kind == CONSTANT:
        return stem, UPPER
    if kind == CLASS:
        return stem, CAPITAL
    if token.startswith("_"):
        return stem, PRIVATE
    if stem.endswith("s") and not stem.endswith("ss"):
        return stem[:-1], PLURAL
    return stem, PLAIN
