"""The engine: learns files, completes lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from winnow.llm.ngram.abstraction import symbols
from winnow.llm.ngram.confidence import confidence
from winnow.llm.ngram.corpus import LIBRARY_TOKENS, PROJECT_TOKENS, Corpus, Leaf, Shelf, gather
from winnow.llm.ngram.decoding import Cursor, Decoder, balance
from winnow.llm.ngram.lexing import DEEPER, indentation, lex, line_end, open_line
from winnow.llm.ngram.scope import scope_of
from winnow.llm.ngram.sequences import ORDER, Scan
from winnow.llm.ngram.weights import NEARLY_CERTAIN
from winnow.llm.secrets import REDACTED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winnow.llm.ngram.abstraction import Names
    from winnow.llm.ngram.decoding import Line
    from winnow.llm.ngram.vocabulary import Vocabulary

Work = Generator[int | Callable[[], Shelf], Shelf | None, None]
"""Learning in small steps: yields how many files are read, or what to call, perhaps in a thread, and be sent back."""

_WORD = re.compile(r"\w")
_MOST_LINES = 6
_RECENT_TOKENS = 400
"""What counts as just written: about a function and its neighbour."""
_BRACKETS_BACK = 400
"""Tokens back in which an open bracket is looked for."""

WORTH_TRYING = 0.25
"""Below this confidence an answer nobody asked for is not even tried on the tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A completion, its log-probability a token, and how likely it is to be exactly right."""

    text: str
    logprobs: tuple[float, ...]
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Text as tokens, from the start mark to before its last line's end, and as abstract symbols."""

    text: str
    vocabulary: Vocabulary
    numbers: NDArray[np.int32]
    marks: NDArray[np.int32]
    names: Names

    @classmethod
    def of(cls, text: str, vocabulary: Vocabulary, known: Reading | None = None) -> Reading:
        """The reading of a text; the known one where it is of the same, as while a line is being typed."""
        if known is not None and known.text == text and known.vocabulary is vocabulary:
            return known
        numbers = vocabulary.numbers(lex(text)[:-1])
        marks, names = symbols(numbers, vocabulary)
        arrays = (np.asarray(numbers, np.int32), np.asarray(marks, np.int32))
        return cls(text=text, vocabulary=vocabulary, numbers=arrays[0], marks=arrays[1], names=names)


