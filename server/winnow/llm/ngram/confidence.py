"""How likely a completed line is to be exactly what comes: a logistic calibrator over what the decoder saw.

The product of token probabilities is overconfident on unseen projects; this is not (benchmarks/fit_embedded.py).
"""

from __future__ import annotations

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
    "tokens",
    "letters",
    "something is typed",
    "words in it",
    "a bracket stays open",
    "ends a block's head",
)


def features(line: Line, runner_up: Line | None, cursor: Cursor) -> tuple[float, ...]:
    """What the calibrator looks at, in the order of ``FEATURES``."""
    logprobs = line.logprobs
    return (
        line.logprob,
        min(logprobs),
        logprobs[0],
        line.logprob / len(logprobs),
        min(line.logprob - runner_up.logprob, 4.0) if runner_up else 4.0,
        float(min(line.orders, default=0)),
        sum(line.orders) / max(1, len(line.orders)),
        sum(line.agreement) / max(1, len(line.agreement)),
        min(line.agreement, default=0.0),
        float(min(len(logprobs), 12)),
        min(len(line.text), 60) / 10,
        float(bool(cursor.typed.strip())),
        float(min(sum(word.isidentifier() for word in line.text.replace("(", " ").replace(".", " ").split()), 6)),
        float(bool(line.brackets)),
        float(line.text.endswith(":")),
    )


def confidence(line: Line, runner_up: Line | None, cursor: Cursor) -> float:
    """The calibrated probability that the line is exactly right."""
    return logistic(features(line, runner_up, cursor))


def logistic(row: Sequence[float]) -> float:
    """The calibrator applied to features."""
    score = CONFIDENCE_BIAS + sum(weight * value for weight, value in zip(CONFIDENCE, row, strict=True))
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, score))))
