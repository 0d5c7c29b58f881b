"""From a cursor to whole lines: a beam over the mixture, held to balanced brackets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log
from typing import TYPE_CHECKING

import numpy as np

from winnow.llm.ngram import weights
from winnow.llm.ngram.abstraction import allowed_symbols, symbols
from winnow.llm.ngram.lexing import DEEPER, SAME, START, rendered
from winnow.llm.ngram.mixture import ABSTRACT, believe, believe_words, concrete, mix
from winnow.llm.ngram.sequences import ORDER, joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from winnow.llm.ngram.abstraction import Names
    from winnow.llm.ngram.corpus import Corpus, Leaf
    from winnow.llm.ngram.mixture import Belief
    from winnow.llm.ngram.scope import Scope
    from winnow.llm.ngram.sequences import Scan

BEAM = 3
LONGEST = 24
"""Tokens in a line; longer ones are hardly ever right."""
_HOPELESS = log(0.003)
_RECENT_WEIGHT = 3.0
MOST_TYPED = 4
"""Letters; more say nothing more of a source."""
_CLOSERS = {")": "(", "]": "[", "}": "{"}
Weighed = tuple[dict[int, float], tuple[float, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a line is to be completed: the last tokens both ways, what is typed of the next, the open brackets.

    ``line`` is the text of the cursor's line before it, ``scope`` what can be meant in it.
    """

    literal: tuple[int, ...]
    abstract: tuple[int, ...]
    names: Names
    typed: str
    brackets: str
    line: str
    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that was completed: its text from the cursor on, a log-probability a token, and what backs it.

    For each token: the longest match that led to it, how often (log2) its context occurred in the source that knows
    most, the share of sources that know it, the share that prefer it.
    ``end`` is the likeliest token to end it, ``cursor`` stands before that.
    """

    text: str = ""
    logprobs: tuple[float, ...] = ()
    orders: tuple[int, ...] = ()
    support: tuple[float, ...] = ()
    agreement: tuple[float, ...] = ()
    favour: tuple[float, ...] = ()
    brackets: str = ""
    end: int = 0
    cursor: Cursor | None = None

    @property
    def logprob(self) -> float:
        """Of the whole line."""
        return sum(self.logprobs)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Path:
    line: Line
    cursor: Cursor


class Decoder:
    """Completes lines of one file, given what was read. ``recent`` are the tokens just before the cursor."""

    def __init__(self, corpus: Corpus, leaf: Leaf, recent: Scan, path: str) -> None:
        self._corpus = corpus
        self._leaf = leaf
        self._recent = recent
        self._left_out = corpus.left_out(path)
        self._beside = corpus.beside(path)

    def beliefs(self, cursor: Cursor, allowed: NDArray[np.bool_] | None) -> list[Weighed | None]:
        """What each source says comes next, in the order of ``mixture.SOURCES``."""
        names, vocabulary = cursor.names, self._corpus.vocabulary
        symbols = allowed_symbols(allowed, names, vocabulary) if allowed is not None else None
        found: list[Belief | None] = [
            believe(levels, symbols if place in ABSTRACT else allowed)
            for place, levels in enumerate(self._following(cursor))
        ]
        found += self._words(allowed) if allowed is not None else (None, None)
        place_known = (min(len(cursor.typed.strip()), MOST_TYPED), in_string(cursor.line))
        return [
            (
                concrete(belief, names, vocabulary) if place in ABSTRACT else belief.chances,
                belief.features + place_known,
            )
            if belief
            else None
            for place, belief in enumerate(found)
        ]

    def _following(self, cursor: Cursor) -> Iterator[list[NDArray[np.int32]]]:
        """What followed this context in each text."""
        literal, abstract = cursor.literal, cursor.abstract
        project, library, beside = self._corpus.project, self._corpus.library, self._beside
        yield self._leaf.literal.after(literal)
        yield self._leaf.abstract.after(abstract)
        literally = project.literal.after(literal, self._left_out) if project else []
        yield joined(literally, beside.literal.after(literal)) if beside else literally
        abstractly = project.abstract.after(abstract, self._left_out) if project else []
        yield joined(abstractly, beside.abstract.after(abstract)) if beside else abstractly
        yield library.literal.after(literal) if library else []
        yield library.abstract.after(abstract) if library else []
        yield self._recent.after(literal)

    def _words(self, allowed: NDArray[np.bool_]) -> Iterator[Belief | None]:
        """The words of this file, the recent ones before others, and those of the project."""
        counts: dict[int, float] = {}
        for scan, weight in ((self._leaf.literal, 1.0), (self._recent, _RECENT_WEIGHT)):
            for token in scan.text[allowed[scan.text]].tolist():
                counts[token] = counts.get(token, 0.0) + weight
        yield believe_words(counts)
        tokens = np.flatnonzero(allowed)
        if self._corpus.project is None:
            yield None
        else:
            numbers = self._corpus.project.literal.counts(tokens, self._left_out).tolist()
            yield believe_words({token: count for token, count in zip(tokens.tolist(), numbers, strict=True) if count})

    def lines(self, cursor: Cursor) -> list[Line]:
        """The likeliest completions of the line, best first."""
        paths, done = [_Path(line=Line(brackets=cursor.brackets), cursor=cursor)], list[Line]()
        for _ in range(LONGEST):
            grown: list[_Path] = []
            for path in paths:
                for step in self._steps(path):
                    if isinstance(step, Line):
                        done.append(step)
                    else:
                        grown.append(step)
            best = max((line.logprob for line in done), default=_HOPELESS)
            floor = max(_HOPELESS, best - 1.5)
            paths = sorted((path for path in grown if path.line.logprob > floor), key=_likelihood)[:BEAM]
            if not paths:
                break
        return sorted(done, key=lambda line: -line.logprob)

    def below(self, line: Line) -> tuple[str, Cursor] | None:
        """How the line after a completed one is indented, and the cursor at its first token; None ends the block."""
        end = self._corpus.vocabulary.tokens[line.end]
        if line.cursor is None or end not in {SAME, DEEPER}:
            return None
        return end, replace(self.after(line.cursor, line.end), line="")

    def after(self, cursor: Cursor, token: int) -> Cursor:
        """The cursor once a token is written."""
        marks, names = symbols((token,), self._corpus.vocabulary, cursor.names)
        return replace(
            cursor,
            literal=(*cursor.literal[1 - ORDER :], token),
            abstract=(*cursor.abstract[1 - ORDER :], *marks),
            names=names,
            typed="",
        )

    def _steps(self, path: _Path) -> Iterator[_Path | Line]:
        vocabulary, cursor = self._corpus.vocabulary, path.cursor
        before = vocabulary.tokens[cursor.literal[-1]]
        allowed = vocabulary.allowed(before, cursor.typed) if cursor.typed.strip() or cursor.typed else None
        beliefs = self.beliefs(cursor, allowed)
        chances = mix(beliefs, weights.GATES)
        ends = {end: chances.pop(end, 0.0) for end in vocabulary.ends}
        ending = sum(ends.values())
        possible = sorted(chances.items(), key=_chance)[: BEAM + 2]
        first = max(ending, possible[0][1] if possible else 0.0)
        if ending >= 0.15 * first and ending and _may_end(before, cursor.brackets):
            end = max(ends, key=lambda each: ends[each])
            yield replace(path.line, logprobs=(*path.line.logprobs, log(ending)), end=end, cursor=cursor)
        for token, chance in possible:
            if chance < 0.15 * first or chance <= 0:
                break
            grown = self._grown(path, token, chance, beliefs)
            if grown is not None:
                yield grown

    def _grown(self, path: _Path, token: int, chance: float, beliefs: Sequence[Weighed | None]) -> _Path | None:
        vocabulary, cursor, line = self._corpus.vocabulary, path.cursor, path.line
        written = vocabulary.tokens[token]
        brackets = balance(line.brackets, written)
        if brackets is None:
            return None
        text = rendered(vocabulary.tokens[cursor.literal[-1]], written)[len(cursor.typed) :]
        speaking = [belief for belief in beliefs if belief]
        backing = [belief for belief in speaking if belief[0].get(token, 0.0) > 0]
        preferring = sum(belief[0][token] >= max(belief[0].values()) for belief in backing)
        return _Path(
            line=replace(
                line,
                text=line.text + text,
                logprobs=(*line.logprobs, log(chance)),
                orders=(*line.orders, max((int(belief[1][3]) for belief in backing), default=0)),
                support=(*line.support, max((belief[1][4] for belief in backing), default=0.0)),
                agreement=(*line.agreement, len(backing) / max(1, len(speaking))),
                favour=(*line.favour, preferring / max(1, len(speaking))),
                brackets=brackets,
            ),
            cursor=replace(self.after(cursor, token), brackets=brackets),
        )


def in_string(line: str) -> bool:
    """Whether a line that ends at the cursor probably ends in a string."""
    return bool(line.count('"') % 2 or line.count("'") % 2)


def balance(brackets: str, token: str) -> str | None:
    """The open brackets after a token; None when it closes one that is not open."""
    for character in token:
        if character in "([{":
            brackets += character
        elif character in _CLOSERS:
            if brackets and brackets[-1] != _CLOSERS[character]:
                return None
            brackets = brackets[:-1]
    return brackets


def _may_end(last: str, brackets: str) -> bool:
    """Whether a line may end here: with brackets open, only after one or after a comma or an operator or a string."""
    return (
        not brackets
        or last == START
        or not (last.isidentifier() and last not in {"and", "or", "not", "in", "if", "else"})
    )


def _chance(item: tuple[int, float]) -> float:
    return -item[1]


def _likelihood(path: _Path) -> float:
    return -path.line.logprob