class Engine:
    """Completions from counts over the project and the current file. One thread at a time."""

    def __init__(self) -> None:
        self.corpus = Corpus()
        self._above = self._below = Reading.of("", self.corpus.vocabulary)

    def learn(self, texts: Iterable[tuple[str, str]]) -> Work:
        """Read the project's files, nearest first. What was read before counts until the end."""
        edited = frozenset(self.corpus.edited)
        sheaf = yield from gather(texts, self.corpus.vocabulary, PROJECT_TOKENS)
        self.corpus.project = yield sheaf.sorted
        for path in edited & sheaf.paths.keys():
            del self.corpus.edited[path]

    def learn_library(self, texts: Iterable[tuple[str, str]]) -> Work:
        """Read what every project has in common: the standard library."""
        sheaf = yield from gather(texts, self.corpus.vocabulary, LIBRARY_TOKENS)
        self.corpus.library = yield sheaf.sorted

    def at(self, before: str, after: str, path: str) -> tuple[Decoder, Cursor]:
        """The decoder and the cursor for a place in a file."""
        vocabulary = self.corpus.vocabulary
        text, _, line = before.rpartition("\n")
        self._above = above = Reading.of(text, vocabulary, self._above)
        self._below = below = Reading.of(after, vocabulary, self._below)
        finished, typed = open_line(line)
        last = text.rstrip().rpartition("\n")[2]
        ends = [line_end(indentation(last), indentation(line))] if len(above.numbers) > 1 else []
        numbers = vocabulary.numbers([*ends, *finished])
        marks, names = symbols(numbers, vocabulary, above.names)
        literal = np.concatenate([above.numbers, np.asarray(numbers, np.int32)])
        abstract = np.concatenate([above.marks, np.asarray(marks, np.int32)])
        cursor = Cursor(
            literal=tuple(literal[-ORDER:].tolist()),
            abstract=tuple(abstract[-ORDER:].tolist()),
            names=names,
            typed=typed,
            brackets=_open_brackets(vocabulary.tokens[number] for number in literal[-_BRACKETS_BACK:].tolist()),
            line=line,
            scope=scope_of(text, indentation(line)),
        )
        leaf = Leaf(
            literal=Scan(np.concatenate([literal, below.numbers]), gap=len(literal)),
            abstract=Scan(np.concatenate([abstract, below.marks]), gap=len(abstract)),
        )
        return Decoder(self.corpus, leaf, Scan(literal[-_RECENT_TOKENS:]), path), cursor

    def lines(self, before: str, after: str, path: str) -> list[Line]:
        """The likeliest rest of the line, best first."""
        decoder, cursor = self.at(before, after, path)
        return decoder.lines(cursor)

    def offer(self, before: str, after: str, path: str, n: int, *, asked: bool) -> list[Offer]:
        """At most ``n`` completions, the likeliest first; unasked, only what is worth trying on the tests."""
        if not asked and _WORD.search(after.partition("\n")[0]):
            return []  # amid a line the rest of it would have to fit, and counts look only back
        decoder, cursor = self.at(before, after, path)
        lines = decoder.lines(cursor)
        offers: list[Offer] = []
        for place, line in enumerate(lines):
            likely = confidence(lines, place, cursor)
            if line.text and REDACTED not in line.text and (asked or likely >= WORTH_TRYING):
                offer = Offer(text=line.text, logprobs=line.logprobs, confidence=likely)
                offers.append(offer if offers else block(decoder, line, offer, before))
        return offers[:n]

    def known(self) -> dict[str, int]:
        """How much was read: files and tokens of the project, tokens of the library."""
        project, library = self.corpus.project, self.corpus.library
        return {
            "files": len(project.paths) if project else 0,
            "tokens": len(project) if project else 0,
            "library": len(library) if library else 0,
        }


def block(decoder: Decoder, line: Line, offer: Offer, before: str) -> Offer:
    """The offer with the lines that follow it for as long as these are nearly certain, up to the block's end."""
    above = before.rpartition("\n")[2]
    blanks = above[: len(above) - len(above.lstrip())]
    for _ in range(_MOST_LINES - 1):
        place = decoder.below(line)
        if place is None:
            break
        end, cursor = place
        lines = decoder.lines(cursor)
        if not lines or not lines[0].text or REDACTED in lines[0].text:
            break
        line = lines[0]
        likely = offer.confidence * confidence(lines, 0, cursor)
        if likely < NEARLY_CERTAIN:
            break
        blanks += indent_unit(before) if end == DEEPER else ""
        offer = Offer(
            text=f"{offer.text}\n{blanks}{line.text}", logprobs=(*offer.logprobs, *line.logprobs), confidence=likely
        )
    return offer


def _open_brackets(tokens: Iterable[str]) -> str:
    brackets = ""
    for token in tokens:
        held = balance(brackets, token)
        brackets = "" if held is None else held
    return brackets


def indent_unit(text: str) -> str:
    """What this file indents by: a tab, or as many blanks as its least indented lines."""
    widths = [len(match.group()) for match in re.finditer(r"^ +(?=\S)", text, re.MULTILINE)]
    if re.search(r"^\t", text, re.MULTILINE):
        return "\t"
    return " " * min(widths, default=4)


def finish(work: Work) -> None:
    """Do all of some work here and now."""
    step = next(work, None)
    while step is not None:
        try:
            step = work.send(None if isinstance(step, int) else step())
        except StopIteration:
            return
