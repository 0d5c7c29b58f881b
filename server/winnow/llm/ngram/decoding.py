"""From a cursor to whole lines: a beam over the mixture, held to balanced brackets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log
from typing import TYPE_CHECKING

from winnow.llm.ngram import weights
from winnow.llm.ngram.lexing import DEEPER, SAME, START, rendered
from winnow.llm.ngram.mixture import allowed_symbols, believe, concrete, mix
from winnow.llm.ngram.sequences import ORDER, joined
from winnow.llm.ngram.vocabulary import symbol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from winnow.llm.ngram.corpus import Corpus, Leaf
    from winnow.llm.ngram.vocabulary import Names

BEAM = 3
LONGEST = 24
"""Tokens in a line; longer ones are hardly ever right."""
_HOPELESS = log(0.003)
_CLOSERS = {")": "(", "]": "[", "}": "{"}
Weighed = tuple[dict[int, float], tuple[float, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a line is to be completed: the last tokens both ways, what is typed of the next, the open brackets.

    ``line`` is the text of the cursor's line before it.
    """

    literal: tuple[int, ...]
    abstract: tuple[int, ...]
    names: Names
    typed: str
    brackets: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that was completed: its text from the cursor on, a log-probability a token, and what backs it.

    For each token: the longest match that led to it, the share of sources that know it, the share that prefer it.
    ``end`` is the likeliest token to end it, ``cursor`` stands before that.
    """

    text: str = ""
    logprobs: tuple[float, ...] = ()
    orders: tuple[int, ...] = ()
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
    """Completes lines of one file, given what was read."""

    def __init__(self, corpus: Corpus, leaf: Leaf, path: str) -> None:
        self._corpus = corpus
        self._leaf = leaf
        self._left_out = corpus.left_out(path)
        self._beside = corpus.beside(path)

    def beliefs(self, cursor: Cursor, allowed: NDArray[np.bool_] | None) -> list[Weighed | None]:
        """What each source says comes next, in the order of ``mixture.SOURCES``."""
        symbols = allowed_symbols(allowed, cursor.names) if allowed is not None else None
        literal, abstract = cursor.literal, cursor.abstract
        project, library, beside = self._corpus.project, self._corpus.library, self._beside
        literally = project.literal.after(literal, self._left_out) if project else []
        abstractly = project.abstract.after(abstract, self._left_out) if project else []
        found = (
            self._leaf.literal.after(literal),
            self._leaf.abstract.after(abstract),
            joined(literally, beside.literal.after(literal)) if beside else literally,
            joined(abstractly, beside.abstract.after(abstract)) if beside else abstractly,
            library.literal.after(literal) if library else [],
            library.abstract.after(abstract) if library else [],
        )
        weighed: list[Weighed | None] = []
        for place, levels in enumerate(found):
            belief = believe(levels, symbols if place % 2 else allowed)
            if belief is None:
                weighed.append(None)
            else:
                chances = concrete(belief, cursor.names) if place % 2 else belief.chances
                weighed.append((chances, belief.features))
        return weighed

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
        mark, names = symbol(line.end, line.cursor.names, self._corpus.vocabulary.kinds)
        return end, replace(
            line.cursor,
            literal=(*line.cursor.literal[1 - ORDER :], line.end),
            abstract=(*line.cursor.abstract[1 - ORDER :], mark),
            names=names,
            typed="",
            line="",
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
        mark, names = symbol(token, cursor.names, vocabulary.kinds)
        speaking = [belief for belief in beliefs if belief]
        backing = [belief for belief in speaking if belief[0].get(token, 0.0) > 0]
        preferring = sum(belief[0][token] >= max(belief[0].values()) for belief in backing)
        return _Path(
            line=replace(
                line,
                text=line.text + text,
                logprobs=(*line.logprobs, log(chance)),
                orders=(*line.orders, max((int(belief[1][3]) for belief in backing), default=0)),
                agreement=(*line.agreement, len(backing) / max(1, len(speaking))),
                favour=(*line.favour, preferring / max(1, len(speaking))),
                brackets=brackets,
            ),
            cursor=replace(
                cursor,
                literal=(*cursor.literal[1 - ORDER :], token),
                abstract=(*cursor.abstract[1 - ORDER :], mark),
                names=names,
                typed="",
                brackets=brackets,
            ),
        )


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
