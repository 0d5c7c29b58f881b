"""The engine: learns files, completes lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from winnow.llm.ngram.confidence import confidence
from winnow.llm.ngram.corpus import LIBRARY_TOKENS, PROJECT_TOKENS, Corpus, Leaf, Shelf, gather
from winnow.llm.ngram.decoding import Cursor, Decoder, balance
from winnow.llm.ngram.lexing import DEEPER, START, indentation, lex, line_end, open_line
from winnow.llm.ngram.sequences import ORDER
from winnow.llm.ngram.vocabulary import symbols
from winnow.llm.ngram.weights import NEARLY_CERTAIN

if TYPE_CHECKING:
    from winnow.llm.ngram.decoding import Line

Work = Generator[int | Callable[[], Shelf], Shelf | None, None]
"""Learning in small steps: yields how many files are read, or what to call, perhaps in a thread, and be sent back."""

_WORD = re.compile(r"\w")
_MOST_LINES = 6
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


class Engine:
    """Completions from counts over the project and the current file. One thread at a time."""

    def __init__(self) -> None:
        self.corpus = Corpus()

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
        above, _, line = before.rpartition("\n")
        tokens = lex(above) if above else [START]
        finished, typed = open_line(line)
        if len(tokens) > 1:
            last = above.rstrip().rpartition("\n")[2]
            tokens[-1] = line_end(indentation(last), indentation(line))
        numbers = vocabulary.numbers([*tokens, *finished])
        marks, names = symbols(numbers, vocabulary.kinds)
        later = vocabulary.numbers(lex(after)) if after else []
        brackets = ""
        for token in (*tokens, *finished)[-_BRACKETS_BACK:]:
            held = balance(brackets, token)
            brackets = "" if held is None else held
        cursor = Cursor(
            literal=tuple(numbers[-ORDER:]),
            abstract=tuple(marks[-ORDER:]),
            names=names,
            typed=typed,
            brackets=brackets,
            line=line,
        )
        return Decoder(self.corpus, Leaf.of([*numbers, *later], vocabulary), path), cursor

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
        for line, runner_up in zip_longest(lines, lines[1:]):
            likely = confidence(line, runner_up, cursor)
            if line.text and (asked or likely >= WORTH_TRYING):
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
        if not lines or not lines[0].text:
            break
        line = lines[0]
        likely = offer.confidence * confidence(line, lines[1] if len(lines) > 1 else None, cursor)
        if likely < NEARLY_CERTAIN:
            break
        blanks += indent_unit(before) if end == DEEPER else ""
        offer = Offer(
            text=f"{offer.text}\n{blanks}{line.text}", logprobs=(*offer.logprobs, *line.logprobs), confidence=likely
        )
    return offer


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
