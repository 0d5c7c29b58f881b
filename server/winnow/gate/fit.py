"""Fit the two models of the prior: the only file that needs scikit-learn, and the server never imports it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from winnow.gate.prior import CLIP, DETAILED
from winnow.gate.table import FEATURES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Column = NDArray[np.float64]

STRENGTH = 0.008
"""The inverse of the L2 penalty on standardised weights."""
APART = 0.5
"""How freely weights may differ between providers that tell every token's probability and those that do not."""
SHARE = 0.6
TREES: Mapping[str, Any] = {
    "max_iter": 160,
    "learning_rate": 0.045,
    "max_leaf_nodes": 7,
    "min_samples_leaf": 20,
    "l2_regularization": 5.0,
    "max_features": 0.12,
    "early_stopping": False,
}
_DIGITS = 5
_CONSTANT = 1e-4
"""A feature that varies less is left as it is."""
_LOGARITHMIC = {feature.name: feature.logarithmic for feature in FEATURES}


@dataclass(frozen=True, slots=True)
class _Scale:
    """How a feature was standardised: what stands in for a missing value, the mean and the deviation."""

    name: str
    fill: float
    mean: float
    deviation: float


def names_of(*stages: str) -> list[str]:
    """The features of some stages, in the order of the table."""
    return [feature.name for feature in FEATURES if feature.stage in stages]


def fit_mixture(
    rows: Sequence[Mapping[str, float | None]], taken: Column, weights: Column, names: Sequence[str], seed: int
) -> dict[str, Any]:
    """Fit a mixture of a logistic model and trees; its numbers as the prior file holds them."""
    values = _values(rows, names)
    trees, intercept = _fit_trees(values, taken, weights, names, seed)
    linear = _fit_linear(values, taken, weights, names)
    return {**linear, "trees": trees, "trees_intercept": intercept, "share": SHARE}


def fit_logistic(
    rows: Sequence[Mapping[str, float | None]], yes: Column, names: Sequence[str], strength: float
) -> dict[str, Any]:
    """Fit a logistic model alone, the same for every provider: for labels too few to grow trees on."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - only to fit

    scales, columns = _design(_values(rows, names), names)
    model = LogisticRegression(C=strength, max_iter=5000).fit(np.column_stack(columns), yes)
    terms = _terms(scales, model.coef_[0], float(model.intercept_[0]))
    return {"coarse": terms, "detailed": terms, "trees": [], "trees_intercept": 0.0, "share": 0.0}


def fit_platt(logits: Column, taken: Column) -> tuple[float, float]:
    """The slope and the shift that make log-odds true on people they were not fitted on (Platt, 1999)."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - only to fit

    model = LogisticRegression(C=1e6).fit(logits[:, None], taken)
    return round(float(model.coef_[0, 0]), _DIGITS), round(float(model.intercept_[0]), _DIGITS)


def _values(rows: Sequence[Mapping[str, float | None]], names: Sequence[str]) -> Column:
    return np.array([[np.nan if row[name] is None else row[name] for name in names] for row in rows], dtype=float)


def _fit_linear(values: Column, taken: Column, weights: Column, names: Sequence[str]) -> dict[str, Any]:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - only to fit

    scales, columns = _design(values, names)
    coarse = np.isnan(values[:, names.index(DETAILED)]) if DETAILED in names else np.ones(len(values), dtype=bool)
    design = np.column_stack(columns)
    apart = np.hstack([design, APART * design * coarse[:, None], APART * design * ~coarse[:, None]])
    model = LogisticRegression(C=STRENGTH, max_iter=5000).fit(apart, taken, sample_weight=weights)
    shared, when_coarse, when_detailed = np.split(model.coef_[0], 3)
    intercept = float(model.intercept_[0])
    return {
        "coarse": _terms(scales, shared + APART * when_coarse, intercept),
        "detailed": _terms(scales, shared + APART * when_detailed, intercept),
    }


def _design(values: Column, names: Sequence[str]) -> tuple[list[_Scale], list[Column]]:
    """Standardised columns in pairs: the feature, and whether it is missing."""
    scales: list[_Scale] = []
    columns: list[Column] = []
    for raw, name in zip(values.T, names, strict=True):
        missing = np.isnan(raw)
        column = np.sign(raw) * np.log1p(np.abs(raw)) if _LOGARITHMIC[name] else raw
        fill = float(np.median(column[~missing])) if not missing.all() else 0.0
        filled = np.where(missing, fill, column)
        spread = float(filled.std())
        scale = _Scale(name, fill, float(filled.mean()), spread if spread > _CONSTANT else 1.0)
        scales.append(scale)
        columns.append(np.clip((filled - scale.mean) / scale.deviation, -CLIP, CLIP))
        columns.append(missing.astype(float))
    return scales, columns


def _terms(scales: Sequence[_Scale], weights: Column, intercept: float) -> dict[str, Any]:
    terms = []
    for number, scale in enumerate(scales):
        weight, absence = float(weights[2 * number]), float(weights[2 * number + 1])
        absent = weight * (scale.fill - scale.mean) / scale.deviation + absence
        numbers = (scale.mean, scale.deviation, weight, absent)
        terms.append([scale.name, _LOGARITHMIC[scale.name], *(round(each, _DIGITS) for each in numbers)])
    return {"intercept": round(intercept, _DIGITS), "terms": terms}


def _fit_trees(
    values: Column, taken: Column, weights: Column, names: Sequence[str], seed: int
) -> tuple[list[list[list[Any]]], float]:
    from sklearn.ensemble import (  # noqa: PLC0415 - only to fit
        HistGradientBoostingClassifier,
    )

    # A feature that never varies cannot be split on, and the library cannot bin it.
    varies = [number for number, column in enumerate(values.T) if len(np.unique(column[~np.isnan(column)])) > 1]
    names = [names[number] for number in varies]
    model = HistGradientBoostingClassifier(random_state=seed, **TREES)
    model.fit(values[:, varies], taken, sample_weight=weights)
    # The library keeps its trees in a private attribute and nowhere else.
    trees = [_exported(predictor.nodes, names) for (predictor,) in model._predictors]  # noqa: SLF001
    return trees, round(float(np.ravel(model._baseline_prediction)[0]), _DIGITS)  # noqa: SLF001


def _exported(nodes: Any, names: Sequence[str]) -> list[list[Any]]:
    expected = _expected(nodes)
    return [
        ["", 0.0, False, 0, 0, round(expected[number], _DIGITS)]
        if node["is_leaf"]
        else [
            names[int(node["feature_idx"])],
            round(float(node["num_threshold"]), _DIGITS),
            bool(node["missing_go_to_left"]),
            int(node["left"]),
            int(node["right"]),
            round(expected[number], _DIGITS),
        ]
        for number, node in enumerate(nodes)
    ]


def _expected(nodes: Any) -> list[float]:
    """The mean value of the leaves below each node, weighed by how many events reached them."""
    expected = [float(node["value"]) for node in nodes]
    for number in range(len(nodes) - 1, -1, -1):
        node = nodes[number]
        if not node["is_leaf"]:
            left, right = int(node["left"]), int(node["right"])
            counts = float(nodes[left]["count"]), float(nodes[right]["count"])
            expected[number] = (expected[left] * counts[0] + expected[right] * counts[1]) / sum(counts)
    return expected
