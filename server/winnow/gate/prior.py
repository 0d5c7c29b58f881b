"""What many people taught: a mixture of a logistic model and small boosted trees, read from numbers in JSON.

``winnow gate fit`` writes those numbers; judging needs nothing but arithmetic. Contributions of single features are
exact for the logistic part; for trees they are the changes of the expected value along the path (Saabas, 2014).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from math import copysign, log1p
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from collections import defaultdict
    from collections.abc import Mapping

FORMAT = 2
CLIP = 4.0
"""Standardised values are held within this many standard deviations: a person unlike all others is not extrapolated."""
DETAILED = "certainty_lowest"
"""The feature that is known only when a provider tells the probability of every token."""

Told = Literal["tokens", "mean", "nothing"]
TOLD: tuple[Told, ...] = get_args(Told)

Node = tuple[str, float, bool, int, int, float]
"""A tree's node: feature (empty in a leaf), threshold, whether missing goes left, left, right, expected value."""


class Term(NamedTuple):
    """One feature of a logistic model: how it is scaled, what it weighs, and what its absence weighs."""

    name: str
    logarithmic: bool
    mean: float
    deviation: float
    weight: float
    absent: float

    def scaled(self, value: float) -> float:
        """The standardised value."""
        if self.logarithmic:
            value = copysign(log1p(abs(value)), value)
        return min(max((value - self.mean) / self.deviation, -CLIP), CLIP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """A logistic model."""

    intercept: float
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The log-odds of acceptance: ``share`` of it from trees, the rest logistic.

    The logistic weights differ between providers that tell every token's probability and those that do not.
    """

    detailed: Linear
    coarse: Linear
    trees: tuple[tuple[Node, ...], ...]
    trees_intercept: float
    share: float

    def logit(self, features: Mapping[str, float | None], weighed: defaultdict[str, float]) -> float:
        """The log-odds of acceptance; adds what each feature contributed to ``weighed``."""
        linear = self.coarse if features.get(DETAILED) is None else self.detailed
        part = 1.0 - self.share
        total = linear.intercept
        for name, logarithmic, mean, deviation, weight, absent in linear.terms:
            value = features[name]
            if value is None:
                contribution = absent
            else:  # what ``Term.scaled`` does, written out: this loop is most of the time of a judgement
                if logarithmic:
                    value = log1p(value) if value >= 0 else -log1p(-value)
                value = (value - mean) / deviation
                contribution = weight * (value if -CLIP < value < CLIP else copysign(CLIP, value))
            total += contribution
            weighed[name] += contribution * part
        return total * part + self._boosted(features, weighed) * self.share

    def _boosted(self, features: Mapping[str, float | None], weighed: defaultdict[str, float]) -> float:
        total = self.trees_intercept
        share = self.share
        for nodes in self.trees:
            name, threshold, missing_left, left, right, expected = nodes[0]
            while name:
                before = expected
                feature = name
                value = features[feature]
                if missing_left if value is None else value <= threshold:
                    name, threshold, missing_left, left, right, expected = nodes[left]
                else:
                    name, threshold, missing_left, left, right, expected = nodes[right]
                weighed[feature] += (expected - before) * share
            total += expected
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """All that is shipped: the models, thresholds fixed beforehand, and how fast a person is learned.

    ``place`` and ``suggestion`` say how likely acceptance is at the two stages, ``kept`` how likely what is accepted
    stays, which is ``usually_kept`` on the whole. ``platt`` (slope and shift) and ``thresholds`` go by what the
    provider tells of its certainty, ``variances`` by the kind of correction; a person may weigh ``bends`` otherwise.
    """

    place: Model
    suggestion: Model
    kept: Model
    usually_kept: float
    platt: Mapping[str, tuple[float, float]]
    ask_below: float
    thresholds: Mapping[str, float]
    variances: Mapping[str, float]
    bends: tuple[Term, ...]

    @classmethod
    def of(cls, numbers: Mapping[str, Any]) -> Prior:
        """The prior written by ``winnow gate fit``. Raises ValueError when it is of another format."""
        if numbers.get("format") != FORMAT:
            raise ValueError(
                f"The gate's prior has format {numbers.get('format')!r} and this Winnow reads {FORMAT}: "
                "fit it again with `winnow gate fit EVENTS --out FILE`."
            )
        suggestion = model_of(numbers["suggestion"])
        bends = frozenset(numbers["bends"])
        return cls(
            place=model_of(numbers["place"]),
            suggestion=suggestion,
            kept=model_of(numbers["kept"]),
            usually_kept=float(numbers["usually_kept"]),
            platt={told: (float(slope), float(shift)) for told, (slope, shift) in numbers["platt"].items()},
            ask_below=float(numbers["ask_below"]),
            thresholds={told: float(value) for told, value in numbers["thresholds"].items()},
            variances={kind: float(value) for kind, value in numbers["variances"].items()},
            bends=tuple(term for term in suggestion.coarse.terms if term.name in bends),
        )

    def suggestion_logit(self, features: Mapping[str, float | None], weighed: defaultdict[str, float]) -> float:
        """The calibrated log-odds that a suggestion is accepted; adds what each feature contributed to ``weighed``."""
        slope, shift = self.platt[told_by(features)]
        return slope * self.suggestion.logit(features, weighed) + shift


def told_by(features: Mapping[str, float | None]) -> Told:
    """How much the provider tells of its certainty: of each of its ``tokens``, their ``mean`` alone, or ``nothing``."""
    if features.get("certainty_mean") is None:
        return "nothing"
    return "mean" if features.get(DETAILED) is None else "tokens"


def sigmoid(logit: float) -> float:
    """The probability of a log-odds, without overflow."""
    if logit >= 0:
        return 1.0 / (1.0 + math.exp(-logit))
    odds = math.exp(logit)
    return odds / (1.0 + odds)


def model_of(numbers: Mapping[str, Any]) -> Model:
    """One stage's model, from its part of the prior file."""
    return Model(
        detailed=_linear(numbers["detailed"]),
        coarse=_linear(numbers["coarse"]),
        trees=tuple(tuple((*node,) for node in tree) for tree in numbers["trees"]),
        trees_intercept=float(numbers["trees_intercept"]),
        share=float(numbers["share"]),
    )


def _linear(numbers: Mapping[str, Any]) -> Linear:
    return Linear(intercept=float(numbers["intercept"]), terms=tuple(Term(*term) for term in numbers["terms"]))
