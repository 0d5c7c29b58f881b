"""Fit the prior on recorded events: the only file that needs scikit-learn, and the server never imports it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from winnow.gate.prior import FORMAT
from winnow.gate.table import FEATURES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

STRENGTH = 0.02
"""The inverse of the L2 penalty on standardised weights."""
TREES = {
    "max_iter": 120,
    "learning_rate": 0.05,
    "max_leaf_nodes": 8,
    "min_samples_leaf": 20,
    "l2_regularization": 5.0,
    "max_features": 0.3,
}
SHARE = 0.5
SEED = 7
_DIGITS = 5


def names_of(*stages: str) -> list[str]:
    """The features of some stages, in the order of the table."""
    return [feature.name for feature in FEATURES if feature.stage in stages]


def fit_model(
    rows: Sequence[Mapping[str, float | None]], taken: NDArray[np.float64], names: Sequence[str], seed: int = SEED
) -> dict[str, Any]:
    """Fit one stage's mixture and return its numbers as the prior file holds them."""
    values = np.array([[np.nan if row[name] is None else row[name] for name in names] for row in rows], dtype=float)
    linear = _fit_linear(values, taken, names)
    trees, intercept = _fit_trees(values, taken, names, seed)
    return {**linear, "trees": trees, "trees_intercept": intercept, "share": SHARE}


def _fit_linear(values: NDArray[np.float64], taken: NDArray[np.float64], names: Sequence[str]) -> dict[str, Any]:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - the server never needs it

    logarithmic = {feature.name: feature.logarithmic for feature in FEATURES}
    columns: list[NDArray[np.float64]] = []
    scales: list[tuple[float, float, float, float, float]] = []
    for column, name in zip(values.T, names, strict=True):
        missing = np.isnan(column)
        scaled = np.sign(column) * np.log1p(np.abs(column)) if logarithmic[name] else column
        fill = 0.0 if missing.all() else float(np.median(scaled[~missing]))
        filled = np.where(missing, fill, scaled)
        mean, deviation = float(filled.mean()), float(filled.std()) or 1.0
        absent_mean, absent_deviation = float(missing.mean()), float(missing.std())
        columns.append(np.clip((filled - mean) / deviation, -5, 5))
        columns.append((missing - absent_mean) / absent_deviation if absent_deviation else np.zeros(len(column)))
        scales.append((fill, mean, deviation, absent_mean, absent_deviation))
    model = LogisticRegression(C=STRENGTH, max_iter=5000).fit(np.column_stack(columns), taken)
    weights = model.coef_[0]
    intercept = float(model.intercept_[0])
    terms = []
    for number, (name, (fill, mean, deviation, absent_mean, absent_deviation)) in enumerate(
        zip(names, scales, strict=True)
    ):
        weight, absence = float(weights[2 * number]), float(weights[2 * number + 1])
        present = absence / absent_deviation if absent_deviation else 0.0
        intercept -= present * absent_mean
        absent = weight * (fill - mean) / deviation + present
        numbers = (fill, mean, deviation, weight, absent)
        terms.append([name, logarithmic[name], *(round(number, _DIGITS) for number in numbers)])
    return {"intercept": round(intercept, _DIGITS), "terms": terms}


def _fit_trees(
    values: NDArray[np.float64], taken: NDArray[np.float64], names: Sequence[str], seed: int
) -> tuple[list[list[list[Any]]], float]:
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - the server never needs it

    model = HistGradientBoostingClassifier(random_state=seed, early_stopping=False, **TREES).fit(values, taken)
    trees = []
    for (predictor,) in model._predictors:  # noqa: SLF001 - the only place where the library keeps its trees
        nodes = predictor.nodes
        values_at = _expected(nodes)
        trees.append(
            [
                ["", 0, False, 0, 0, round(values_at[number], _DIGITS)]
                if node["is_leaf"]
                else [
                    names[int(node["feature_idx"])],
                    round(float(node["num_threshold"]), _DIGITS),
                    bool(node["missing_go_to_left"]),
                    int(node["left"]),
                    int(node["right"]),
                    round(values_at[number], _DIGITS),
                ]
                for number, node in enumerate(nodes)
            ]
        )
    return trees, round(float(np.ravel(model._baseline_prediction)[0]), _DIGITS)  # noqa: SLF001 - as above


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
