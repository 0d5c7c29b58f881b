"""Calibrate models on people that they had not seen: Platt's scaling, and the thresholds that are shipped.

The people are divided into folds; the events of each fold are judged by models fitted on the others.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from winnow.gate.events import replay
from winnow.gate.fit import fit_platt
from winnow.gate.gate import Gate
from winnow.gate.prior import TOLD, Prior, told_by
from winnow.gate.scene import UNCERTAIN
from winnow.gate.train import NEVER, Examples, kept_model, models, provenance, skeleton

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from winnow.gate.events import Event, Replayed
    from winnow.gate.prior import Told

FOLDS = 7
ROUNDS = 2
"""How often the people are divided anew: one division is too noisy with few people."""
ACCEPTED_HIDDEN = 0.05
MARGIN = 0.015
ACCEPTED_UNASKED = 0.01
"""Shares of accepted suggestions that hiding in all, and not asking, may cost.

What may be hidden is held lower by the margin over the root of the number of people: the fewer were seen, the less
their threshold can be trusted on others.
"""
_ENOUGH = 50
_SETTLED = 3


@dataclass(frozen=True, slots=True)
class Fold:
    """Some people's events and examples, and the numbers of a prior fitted on all others."""

    numbers: Mapping[str, Any]
    events: Sequence[Event]
    examples: Examples


def fit(events: Sequence[Event], seed: int) -> dict[str, Any]:
    """The prior of these events, as numbers. The same events and seed give the same numbers."""
    return fit_examples(events, Examples.of(events), seed, ROUNDS)


def fit_examples(events: Sequence[Event], examples: Examples, seed: int, rounds: int) -> dict[str, Any]:
    """``fit``, with the examples of these events at hand and the people divided so many times."""
    unseen = [fold for number in range(rounds) for fold in folds(events, examples, seed + number)]
    numbers = {**skeleton(), **models(examples, seed), **kept_model(examples)}
    platt = platt_of(unseen)
    return {**numbers, "platt": platt, **thresholds(unseen, platt), "provenance": provenance(events, seed)}


def divided(events: Sequence[Event], seed: int, parts: int = FOLDS) -> list[frozenset[str]]:
    """The people in parts; every source is spread over them."""
    generator = np.random.default_rng(seed)
    part: dict[str, int] = {}
    for source in sorted({event.source for event in events}):
        people = sorted({event.user for event in events if event.source == source})
        for number, person in enumerate(generator.permutation(people)):
            part[str(person)] = number % parts
    return [frozenset(person for person, its in part.items() if its == number) for number in sorted({*part.values()})]


def folds(events: Sequence[Event], examples: Examples, seed: int) -> list[Fold]:
    """Each part of the people with a prior of the others, not yet calibrated."""
    everyone = frozenset(examples.people)
    found = []
    for people in divided(events, seed):
        others = examples.of_people(everyone - people)
        numbers = {**skeleton(), **models(others, seed), **kept_model(others)}
        theirs = [event for event in events if event.user in people]
        found.append(Fold(numbers, theirs, examples.of_people(people)))
    return found


def platt_of(unseen: Sequence[Fold]) -> dict[Told, tuple[float, float]]:
    """The slope and shift of the log-odds, by what the provider tells of its certainty."""
    logits: defaultdict[Told, list[float]] = defaultdict(list)
    taken: defaultdict[Told, list[float]] = defaultdict(list)
    for fold in unseen:
        prior = Prior.of(fold.numbers)
        for row, label in zip(fold.examples.rows, fold.examples.taken, strict=True):
            told = told_by(row)
            logits[told].append(prior.suggestion.logit(row, defaultdict(float)))
            taken[told].append(float(label))
    return {
        told: fit_platt(np.array(logits[told]), np.array(taken[told]))
        if min(taken[told].count(1.0), taken[told].count(0.0)) >= _ENOUGH
        else (1.0, 0.0)
        for told in TOLD
    }


def thresholds(unseen: Sequence[Fold], platt: Mapping[Told, tuple[float, float]]) -> dict[str, Any]:
    """The probabilities below which nothing is asked or shown, that cost the allowed share of accepted suggestions.

    What is hidden is not learned from, which moves the probabilities of what follows, and so the thresholds: they are
    sought again until they settle.
    """
    found: dict[str, Any] = {"ask_below": NEVER, "thresholds": dict.fromkeys(TOLD, NEVER)}
    for _ in range(_SETTLED):
        found = _sought(unseen, {"platt": platt, **found})
    return found


def _sought(unseen: Sequence[Fold], standing: Mapping[str, Any]) -> dict[str, Any]:
    """The thresholds that the events suggest when the ``standing`` ones decide what is learned from."""
    as_told: list[Replayed] = []
    untold: list[Replayed] = []
    for fold in unseen:
        gate = Gate.of({**fold.numbers, **standing})
        told_nothing = [replace(each, certainty=UNCERTAIN) for each in fold.events]
        as_told += replay(fold.events, lambda _, gate=gate: gate)  # type: ignore[misc]
        untold += replay(told_nothing, lambda _, gate=gate: gate)  # type: ignore[misc]
    accepted = [each for each in as_told if each.event.accepted and not each.event.scene.asked]
    ask_below = min(
        _quantile([each.place for each in accepted if each.event.source == source], ACCEPTED_UNASKED)
        for source in {each.event.source for each in as_told}
    )
    now: Mapping[Told, float] = standing["thresholds"]
    found = {"nothing": _threshold(untold, ask_below, now, {})}
    for told in ("mean", "tokens"):
        sources = {each.event.source for each in as_told if told_by(each.features) == told}
        among = [each for each in as_told if each.event.source in sources]
        found[told] = _threshold(among, ask_below, now, found) if among else found["nothing"]
    return {"ask_below": round(ask_below, 5), "thresholds": {told: round(value, 5) for told, value in found.items()}}


def _threshold(
    judged: Sequence[Replayed], ask_below: float, standing: Mapping[Told, float], known: Mapping[str, float]
) -> float:
    """The threshold that, with those known already and the place's, hides the allowed share of what was accepted."""
    accepted = [each for each in judged if each.event.accepted]
    people = len({each.event.user for each in accepted})
    may = int((ACCEPTED_HIDDEN - MARGIN / max(people, 4) ** 0.5) * len(accepted))
    left: list[float] = []
    for each in accepted:
        if each.event.scene.asked:
            continue
        told = told_by(each.features)
        score = _usual(each, standing[told])
        if each.place < ask_below or score < known.get(told, 0.0):
            may -= 1
        elif told not in known:
            left.append(score)
    return sorted(left)[min(max(may, 0), len(left) - 1)] if left else NEVER


def _usual(each: Replayed, standing: float) -> float:
    """The probability that counts for as much where the costs are the usual: what to compare with the threshold.

    How far the event's own threshold is from the ``standing`` one tells how its costs move it.
    """
    odds = _odds(each.probability) * _odds(standing) / _odds(each.threshold)
    return odds / (1.0 + odds)


def _odds(probability: float) -> float:
    return probability / (1.0 - probability)


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[int(share * len(ordered))] if ordered else NEVER
