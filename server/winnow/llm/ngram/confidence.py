"""How likely a completed line is to be exactly what comes: a logistic calibrator over what the decoder saw.

The product of token probabilities is overconfident on unseen projects; this is not (benchmarks/fit_embedded.py).
"""

from __future__ import annotations

import re
from math import exp
from typing import TYPE_CHECKING

from winnow.llm.ngram.weights import CONFIDENCE, CONFIDENCE_BIAS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.llm.ngram.decoding import Cursor, Line

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
)
_WORD = re.compile(r"[^\W\d]\w*")
_MOST_TOKENS, _MOST_LETTERS, _MOST_TYPED, _MOST_WORDS, _MOST_LEAD = 12, 60, 6, 6, 4.0
"""Beyond these a larger number says nothing more."""


def features(line: Line, runner_up: Line | None, cursor: Cursor) -> tuple[float, ...]:
    """What the calibrator looks at, in the order of ``FEATURES``."""
    logprobs, text, above = line.logprobs, line.text, cursor.line.lstrip()
    lead = line.logprob - runner_up.logprob if runner_up else _MOST_LEAD
    return (
        line.logprob,
        min(logprobs),
        logprobs[0],
        line.logprob / len(logprobs),
        min(lead, _MOST_LEAD),
        min(line.orders, default=0),
        _mean(line.orders),
        _mean(line.agreement),
        min(line.agreement, default=0.0),
        _mean(line.favour),
        min(line.favour, default=0.0),
        min(len(logprobs), _MOST_TOKENS),
        min(len(text), _MOST_LETTERS) / 10,
        min(len(cursor.typed.strip()), _MOST_TYPED),
        min(len(_WORD.findall(text)), _MOST_WORDS),
        above == cursor.typed,
        bool(cursor.brackets),
        above.count('"') % 2 or above.count("'") % 2,
        bool(line.brackets),
        text.endswith(","),
        text.endswith(("(", "[", "{")),
        text.endswith(":"),
        above.startswith(("import ", "from ")),
        above.startswith(("def ", "class ", "async def ")),
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(1, len(values))


def confidence(line: Line, runner_up: Line | None, cursor: Cursor) -> float:
    """The calibrated probability that the line is exactly right."""
    return logistic(features(line, runner_up, cursor))


def logistic(row: Sequence[float]) -> float:
    """The calibrator applied to features."""
    score = CONFIDENCE_BIAS + sum(weight * value for weight, value in zip(CONFIDENCE, row, strict=True))
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, score))))
