"""Make a prior of recorded events: fit the models, then calibrate them on people that they had not seen."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from winnow.gate.events import replay
from winnow.gate.fit import fit_logistic, fit_mixture, names_of
from winnow.gate.gate import Gate
from winnow.gate.prior import FORMAT, TOLD
from winnow.gate.scene import UNCERTAIN

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from winnow.gate.events import Event

UNTOLD = 0.15
"""The weight of a copy of each event without log-probabilities: many providers give none."""
NEVER = 1e-9
VARIANCES = {"bias": 0.15, "model bias": 0.02, "model scale": 0.005, "weight": 0.008, "evidence": 0.1, "kept": 0.3}
BENDS = ("characters", "certainty_mean", "in_comment", "line_blank", "asked")
STAGES = {"place": ("place", "pace", "past"), "suggestion": ("place", "pace", "past", "text", "memory")}
"""What each model may look at."""
USUALLY_KEPT = 0.81
"""The share of accepted text that is mostly unedited ten minutes later, where the events do not tell."""
_ENOUGH_KEPT = 60
_KEPT_STRENGTH = 0.003
"""Labels of what is kept are few: the logistic model of it is held close to their mean."""


@dataclass(frozen=True, slots=True)
class Examples:
    """What a model is fitted on: features, labels and weights. ``kept`` is NaN where it is not known."""

    rows: tuple[Mapping[str, float | None], ...]
    taken: NDArray[np.float64]
    kept: NDArray[np.float64]
    weights: NDArray[np.float64]
    people: tuple[str, ...]

    def of_people(self, chosen: Collection[str]) -> Examples:
        """The examples of some people."""
        rows = [number for number, person in enumerate(self.people) if person in chosen]
        return Examples(
            rows=tuple(self.rows[number] for number in rows),
            taken=self.taken[rows],
            kept=self.kept[rows],
            weights=self.weights[rows],
            people=tuple(self.people[number] for number in rows),
        )

    @classmethod
    def of(cls, events: Sequence[Event]) -> Examples:
        """The events as they were shown, and lighter copies of them as a provider that tells nothing would have it.

        A source weighs as the root of its size: a small one is not drowned by a large one.
        """
        told = [each for each in events if each.certainty.mean is not None]
        untold = [replace(each, certainty=UNCERTAIN, kept=None) for each in told]
        both = (*events, *untold)
        opened = Gate.of(skeleton())
        rows: list[Mapping[str, float | None]] = []
        for group in (events, untold):
            rows += [each.features for each in replay(group, lambda _: opened, learning=False, from_all=True)]
        sizes = Counter(each.source for each in events)
        fair = {source: (len(events) / len(sizes) / size) ** 0.5 for source, size in sizes.items()}
        share = [1.0] * len(events) + [UNTOLD] * len(untold)
        return cls(
            rows=tuple(rows),
            taken=np.array([each.accepted for each in both], dtype=float),
            kept=np.array([np.nan if each.kept is None else each.kept for each in both], dtype=float),
            weights=np.array([fair[each.source] * part for each, part in zip(both, share, strict=True)]),
            people=tuple(each.user for each in both),
        )


def skeleton() -> dict[str, Any]:
    """A prior that knows nothing and shows everything."""
    return {
        "format": FORMAT,
        "place": _constant(0.5),
        "suggestion": _constant(0.5),
        "kept": _constant(USUALLY_KEPT),
        "usually_kept": USUALLY_KEPT,
        "platt": dict.fromkeys(TOLD, (1.0, 0.0)),
        "ask_below": NEVER,
        "thresholds": dict.fromkeys(TOLD, NEVER),
        "variances": VARIANCES,
        "bends": BENDS,
    }


def models(examples: Examples, seed: int, stages: Mapping[str, tuple[str, ...]] = STAGES) -> dict[str, Any]:
    """A model of acceptance for each name, fitted on the features of its stages."""
    return {
        name: fit_mixture(examples.rows, examples.taken, examples.weights, names_of(*stage), seed)
        for name, stage in stages.items()
    }


def kept_model(examples: Examples) -> dict[str, Any]:
    """The second head: how likely what is accepted stays, and how much of it does on the whole."""
    known = np.flatnonzero(~np.isnan(examples.kept))
    kept = examples.kept[known]
    if len(kept) < _ENOUGH_KEPT or kept.all() or not kept.any():
        return {}
    rows = [examples.rows[number] for number in known]
    fitted = fit_logistic(rows, kept, names_of(*STAGES["suggestion"]), _KEPT_STRENGTH)
    return {"kept": fitted, "usually_kept": round(float(kept.mean()), 4)}


def provenance(events: Sequence[Event], seed: int) -> dict[str, Any]:
    """What a prior was fitted on."""
    return {
        "events": dict(Counter(event.source for event in events)),
        "people": dict(Counter(source for source, _ in {(event.source, event.user) for event in events})),
        "seed": seed,
        "fitted": dt.datetime.now(dt.UTC).date().isoformat(),
    }


def _constant(probability: float) -> dict[str, Any]:
    says = {"intercept": float(np.log(probability / (1.0 - probability))), "terms": []}
    return {"coarse": says, "detailed": says, "trees": [], "trees_intercept": 0.0, "share": 0.0}
