"""The gate measured on recorded events: the shipped prior alone and with online learning, by source."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from winnow.gate.events import replay
from winnow.gate.gate import Gate
from winnow.gate.measure import Outcomes, intervals, measures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from winnow.gate.events import Event, Replayed

Report = dict[str, dict[str, dict[str, Any]]]


def evaluate(
    events: Sequence[Event],
    prior: Mapping[str, Any],
    *,
    from_all: bool = False,
    watch: Callable[[Sequence[Event]], Iterable[Event]] = iter,
) -> Report:
    """Measures under ``prior`` and ``online``, by source, each with intervals over persons.

    A gate learns from what it would have shown; with ``from_all`` from every outcome. What cannot be measured on
    these events is None. ``watch`` may count the events as they are replayed.
    """
    fresh = Gate.of(prior)
    report: Report = {}
    for name, learning in (("prior", False), ("online", True)):
        sources: dict[str, list[Replayed]] = {}
        for each in replay(watch(events), lambda _: fresh, learning=learning, from_all=from_all):
            sources.setdefault(each.event.source, []).append(each)
        report[name] = {source: _row(replayed) for source, replayed in sources.items()}
    return report


def _row(replayed: Sequence[Replayed]) -> dict[str, Any]:
    outcomes = Outcomes.of(replayed)
    values = {name: None if math.isnan(value) else value for name, value in measures(outcomes).items()}
    spans = {name: None if math.isnan(span[0]) else span for name, span in intervals(outcomes).items()}
    return {"n": len(replayed), **values, "intervals": spans}
