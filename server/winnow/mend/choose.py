"""Which of several programs for one task deserves to be shown, judged by what they do where no test says what is right.

Programs that behave alike stand together and lend each other belief (CodeT's dual agreement, Chen et al. 2022);
how much is weighed against the rest by a logistic model of few features. It takes the programs for drawn independently
of one another and alike likely beforehand, so that their number speaks; where edits were enumerated, each with a
likelihood of its own, it does not, see ``rank``. Whoever asks runs the programs: all of them on the same inputs, which
``specify`` makes of the tests and of the examples in the text.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winnow.mend.choice_weights import INTERCEPT, THRESHOLD, WEIGHTS
from winnow.mend.examples import examples
from winnow.mend.vary import Arguments, vary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NEAR, BOLD = 50, 50
"""Inputs made like the observed ones, and made more freely, where a function may not be meant to work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """What is known of a function: inputs (texts of tuples of arguments), and checks (assert statements).

    The first ``near`` inputs are observed or like those.
    """

    inputs: tuple[str, ...]
    near: int
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """A program and what it did: whether it passed the tests, which checks held, what each input gave.

    An outcome is a text, equal for equal values; ``!`` and a word where the program raised or took too long.
    """

    code: str
    passed: bool
    kept: tuple[bool, ...] = ()
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The place of the program chosen, how probably it is right, and whether that is enough to show it unasked."""

    index: int
    probability: float
    shown: bool


def specify(text: str, function: str, tests: Sequence[str], calls: Sequence[Arguments] = ()) -> Specification:
    """What the text (a signature, a docstring), the tests and the calls seen tell of a function; always the same."""
    told = examples(text, function)
    tested = [example.arguments for example in examples("\n".join(tests), function)]
    observed = _once([*calls, *tested, *(example.arguments for example in told)])
    near = vary(observed, NEAR)
    inputs = _once([*near, *vary(observed, BOLD, bold=True)])
    return Specification(
        inputs=tuple(map(repr, inputs)),
        near=len(near),
        checks=tuple(f"assert {function}(*{e.arguments!r}) == {e.expected!r}" for e in told if e.told),
    )


def _once(inputs: Sequence[Arguments]) -> list[Arguments]:
    return list({repr(arguments): arguments for arguments in inputs}.values())


def choose(specification: Specification, behaviours: Sequence[Behaviour]) -> Choice:
    """The program that is most probably right; the first where none passes. Raises ValueError without programs."""
    if not behaviours:
        raise ValueError("There is nothing to choose from.")
    passing = [place for place, behaviour in enumerate(behaviours) if behaviour.passed]
    if not passing:
        return Choice(index=0, probability=0.0, shown=False)
    chances = {place: probability(features(specification, behaviours, place)) for place in passing}
    best = max(passing, key=lambda place: (chances[place], -place))
    return Choice(index=best, probability=chances[best], shown=chances[best] >= THRESHOLD)


def probability(measured: Mapping[str, float]) -> float:
    """How probably a program with these features is right, also where no test looked."""
    return 1 / (1 + math.exp(-(INTERCEPT + sum(WEIGHTS[name] * value for name, value in measured.items()))))


def features(specification: Specification, behaviours: Sequence[Behaviour], place: int) -> dict[str, float]:
    """What speaks for and against the program at a place, which passed the tests."""
    own = behaviours[place]
    passing = [behaviour for behaviour in behaviours if behaviour.passed]
    alike = [behaviour for behaviour in passing if behaviour.outcomes == own.outcomes]
    rivals = Counter(behaviour.outcomes for behaviour in passing if behaviour.outcomes != own.outcomes)
    near, count = own.outcomes[: specification.near], len(behaviours)
    return {
        "alike": len(alike) / count,
        "several": float(count > 1),
        "failing": 1 - len(passing) / count,
        "rivals": rivals.total() / count,
        "largest rival": max(rivals.values(), default=0) / count,
        "differing": _differing(near, [outcomes[: specification.near] for outcomes in rivals.elements()]),
        "few inputs": 1 / (1 + specification.near / 5),
        "checks kept": sum(own.kept) / len(own.kept) if own.kept else 1.0,
        "variety": len(set(own.outcomes)) / max(len(own.outcomes), 1),
        "constant": float(len(set(own.outcomes)) <= 1),
        "raising": sum(outcome.startswith("!") for outcome in near) / max(len(near), 1),
        "slow": float("!timeout" in own.outcomes),
    }


def _differing(own: Sequence[str], rivals: Sequence[Sequence[str]]) -> float:
    """The mean share of inputs on which programs that behave otherwise do."""
    if not rivals or not own:
        return 0.0
    return sum(a != b for outcomes in rivals for a, b in zip(own, outcomes, strict=True)) / (len(own) * len(rivals))
