"""What many people taught: a mixture of a logistic model and small boosted trees, read from numbers in JSON.

``winnow gate fit`` writes those numbers; judging needs nothing but arithmetic. Contributions of single features are
exact for the logistic part; for trees they are the changes of the expected value along the path (Saabas, 2014).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 1
_CLIP = 5.0
"""Standardised values are held within this many standard deviations: a person unlike all others is not extrapolated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One feature of a logistic model: how it is scaled, what it weighs, and what its absence weighs."""

    name: str
    logarithmic: bool
    fill: float
    mean: float
    deviation: float
    weight: float
    absent: float

    def scaled(self, value: float | None) -> float:
        """The standardised value; a missing one counts as the median."""
        if value is None:
            return (self.fill - self.mean) / self.deviation
        if self.logarithmic:
            value = math.copysign(math.log1p(abs(value)), value)
        return min(max((value - self.mean) / self.deviation, -_CLIP), _CLIP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A regression tree in parallel tuples; a leaf has an empty feature name."""

    features: tuple[str, ...]
    thresholds: tuple[float, ...]
    missing_left: tuple[bool, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The logit of acceptance from features: ``share`` of it from the trees, the rest from the logistic terms."""

    intercept: float
    terms: tuple[Term, ...]
    trees: tuple[Tree, ...]
    trees_intercept: float
    share: float

    def logit(self, features: Mapping[str, float | None], weighed: dict[str, float]) -> float:
        """The log-odds of acceptance; adds what each feature contributed to ``weighed``."""
        total = self._linear(features, weighed) * (1.0 - self.share)
        return total + self._boosted(features, weighed) * self.share if self.share else total

    def _linear(self, features: Mapping[str, float | None], weighed: dict[str, float]) -> float:
        total = self.intercept
        part = 1.0 - self.share
        for term in self.terms:
            value = features.get(term.name)
            contribution = term.absent if value is None else term.weight * term.scaled(value)
            total += contribution
            weighed[term.name] = weighed.get(term.name, 0.0) + contribution * part
        return total

    def _boosted(self, features: Mapping[str, float | None], weighed: dict[str, float]) -> float:
        total = self.trees_intercept
        share = self.share
        for tree in self.trees:
            names, thresholds, values = tree.features, tree.thresholds, tree.values
            node = 0
            while name := names[node]:
                value = features.get(name)
                below = tree.missing_left[node] if value is None else value <= thresholds[node]
                then = tree.left[node] if below else tree.right[node]
                weighed[name] = weighed.get(name, 0.0) + (values[then] - values[node]) * share
                node = then
            total += values[node]
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """Everything that is shipped: a model for each stage, thresholds fixed beforehand, and how fast a person is learnt."""

    place: Model
    suggestion: Model
    ask_below: float
    thresholds: Mapping[str, float]
    variances: Mapping[str, float]
    kept: tuple[float, float]
    bends: tuple[Term, ...]

    @classmethod
    def of(cls, numbers: Mapping[str, Any]) -> Prior:
        """The prior written by ``winnow gate fit``. Raises ValueError when it is of another format."""
        if numbers.get("format") != FORMAT:
            raise ValueError(
                f"The gate's prior has format {numbers.get('format')!r} and this Winnow reads {FORMAT}: "
                "fit it again with `winnow gate fit EVENTS --out FILE`."
            )
        suggestion = _model(numbers["suggestion"])
        return cls(
            place=_model(numbers["place"]),
            suggestion=suggestion,
            ask_below=float(numbers["ask_below"]),
            thresholds={name: float(value) for name, value in numbers["thresholds"].items()},
            variances={name: float(value) for name, value in numbers["variances"].items()},
            kept=(float(numbers["kept"][0]), float(numbers["kept"][1])),
            bends=tuple(term for term in suggestion.terms if term.name in numbers["bends"]),
        )


def sigmoid(logit: float) -> float:
    """The probability of a log-odds, without overflow."""
    if logit >= 0:
        return 1.0 / (1.0 + math.exp(-logit))
    odds = math.exp(logit)
    return odds / (1.0 + odds)


def _model(numbers: Mapping[str, Any]) -> Model:
    return Model(
        intercept=float(numbers["intercept"]),
        terms=tuple(
            Term(
                name=name,
                logarithmic=bool(logarithmic),
                fill=float(fill),
                mean=float(mean),
                deviation=float(deviation),
                weight=float(weight),
                absent=float(absent),
            )
            for name, logarithmic, fill, mean, deviation, weight, absent in numbers["terms"]
        ),
        trees=tuple(_tree(each) for each in numbers["trees"]),
        trees_intercept=float(numbers["trees_intercept"]),
        share=float(numbers["share"]),
    )


def _tree(nodes: list[list[Any]]) -> Tree:
    names, thresholds, missing_left, left, right, values = zip(*nodes, strict=True)
    return Tree(
        features=tuple(map(str, names)),
        thresholds=tuple(map(float, thresholds)),
        missing_left=tuple(map(bool, missing_left)),
        left=tuple(map(int, left)),
        right=tuple(map(int, right)),
        values=tuple(map(float, values)),
    )
