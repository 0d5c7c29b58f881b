"""How well a gate does on recorded events: discrimination, calibration, and what hiding saves and costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from winnow.gate.events import Replayed

MEASURES = (
    "auc",
    "within_auc",
    "ap",
    "brier",
    "ece",
    "rejected_hidden",
    "accepted_hidden",
    "characters_hidden",
    "requests_saved",
)
BINS = 10
RESAMPLES = 400
_SEED = 11
_ENOUGH_OF_EACH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Replayed events as columns: what was said, what was done, and by whom."""

    probability: NDArray[np.float64]
    accepted: NDArray[np.bool_]
    shown: NDArray[np.bool_]
    asked: NDArray[np.bool_]
    characters: NDArray[np.float64]
    user: NDArray[np.int64]

    @classmethod
    def of(cls, replayed: Sequence[Replayed]) -> Outcomes:
        """The columns of replayed events."""
        _, user = np.unique([each.event.user for each in replayed], return_inverse=True)
        return cls(
            probability=np.array([each.probability for each in replayed], dtype=np.float64),
            accepted=np.array([each.event.accepted for each in replayed], dtype=bool),
            shown=np.array([each.shown for each in replayed], dtype=bool),
            asked=np.array([each.asked for each in replayed], dtype=bool),
            characters=np.array([len(each.event.text) for each in replayed], dtype=np.float64),
            user=user.astype(np.int64),
        )

    def take(self, rows: NDArray[np.int64]) -> Outcomes:
        """The outcomes of some rows, which may repeat."""
        return Outcomes(
            probability=self.probability[rows],
            accepted=self.accepted[rows],
            shown=self.shown[rows],
            asked=self.asked[rows],
            characters=self.characters[rows],
            user=self.user[rows],
        )


def auc(accepted: NDArray[np.bool_], probability: NDArray[np.float64]) -> float:
    """The chance that an accepted event is rated above a rejected one; ties count half. NaN without both."""
    taken, refused = probability[accepted], np.sort(probability[~accepted])
    if not len(taken) or not len(refused):
        return float("nan")
    below = np.searchsorted(refused, taken, "left") + np.searchsorted(refused, taken, "right")
    return float(below.mean() / (2 * len(refused)))


def within_auc(outcomes: Outcomes) -> float:
    """The mean of each person's own AUC, over those who accepted and rejected at least three."""
    each = []
    for person in np.unique(outcomes.user):
        theirs = outcomes.user == person
        accepted = outcomes.accepted[theirs]
        if min(accepted.sum(), (~accepted).sum()) >= _ENOUGH_OF_EACH:
            each.append(auc(accepted, outcomes.probability[theirs]))
    return float(np.mean(each)) if each else float("nan")


def average_precision(accepted: NDArray[np.bool_], probability: NDArray[np.float64]) -> float:
    """The area under precision against recall, by steps."""
    order = np.argsort(-probability, kind="stable")
    hits = accepted[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].mean()) if hits.any() else float("nan")


def calibration(
    accepted: NDArray[np.bool_], probability: NDArray[np.float64], bins: int = BINS
) -> list[tuple[int, float, float]]:
    """Equal-mass bins as (events, mean probability, share accepted)."""
    order = np.argsort(probability, kind="stable")
    return [
        (len(rows), float(probability[rows].mean()), float(accepted[rows].mean()))
        for rows in np.array_split(order, bins)
        if len(rows)
    ]


def calibration_error(accepted: NDArray[np.bool_], probability: NDArray[np.float64]) -> float:
    """The expected calibration error over ten equal-mass bins."""
    bins = calibration(accepted, probability)
    return sum(count * abs(said - done) for count, said, done in bins) / max(len(accepted), 1)


def measures(outcomes: Outcomes) -> dict[str, float]:
    """All measures of one set of outcomes, by the names in ``MEASURES``."""
    accepted, probability, shown = outcomes.accepted, outcomes.probability, outcomes.shown
    characters = outcomes.characters * accepted
    return {
        "auc": auc(accepted, probability),
        "within_auc": within_auc(outcomes),
        "ap": average_precision(accepted, probability),
        "brier": float(((probability - accepted) ** 2).mean()),
        "ece": calibration_error(accepted, probability),
        "rejected_hidden": _share(~shown, ~accepted),
        "accepted_hidden": _share(~shown, accepted),
        "characters_hidden": _part(characters * ~shown, characters),
        "requests_saved": float((~outcomes.asked).mean()),
    }


def intervals(
    outcomes: Outcomes,
    measure: Callable[[Outcomes], dict[str, float]] = measures,
    resamples: int = RESAMPLES,
) -> dict[str, tuple[float, float]]:
    """The central 95% of each measure over resamples of persons, not of events: events of one person resemble."""
    generator = np.random.default_rng(_SEED)
    rows = {person: np.flatnonzero(outcomes.user == person) for person in np.unique(outcomes.user)}
    people = list(rows)
    drawn: dict[str, list[float]] = {}
    for _ in range(resamples):
        chosen = generator.choice(len(people), len(people))
        sample = outcomes.take(np.concatenate([rows[people[number]] for number in chosen]))
        for name, value in measure(sample).items():
            drawn.setdefault(name, []).append(value)
    return {name: _central(values) for name, values in drawn.items()}


def _central(values: Sequence[float]) -> tuple[float, float]:
    known = [value for value in values if not np.isnan(value)]
    if not known:
        return float("nan"), float("nan")
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)


def _part(part: NDArray[np.float64], whole: NDArray[np.float64]) -> float:
    return float(part.sum() / whole.sum()) if whole.any() else float("nan")


def _share(chosen: NDArray[np.bool_], among: NDArray[np.bool_]) -> float:
    return float(chosen[among].mean()) if among.any() else float("nan")
