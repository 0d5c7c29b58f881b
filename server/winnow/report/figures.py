"""The figures of a report, counted from the journal: what was shown, taken and kept, and what hiding saved and cost."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winnow.facts import Decision, Fate, Outcome, Reason
from winnow.journal import COMPLETION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from winnow.journal import Row

TAKEN = frozenset({Fate.ACCEPTED, Fate.PARTLY, Fate.TYPED})
BINS = 8
_FEWEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many suggestions were shown, taken and kept, and how many characters were shown."""

    shown: int = 0
    taken: int = 0
    kept: int = 0
    undone: int = 0
    characters: int = 0

    def add(self, row: Row) -> Tally:
        """This tally with one more decision."""
        fates = {each.fate for each in row.fates}
        shown = row.decision.reason is Reason.SHOWN
        return self + Tally(
            shown=int(shown),
            taken=int(bool(fates & TAKEN)),
            kept=int(Fate.KEPT in fates),
            undone=int(Fate.UNDONE in fates),
            characters=len(row.decision.candidate.text) if shown and row.decision.candidate else 0,
        )

    def __add__(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(
            shown=self.shown + other.shown,
            taken=self.taken + other.taken,
            kept=self.kept + other.kept,
            undone=self.undone + other.undone,
            characters=self.characters + other.characters,
        )


@dataclass(frozen=True, slots=True)
class Stage:
    """How many decisions came so far, and what was lost on the way from the stage before, by its name."""

    name: str
    count: int
    lost: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything a report draws."""

    decisions: int
    total: Tally
    stages: Sequence[Stage]
    by_day: Mapping[str, Tally]
    by_language: Mapping[str, Tally]
    by_kind: Mapping[str, Tally]
    by_source: Mapping[str, Tally]
    characters_taken: int
    characters_kept: int
    keystrokes: int
    reliability: Sequence[tuple[int, float, float]]
    hidden: int
    hidden_expected: float
    unasked: int
    sampled: int
    sampled_taken: int
    latencies: Mapping[str, Sequence[float]]
    tests_run: int
    caught: Mapping[str, int]

    @property
    def mean_length(self) -> float | None:
        """The mean length of what was shown, in characters."""
        return self.total.characters / self.total.shown if self.total.shown else None

    @property
    def share_written(self) -> float | None:
        """The share of code written by acceptance (CodeCompose, Murali et al., 2024), of all that was written."""
        written = self.characters_taken + self.keystrokes
        return self.characters_taken / written if self.keystrokes else None


def figures(rows: Sequence[Row], learned: Mapping[str, object] | None) -> Figures:
    """Count the rows of a journal. ``learned`` is what the gate knows of the person, which holds their keystrokes."""
    shown = [row for row in rows if row.decision.reason is Reason.SHOWN]
    ghosts = [row for row in rows if row.decision.kind == COMPLETION]
    hidden = [row for row in ghosts if row.decision.reason is Reason.UNLIKELY]
    total = sum((Tally().add(row) for row in rows), Tally())
    sample = [row for row in shown if _sampled(row.decision)]
    keystrokes = (learned or {}).get("keystrokes", 0)
    return Figures(
        decisions=len(rows),
        total=total,
        stages=_stages(rows, total),
        by_day=_tally(rows, lambda decision: _day(decision.at)),
        by_language=_tally(rows, lambda decision: decision.language),
        by_kind=_tally(rows, lambda decision: decision.kind),
        by_source=_tally([row for row in rows if row.decision.candidate], _source),
        characters_taken=sum(_characters(row) for row in shown),
        characters_kept=sum(_characters(row) for row in shown if _has(row, Fate.KEPT)),
        keystrokes=keystrokes if isinstance(keystrokes, int) else 0,
        reliability=_reliability([row for row in ghosts if row.decision.reason is Reason.SHOWN]),
        hidden=len(hidden),
        hidden_expected=sum(row.decision.opinion.probability for row in hidden if row.decision.opinion),
        unasked=sum(row.decision.reason is Reason.UNWANTED for row in rows),
        sampled=len(sample),
        sampled_taken=sum(_taken(row) for row in sample),
        latencies=_latencies(rows),
        tests_run=sum(len(row.decision.evidence.tests) for row in rows if row.decision.evidence),
        caught=_caught(rows),
    )


_LOSSES: tuple[tuple[str, Mapping[Reason, str]], ...] = (
    ("asked for", {Reason.PAUSED: "while paused", Reason.UNWANTED: "not worth asking"}),
    ("proposed", {Reason.EMPTY: "nothing usable", Reason.UNREACHABLE: "out of reach"}),
    ("not refuted", {Reason.REFUTED: "refuted"}),
    (
        "shown",
        {
            Reason.UNLIKELY: "unlikely",
            Reason.UNSURE: "unsure",
            Reason.REMEMBERED: "rejected before",
            Reason.STALE: "too late",
        },
    ),
)
"""The stages of a suggestion, and the reasons for which one does not come to each."""


def _stages(rows: Sequence[Row], total: Tally) -> list[Stage]:
    reasons = Counter(row.decision.reason for row in rows)
    stages = [Stage("moments", len(rows), {})]
    for name, losses in _LOSSES:
        lost = {says: reasons[reason] for reason, says in losses.items() if reasons[reason]}
        stages.append(Stage(name, stages[-1].count - sum(lost.values()), lost))
    left, followed = total.shown - total.taken, total.kept + total.undone
    stages.append(Stage("taken", total.taken, {"passed over": left} if left > 0 else {}))
    later = {"undone": total.undone, "not followed up": total.taken - followed}
    stages.append(Stage("kept", total.kept, {says: count for says, count in later.items() if count > 0}))
    return stages


def _tally(rows: Sequence[Row], key: Callable[[Decision], str]) -> dict[str, Tally]:
    tallies: dict[str, Tally] = {}
    for row in sorted(rows, key=lambda each: each.decision.at):
        name = key(row.decision)
        tallies[name] = tallies.get(name, Tally()).add(row)
    return tallies


def _day(at: float) -> str:
    return dt.datetime.fromtimestamp(at).astimezone().date().isoformat()


def _source(decision: Decision) -> str:
    return decision.candidate.origin.model or decision.candidate.origin.provider if decision.candidate else ""


def _has(row: Row, fate: Fate) -> bool:
    return any(each.fate is fate for each in row.fates)


def _taken(row: Row) -> bool:
    return any(each.fate in TAKEN for each in row.fates)


def _characters(row: Row) -> int:
    """How much of a suggestion was taken: parts add up, but never to more than the whole."""
    whole = len(row.decision.candidate.text) if row.decision.candidate else 0
    return min(sum(each.characters for each in row.fates if each.fate in TAKEN), whole)


def _sampled(decision: Decision) -> bool:
    """Whether it belongs to the always-shown slice: below the threshold, and shown all the same by chance."""
    opinion = decision.opinion
    return opinion is not None and opinion.probability < opinion.threshold and opinion.propensity < 1.0


def _reliability(shown: Sequence[Row]) -> list[tuple[int, float, float]]:
    """Bins of equal size: suggestions, mean probability, share taken; only of those whose fate is known."""
    known = sorted(
        (row.decision.opinion.probability, _taken(row)) for row in shown if row.decision.opinion and row.fates
    )
    size = max(-(-len(known) // BINS), _FEWEST)
    bins = [known[start : start + size] for start in range(0, len(known), size)]
    return [
        (len(each), sum(said for said, _ in each) / len(each), sum(done for _, done in each) / len(each))
        for each in bins
    ]


def _latencies(rows: Sequence[Row]) -> dict[str, list[float]]:
    """Milliseconds by stage, sorted."""
    stages: dict[str, list[float]] = {}
    for row in rows:
        for stage, value in row.decision.timings.items():
            stages.setdefault(stage, []).append(value)
    return {stage: sorted(values) for stage, values in stages.items()}


def _caught(rows: Sequence[Row]) -> dict[str, int]:
    """What trying candidates caught, by the first thing that spoke against each."""
    caught: Counter[str] = Counter()
    for row in rows:
        evidence = row.decision.evidence
        if evidence is None:
            continue
        if not evidence.parses:
            caught["does not parse"] += 1
        elif evidence.unknown:
            caught["names that do not exist"] += 1
        elif evidence.outcome is Outcome.FAILED:
            caught["tests that fail"] += 1
    return dict(caught)
