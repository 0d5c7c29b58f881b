"""What may come next, by several sources that each know a part, weighed by how sure each should be.

A source is a text (this file, the project, the standard library) read literally or with local names abstracted:
nested caches as in Hellendoorn and Devanbu (2017). Each gives a distribution by interpolated absolute discounting
(Ney, Essen and Kneser, 1994); a softmax over what is known of each match (how long, how often, how unanimous)
says how far it is believed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import starmap
from math import exp, log2
from typing import TYPE_CHECKING

import numpy as np

from winnow.llm.ngram.abstraction import meant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from winnow.llm.ngram.abstraction import Names
    from winnow.llm.ngram.vocabulary import Vocabulary

SOURCES = (
    "file",
    "file names",
    "project",
    "project names",
    "library",
    "library names",
    "recent",
    "file words",
    "project words",
)
"""The last two know no context, only what words there are: they speak where one is begun."""
ABSTRACT = frozenset({1, 3, 5})
DISCOUNT = 0.6
_ENOUGH = 0.01
_SAMPLE = 512
_LOOP_IS_FASTER = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What one source says: probabilities by token, and the features by which the source itself is weighed."""

    chances: dict[int, float]
    order: int
    features: tuple[float, ...]


def believe(levels: Sequence[NDArray[np.int32]], allowed: NDArray[np.bool_] | None) -> Belief | None:
    """The distribution after a context that was followed by ``levels[k]`` where its last k+1 tokens matched."""
    chances: dict[int, float] = {}
    mass, order = 1.0, 0
    features: tuple[float, ...] = ()
    for depth in range(len(levels), 0, -1):
        following = levels[depth - 1]
        if allowed is not None:
            following = following[allowed[following]]
        if not len(following):
            continue
        if len(following) > _SAMPLE and depth > 1:
            following = following[:: len(following) // _SAMPLE]
        counts = _counts(following)
        total = len(following)
        if not order:
            order = depth
            features = _features(depth, total, len(counts), max(counts.values()) / total)
        scale = mass / total
        for token, count in counts.items():
            chances[token] = chances.get(token, 0.0) + scale * (count - DISCOUNT)
        mass *= DISCOUNT * len(counts) / total
        if mass < _ENOUGH:
            break
    return Belief(chances=chances, order=order, features=features) if order else None


def believe_words(counts: dict[int, float]) -> Belief | None:
    """How often each word that may stand here occurs anywhere."""
    total = sum(counts.values())
    if not total:
        return None
    chances = {token: count / total for token, count in counts.items()}
    return Belief(chances=chances, order=0, features=_features(0, total, len(counts), max(chances.values())))


def _counts(following: NDArray[np.int32]) -> dict[int, int]:
    if len(following) < _LOOP_IS_FASTER:
        counts: dict[int, int] = {}
        for token in following.tolist():
            counts[token] = counts.get(token, 0) + 1
        return counts
    tokens, numbers = np.unique(following, return_counts=True)
    return dict(zip(tokens.tolist(), numbers.tolist(), strict=True))


def _features(order: int, total: float, distinct: int, top: float) -> tuple[float, ...]:
    """What is known of a match: a constant, its length (three ways), its count, its variety, its unanimity."""
    return (1.0, float(min(order, 2)), float(min(order, 5)), float(order), log2(total), log2(distinct), top)


def concrete(belief: Belief, names: Names, vocabulary: Vocabulary) -> dict[int, float]:
    """An abstract belief as one over tokens; what it gives to new words is lost, as it does not know them."""
    chances: dict[int, float] = {}
    for symbol, chance in belief.chances.items():
        token = meant(symbol, names, vocabulary)
        if token is not None:
            chances[token] = chances.get(token, 0.0) + chance
    return chances


def mix(
    beliefs: Sequence[tuple[dict[int, float], tuple[float, ...]] | None], weights: Sequence[Sequence[float]]
) -> dict[int, float]:
    """One distribution of all sources that have anything to say; ``weights`` has a row for each."""
    scores = [
        sum(starmap(_product, zip(belief[1], row, strict=True))) if belief else None
        for belief, row in zip(beliefs, weights, strict=True)
    ]
    top = max((score for score in scores if score is not None), default=0.0)
    gates = [exp(score - top) if score is not None else 0.0 for score in scores]
    total = sum(gates)
    mixed: dict[int, float] = {}
    for belief, gate in zip(beliefs, gates, strict=True):
        if belief:
            for token, chance in belief[0].items():
                mixed[token] = mixed.get(token, 0.0) + chance * gate / total
    return mixed


def _product(left: float, right: float) -> float:
    return left * right
