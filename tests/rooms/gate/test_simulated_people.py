"""The trap of learning from one's own choices: a gate must not drift to the trivial, nor to silence, nor stay behind.

A simulated person accepts by the quality of a suggestion, whatever its length; the gate sees quality only through
the model's certainty, and learns only from what it shows.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from winnow.facts import Evidence, Fate, Feedback, Outcome
from winnow.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from winnow.facts import Candidate, Context

UNREACHED = Evidence(parses=True, outcome=Outcome.UNREACHED)
PLACES = ("def total(prices):\n    return ", "items = ", "for each in items:\n    ", "# add them up\n", "value = call(")
WORDS = ("prices", "total", "items", "each", "value", "count", "result", "name")


@dataclass(frozen=True)
class Seen:
    """One suggestion and what the gate made of it."""

    length: int
    shown: bool
    taken: bool


def live(
    gate: Gate,
    likes: Sequence[Callable[[float], float]],
    rounds: int,
    context: Callable[..., Context],
    candidate: Callable[..., Candidate],
) -> list[Seen]:
    """Suggestion after suggestion; ``likes`` are phases of a life: quality in, chance of acceptance out."""
    chance = random.Random(5)  # noqa: S311 - a simulation
    seen = []
    for number in range(rounds):
        quality = chance.gauss(0.0, 1.0)
        words = " ".join(chance.choice(WORDS) for _ in range(chance.choice((1, 2, 4, 8, 16))))
        text = f"{words}_{number}()"
        place = context(chance.choice(PLACES))
        shown = candidate(text, str(number), logprob=-math.exp(-0.5 - quality))
        at = 20.0 * number
        opinion = gate.judge(place, shown, UNREACHED, at, draw=chance.random())
        taken = chance.random() < likes[number * len(likes) // rounds](quality)
        if opinion.favourable:
            fate = Fate.ACCEPTED if taken else Fate.DISMISSED
            gate = gate.shown(shown, place, opinion, at).learn(Feedback(candidate_id=str(number), fate=fate, at=at + 1))
        seen.append(Seen(len(text), opinion.favourable, taken))
    return seen


def picky(quality: float) -> float:
    return 1.0 / (1.0 + math.exp(1.5 - 1.5 * quality))


def weary(_: float) -> float:
    return 0.01


def keen(_: float) -> float:
    return 0.6


def share_shown(seen: Sequence[Seen]) -> float:
    return sum(each.shown for each in seen) / len(seen)


def test_five_thousand_suggestions_drift_neither_to_the_trivial_nor_to_silence(
    prior: dict[str, Any], context: Callable[..., Context], candidate: Callable[..., Candidate]
) -> None:
    seen = live(Gate.of(prior), [picky], 5000, context, candidate)
    last = seen[-1000:]
    shown = [each for each in last if each.shown]
    taken = [each for each in last if each.taken]
    assert len(shown) > 300
    assert sum(each.length for each in shown) / len(shown) > 0.8 * sum(each.length for each in last) / len(last)
    assert sum(each.shown for each in taken) > 0.85 * len(taken)
    assert sum(each.shown and each.length > 60 for each in last) > 50


def test_a_person_who_changes_is_followed(
    prior: dict[str, Any], context: Callable[..., Context], candidate: Callable[..., Candidate]
) -> None:
    seen = live(Gate.of(prior), [keen, weary, keen], 3000, context, candidate)
    assert share_shown(seen[500:1000]) > 0.95
    assert share_shown(seen[1600:2000]) < 0.6
    assert share_shown(seen[2600:]) > 0.8
