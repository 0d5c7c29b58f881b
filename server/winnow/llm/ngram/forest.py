"""Small boosted trees (Friedman, 2001), read from numbers in JSON: to ask them takes nothing but arithmetic."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Node = tuple[int, float, int, int]
"""A feature's place, the number up to which it goes left, and the nodes to the left and right; in a leaf ``LEAF``, and
the leaf's share of the log-odds."""
LEAF = -1
_FURTHEST = 30.0
"""Log-odds beyond which a probability is 0 or 1."""


@dataclass(frozen=True, slots=True)
class Forest:
    """What the trees say is added to ``bias``, as log-odds."""

    bias: float
    trees: tuple[tuple[Node, ...], ...]

    @classmethod
    def read(cls, path: Path) -> Forest:
        """The forest of a file. Raises OSError, ValueError or KeyError where it is none."""
        return cls.of(json.loads(path.read_text(encoding="utf-8")))

    @classmethod
    def of(cls, numbers: dict[str, Any]) -> Forest:
        """The forest of numbers as they stand in a file."""
        trees = (tuple((int(node[0]), *node[1:]) for node in tree) for tree in numbers["trees"])
        return cls(bias=float(numbers["bias"]), trees=tuple(trees))

    def probability(self, row: Sequence[float]) -> float:
        """The probability, 0 to 1, of what has these features."""
        score = self.bias + sum(_leaf(nodes, row) for nodes in self.trees)
        return 1.0 / (1.0 + exp(-max(-_FURTHEST, min(_FURTHEST, score))))


def _leaf(nodes: tuple[Node, ...], row: Sequence[float]) -> float:
    feature, value, left, right = nodes[0]
    while feature != LEAF:
        feature, value, left, right = nodes[left if row[feature] <= value else right]
    return value
