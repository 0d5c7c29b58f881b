"""How likely a completed line is to be exactly what comes: small boosted trees over what the decoder saw.

The product of token probabilities is overconfident on unseen projects; this is not (benchmarks/fit_embedded.py).
"""

from __future__ import annotations

import re
from functools import cache
from math import exp, log2
from pathlib import Path
from typing import TYPE_CHECKING

from winnow.llm.ngram.decoding import in_string
from winnow.llm.ngram.forest import Forest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.llm.ngram.decoding import Cursor, Line

NUMBERS = Path(__file__).with_name("confidence.json")
"""Fitted by ``benchmarks/fit_embedded.py``."""
FEATURES = (
    "logprob",
    "least token logprob",
    "first token logprob",
    "mean logprob",
    "lead over the next line",
    "shortest match",
    "mean match",
    "mean agreement",
    "least agreement",
    "mean favour",
    "least favour",
    "tokens",
    "letters",
    "letters typed of the first token",
    "words in it",
    "starts the line",
    "in brackets",
    "in a string",
    "leaves a bracket open",
    "ends in a comma",
    "ends in an opening bracket",
    "ends a block's head",
    "of an import",
    "of a definition",
    "last token logprob",
    "share of all lines found",
    "lines found",
    "least support",
    "first support",
    "longest match of the first token",
    "digits in it",
    "quotes in it",
    "letters before it",
    "repeats the typed line",
    "ends in a closing bracket",
    "only punctuation",
    "calls in it",
    "words new to it",
    "names that can hardly be meant",
    "any such name",
    "whole line above",
    "as the line above",
    "definition above",
    "import above",
    "whole line above, in brackets",
)
_IMPORT = ("import ", "from ")
_WORD = re.compile(r"[^\W\d]\w*")
_MOST_TOKENS, _MOST_LETTERS, _MOST_TYPED, _MOST_WORDS, _MOST_LEAD, _MOST_LINES = 12, 60, 6, 6, 4.0, 8
"""Beyond these a larger number says nothing more."""


def features(lines: Sequence[Line], place: int, cursor: Cursor) -> tuple[float, ...]:
    """What the calibrator looks at in one of the lines found, in the order of ``FEATURES``."""
    line = lines[place]
    return (*_backing(lines, line), *_shape(line, cursor), *_details(lines, line, cursor), *_standing(line, cursor))


def _backing(lines: Sequence[Line], line: Line) -> tuple[float, ...]:
    """How sure the sources are."""
    rivals = [other.logprob for other in lines if other is not line]
    lead = line.logprob - max(rivals, default=line.logprob - _MOST_LEAD)
    return (
        line.logprob,
        min(line.logprobs),
        line.logprobs[0],
        line.logprob / len(line.logprobs),
        max(-_MOST_LEAD, min(lead, _MOST_LEAD)),
        min(line.orders, default=0),
        _mean(line.orders),
        _mean(line.agreement),
        min(line.agreement, default=0.0),
        _mean(line.favour),
        min(line.favour, default=0.0),
    )


def _shape(line: Line, cursor: Cursor) -> tuple[float, ...]:
    """What kind of text completes what kind of line."""
    text, above = line.text, cursor.line.lstrip()
    return (
        min(len(line.logprobs), _MOST_TOKENS),
        min(len(text), _MOST_LETTERS) / 10,
        min(len(cursor.typed.strip()), _MOST_TYPED),
        min(len(_WORD.findall(text)), _MOST_WORDS),
        above == cursor.typed,
        bool(cursor.brackets),
        in_string(above),
        bool(line.brackets),
        text.endswith(","),
        text.endswith(("(", "[", "{")),
        text.endswith(":"),
        above.startswith(_IMPORT),
        above.startswith(("def ", "class ", "async def ")),
    )


def _details(lines: Sequence[Line], line: Line, cursor: Cursor) -> tuple[float, ...]:
    """What else was seen to tell right lines from wrong ones."""
    text, above = line.text, cursor.line.lstrip()
    words = _WORD.findall(text)
    return (
        line.logprobs[-1],
        exp(line.logprob) / sum(exp(each.logprob) for each in lines),
        min(len(lines), _MOST_LINES),
        min(line.support, default=0.0),
        line.support[0] if line.support else 0.0,
        line.orders[0] if line.orders else 0,
        any(letter.isdigit() for letter in text),
        text.count('"') + text.count("'"),
        min(len(above), _MOST_LETTERS) / 10,
        bool(words) and words[0] in above,
        text.endswith((")", "]", "}")),
        not words,
        min(text.count("("), 3),
        sum(word not in above for word in words) / max(1, len(words)),
    )


def _standing(line: Line, cursor: Cursor) -> tuple[float, ...]:
    """How the line stands to what is above it."""
    above = cursor.line.lstrip()
    whole = above + line.text
    foreign = cursor.scope.foreign(whole, line.text)
    repeats = cursor.scope.lines.get(whole.strip(), 0)
    return (
        min(foreign, 3),
        foreign > 0,
        min(log2(1 + repeats), 4),
        whole.strip() == cursor.scope.last,
        cursor.scope.redefines(whole),
        above.startswith(_IMPORT) and repeats > 0,
        bool(cursor.brackets) and repeats > 0,
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(1, len(values))


def confidence(lines: Sequence[Line], place: int, cursor: Cursor) -> float:
    """The calibrated probability that one of the lines found is exactly right."""
    return calibrator().probability(features(lines, place, cursor))


@cache
def calibrator() -> Forest:
    """The fitted forest, read once."""
    return Forest.read(NUMBERS)
