"""Recorded events of real people, and their replay through a gate in the order in which they happened.

An event is one suggestion that was shown: a line of JSON with the fields ``source``, ``user``, ``session``, ``ts_ms``,
``prefix``, ``suffix`` (or null), ``suggestion``, ``doc_len``, ``cursor``, ``requested``, ``paused``, ``model``,
``lp_*`` and ``accepted``; where ``edit_600`` tells how far accepted text was edited ten minutes later, it is a label
too. Fields that say what happened after the show are never read as features.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from winnow.facts import Fate, Feedback
from winnow.gate.scene import AFTER_WINDOW, BEFORE_WINDOW, Scene, TokenCertainty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from winnow.gate.gate import Gate

NEEDED = ("source", "user", "session", "ts_ms", "suggestion", "doc_len", "cursor", "accepted")
MOSTLY_UNEDITED = 1 / 3
"""The share of accepted text that may have changed ten minutes later for it to count as kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One suggestion that a person was shown, whether they accepted it, and whether it was kept (None: not known)."""

    source: str
    user: str
    session: str
    model: str
    scene: Scene
    text: str
    certainty: TokenCertainty
    accepted: bool
    kept: bool | None = None

    @classmethod
    def of(cls, row: object) -> Event:
        """The event of a parsed line. Raises ValueError that names what is missing or is no number."""
        if not isinstance(row, dict):
            raise ValueError("an event is a JSON object")  # noqa: TRY004 - like all that is wrong with a line
        absent = [name for name in NEEDED if row.get(name) is None]
        if absent:
            raise ValueError(f"an event needs {', '.join(absent)}")
        edited = _number(row, "edit_600")
        return cls(
            source=str(row["source"]),
            user=str(row["user"]),
            session=str(row["session"]),
            model=str(row.get("model") or ""),
            scene=_scene(row),
            text=str(row["suggestion"]),
            certainty=TokenCertainty(
                mean=_number(row, "lp_mean"),
                first=_number(row, "lp_first"),
                lowest=_number(row, "lp_min"),
                highest=_number(row, "lp_max"),
                spread=_number(row, "lp_std"),
                last=_number(row, "lp_last"),
                median=_number(row, "lp_median"),
            ),
            accepted=bool(_number(row, "accepted")),
            kept=None if edited is None else edited <= MOSTLY_UNEDITED,
        )


def _scene(row: Mapping[str, Any]) -> Scene:
    after, paused = row.get("suffix"), row.get("paused")
    offset = max(int(_number(row, "cursor") or 0), 0)
    return Scene(
        before=str(row.get("prefix") or "")[-BEFORE_WINDOW:],
        after=None if after is None else str(after)[:AFTER_WINDOW],
        offset=offset,
        length=max(int(_number(row, "doc_len") or 0), offset),
        at=(_number(row, "ts_ms") or 0.0) / 1000.0,
        asked=bool(row.get("requested")),
        paused=None if paused is None else bool(paused),
    )


def _number(row: Mapping[str, Any], name: str) -> float | None:
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{name} cannot be {value!r}: it is a number, or null")
    return float(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What the gate said of an event before it learned of the outcome."""

    event: Event
    place: float
    probability: float
    threshold: float
    asked: bool
    shown: bool
    features: Mapping[str, float | None]


def replay(
    events: Iterable[Event], gate_for: Callable[[str], Gate], *, learning: bool = True, from_all: bool = False
) -> Sequence[Replayed]:
    """Predict each event, then learn from its outcome if it would have been shown (or from every one).

    Each person has a gate of their own, made by ``gate_for`` of their name, and each session a fresh recent past.
    """
    replayed: list[Replayed] = []
    gates: dict[str, Gate] = {}
    sessions: dict[str, str] = {}
    for number, event in enumerate(events):
        gate = gates.get(event.user) or gate_for(event.user)
        if sessions.get(event.user, event.session) != event.session:
            gate = gate.rested()
        sessions[event.user] = event.session
        place = gate.weigh_place(event.scene)
        opinion = gate.weigh(event.scene, event.text, event.certainty, {}, event.model)
        shown = place.favourable and opinion.favourable
        replayed.append(
            Replayed(
                event=event,
                place=place.probability,
                probability=opinion.probability,
                threshold=opinion.threshold,
                asked=place.favourable,
                shown=shown,
                features=opinion.features,
            )
        )
        if shown or from_all:
            identity = str(number)
            fate = Fate.ACCEPTED if event.accepted else Fate.DISMISSED
            told = Feedback(candidate_id=identity, fate=fate, at=event.scene.at)
            seen = gate.put(event.scene, identity, event.text, event.model, identity, opinion)
            after = seen.learn(told)
            gate = after if learning else replace(after, learned=gate.learned)
        gates[event.user] = gate
    return replayed
