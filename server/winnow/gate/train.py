"""Make a prior of recorded events: fit the models, then fix thresholds on people that the models had not seen."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from winnow.gate.events import replay
from winnow.gate.fit import fit_model, names_of
from winnow.gate.gate import Gate
from winnow.gate.prior import FORMAT
from winnow.gate.scene import UNCERTAIN
from winnow.gate.utility import cost_of_length

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from winnow.gate.events import Event, Replayed

FOLDS = 10
ROUNDS = 2
"""How often the people are divided anew to fix thresholds: one division is too noisy with few people."""
ACCEPTED_HIDDEN = 0.05
MARGIN = 0.06
ACCEPTED_UNASKED = 0.01
"""Shares of accepted suggestions that hiding in all, and not asking, may cost.

What may be hidden is held lower by the margin over the root of the number of people: the fewer were seen, the less
their threshold can be trusted on others.
"""
UNTOLD = 0.15
"""The weight of a copy of each event without log-probabilities: many providers give none."""
NEVER = 1e-9
VARIANCES = {"bias": 0.3, "model bias": 0.02, "model scale": 0.005, "weight": 0.004, "evidence": 0.1}
BENDS = ("characters", "certainty_mean", "in_comment", "line_blank", "asked")
STAGES = {"place": ("place", "past"), "suggestion": ("place", "past", "text", "memory")}
"""What each model may look at."""
KEPT = (18.0, 4.0)
"""Accepted suggestions that stood ten minutes later and that did not, as if seen before: 81% of them stood."""


def fit(events: Sequence[Event], seed: int, *, rounds: int = ROUNDS) -> dict[str, Any]:
    """The prior of these events, as numbers. The same events and seed give the same numbers."""
    examples = Examples.of(events)
    numbers = {**skeleton(), **models(examples, seed), "provenance": _provenance(events, seed)}
    return {**numbers, **thresholds(events, examples, seed, rounds)}


@dataclass(frozen=True, slots=True)
class Examples:
    """What a model is fitted on: features, labels and weights."""

    rows: tuple[Mapping[str, float | None], ...]
    taken: NDArray[np.float64]
    weights: NDArray[np.float64]
    people: tuple[str, ...]

    def without(self, left_out: Collection[str]) -> Examples:
        """The examples of all other people."""
        kept = [number for number, person in enumerate(self.people) if person not in left_out]
        return Examples(
            rows=tuple(self.rows[number] for number in kept),
            taken=self.taken[kept],
            weights=self.weights[kept],
            people=tuple(self.people[number] for number in kept),
        )

    @classmethod
    def of(cls, events: Sequence[Event]) -> Examples:
        """The events as they were shown, and lighter copies of them as a provider that tells nothing would have it."""
        told = [each for each in events if each.certainty.told != "nothing"]
        untold = [replace(each, certainty=UNCERTAIN) for each in told]
        opened = Gate.of(skeleton())
        rows: list[Mapping[str, float | None]] = []
        for group in (events, untold):
            rows += [each.features for each in replay(group, lambda _: opened, learning=False, from_all=True)]
        return cls(
            rows=tuple(rows),
            taken=np.array([each.accepted for each in (*events, *untold)], dtype=float),
            weights=np.array([1.0] * len(events) + [UNTOLD] * len(untold)),
            people=tuple(each.user for each in (*events, *untold)),
        )


def skeleton() -> dict[str, Any]:
    """A prior that knows nothing and shows everything."""
    nothing = {"intercept": 0.0, "terms": []}
    model = {"coarse": nothing, "detailed": nothing, "trees": [], "trees_intercept": 0.0, "share": 0.0}
    return {
        "format": FORMAT,
        "place": model,
        "suggestion": model,
        "ask_below": NEVER,
        "thresholds": {"tokens": NEVER, "mean": NEVER, "nothing": NEVER},
        "variances": VARIANCES,
        "kept": KEPT,
        "bends": BENDS,
    }


def models(examples: Examples, seed: int, stages: Mapping[str, tuple[str, ...]] = STAGES) -> dict[str, Any]:
    """A model for each name, fitted on the features of its stages."""
    return {
        name: fit_model(examples.rows, examples.taken, examples.weights, names_of(*stage), seed)
        for name, stage in stages.items()
    }


def divided(events: Sequence[Event], seed: int, folds: int = FOLDS) -> list[tuple[list[Event], list[Event]]]:
    """The events in (to fit, to judge) pairs; nobody is in both, and every source is spread over the pairs."""
    generator = np.random.default_rng(seed)
    fold: dict[str, int] = {}
    for source in sorted({event.source for event in events}):
        people = sorted({event.user for event in events if event.source == source})
        for number, person in enumerate(generator.permutation(people)):
            fold[str(person)] = number % folds
    pairs = []
    for number in range(folds):
        judged = [event for event in events if fold[event.user] == number]
        if judged:
            pairs.append(([event for event in events if fold[event.user] != number], judged))
    return pairs


def unseen(events: Sequence[Event], examples: Examples, seed: int) -> dict[str, list[Replayed]]:
    """Each event as a prior fitted on other people, with online learning, judges it: as it is, and told nothing."""
    judged: dict[str, list[Replayed]] = {"as told": [], "told nothing": []}
    for _, theirs in divided(events, seed):
        others = examples.without({each.user for each in theirs})
        gate = Gate.of({**skeleton(), **models(others, seed)})
        untold = [replace(each, certainty=UNCERTAIN) for each in theirs]
        judged["as told"] += replay(theirs, lambda _, gate=gate: gate, from_all=True)  # type: ignore[misc]
        judged["told nothing"] += replay(untold, lambda _, gate=gate: gate, from_all=True)  # type: ignore[misc]
    return judged


def thresholds(events: Sequence[Event], examples: Examples, seed: int, rounds: int) -> dict[str, Any]:
    """The probabilities below which nothing is asked or shown, that cost the allowed share of accepted suggestions."""
    judged: dict[str, list[Replayed]] = {}
    for number in range(rounds):
        for name, replayed in unseen(events, examples, seed + number).items():
            judged.setdefault(name, []).extend(replayed)
    accepted = [each for each in judged["as told"] if each.event.accepted and not each.event.scene.asked]
    ask_below = min(
        _quantile([each.place for each in accepted if each.event.source == source], ACCEPTED_UNASKED)
        for source in {each.event.source for each in accepted}
    )
    found = {"nothing": _threshold(judged["told nothing"], ask_below, {})}
    for told in ("mean", "tokens"):
        sources = {each.event.source for each in judged["as told"] if each.event.certainty.told == told}
        among = [each for each in judged["as told"] if each.event.source in sources]
        found[told] = _threshold(among, ask_below, found) if among else found["nothing"]
    return {"ask_below": round(ask_below, 5), "thresholds": {name: round(value, 5) for name, value in found.items()}}


def _threshold(judged: Sequence[Replayed], ask_below: float, known: Mapping[str, float]) -> float:
    """The threshold that, with those known already and the place's, hides the allowed share of what was accepted."""
    accepted = [each for each in judged if each.event.accepted]
    people = len({each.event.user for each in accepted})
    may = int((ACCEPTED_HIDDEN - MARGIN / max(people, 4) ** 0.5) * len(accepted))
    left: list[float] = []
    for each in accepted:
        if each.event.scene.asked:
            continue
        score = usual(each)
        if each.place < ask_below or score < known.get(each.event.certainty.told, 0.0):
            may -= 1
        elif each.event.certainty.told not in known:
            left.append(score)
    return sorted(left)[min(max(may, 0), len(left) - 1)] if left else NEVER


def usual(each: Replayed) -> float:
    """The probability, moved by what its length is worth, to be compared with the threshold for a usual text."""
    odds = each.probability / (1.0 - each.probability) / cost_of_length(len(each.event.text.strip()))
    return odds / (1.0 + odds)


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[int(share * len(ordered))] if ordered else NEVER


def _provenance(events: Sequence[Event], seed: int) -> dict[str, Any]:
    return {
        "events": dict(Counter(event.source for event in events)),
        "people": dict(Counter(source for source, _ in {(event.source, event.user) for event in events})),
        "seed": seed,
        "fitted": dt.datetime.now(dt.UTC).date().isoformat(),
    }
