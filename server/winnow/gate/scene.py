"""What a gate's features are read from: the place of the cursor, the proposed text, and the person's recent past.

The editor's ``Context`` and a recorded event both become a ``Scene``, so one piece of code computes the features
for deciding and for fitting. What is not known is None, which is a normal case.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winnow.gate.lines import IDENTIFIER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.facts import Candidate, Context

BEFORE_WINDOW = 2500
AFTER_WINDOW = 800
"""How many characters around the cursor are read: enough for a function, and a bound on the time it takes."""
_TAIL = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A place to suggest something. ``after`` is None where the log did not keep it."""

    before: str
    after: str | None
    offset: int
    length: int
    at: float
    asked: bool = False
    paused: bool | None = None

    @classmethod
    def of(cls, context: Context, at: float, *, paused: bool | None = None) -> Scene:
        """The scene of a context as the editor knows it."""
        moment = context.moment
        return cls(
            before=context.before[-BEFORE_WINDOW:],
            after=context.after[:AFTER_WINDOW],
            offset=moment.offset,
            length=max(len(moment.document.text), moment.offset),
            at=at,
            asked=moment.asked,
            paused=paused,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCertainty:
    """What the provider tells of its own certainty: natural logarithms of token probabilities, summarised."""

    mean: float | None = None
    first: float | None = None
    lowest: float | None = None
    highest: float | None = None
    spread: float | None = None
    last: float | None = None
    median: float | None = None

    @classmethod
    def of(cls, candidate: Candidate) -> TokenCertainty:
        """The summary of a candidate's token log-probabilities; all None where there are none."""
        return cls.summarise(candidate.logprobs)

    @classmethod
    def summarise(cls, logprobs: Sequence[float]) -> TokenCertainty:
        """The summary of a sequence of token log-probabilities."""
        if not logprobs:
            return UNCERTAIN
        count = len(logprobs)
        mean = math.fsum(logprobs) / count
        ordered = sorted(logprobs)
        return cls(
            mean=mean,
            first=logprobs[0],
            lowest=ordered[0],
            highest=ordered[-1],
            spread=math.sqrt(math.fsum((each - mean) ** 2 for each in logprobs) / count),
            last=logprobs[-1],
            median=(ordered[(count - 1) // 2] + ordered[count // 2]) / 2,
        )


UNCERTAIN = TokenCertainty()


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """One suggestion as it was put before the person, and what became of it (None: not known yet)."""

    at: float
    offset: int
    length: int
    before: str
    text: str
    names: frozenset[str]
    certainty: float | None = None
    taken: bool | None = None

    @classmethod
    def of(cls, scene: Scene, text: str, certainty: float | None) -> Showing:
        """A suggestion that is put before the person now; ``certainty`` is the mean log-probability of its tokens."""
        return cls(
            at=scene.at,
            offset=scene.offset,
            length=scene.length,
            before=scene.before[-_TAIL:],
            text=text,
            names=names_in(text),
            certainty=certainty,
        )


def names_in(text: str) -> frozenset[str]:
    """The identifiers of a text."""
    return frozenset(IDENTIFIER.findall(text))


def typed_since(earlier: Showing, scene: Scene) -> str | None:
    """What the person typed at the cursor since an earlier showing; None when they went elsewhere."""
    grown = scene.offset - earlier.offset
    if not 0 <= grown <= len(scene.before) or grown > BEFORE_WINDOW:
        return None
    typed = scene.before[len(scene.before) - grown :]
    kept = scene.before[: len(scene.before) - grown][-len(earlier.before) :] if earlier.before else ""
    return typed if not earlier.before or earlier.before.endswith(kept) else None
