"""Measure the gate on people it has not seen: every figure is from a prior fitted, thresholds and all, on others.

    python benchmarks/gate.py EVENTS [--out benchmarks/gate.md] [--folds 5]

Also measures what each kind of feature brings, the curve of rejected hidden against accepted lost, and the time of a
judgement. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from winnow.commands.gate import read_events
from winnow.gate import Gate
from winnow.gate.events import replay
from winnow.gate.measure import MEASURES, Outcomes, intervals, measures
from winnow.gate.train import Examples, divided, fit, models, skeleton
from winnow.journal import shipped_prior

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.gate.events import Event, Replayed

SEED = 101
LOSSES = (0.01, 0.02, 0.03, 0.05, 0.08, 0.12)
ABLATION = {
    "place and timing": ("place",),
    "+ the suggestion": ("place", "text"),
    "+ history": ("place", "past", "text", "memory"),
}
HEAD = """# The gate on people it has not seen

Made by `python benchmarks/gate.py EVENTS`. {events} suggestions of {people} programmers in {folds} groups; each group
is judged by a prior whose models and thresholds were fitted on the other groups alone. The threshold was fixed before
the judged people were looked at. Brackets: 95% over resamples of persons.
`cups` is Copilot in 2022, `rhe` is RealHumanEval.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("events", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    parser.add_argument("--folds", type=int, default=5)
    arguments = parser.parse_args()
    events, _ = read_events(arguments.events)
    judged = judge(events, arguments.folds)
    sources = sorted({event.source for event in events})
    people = len({event.user for event in events})
    parts = [HEAD.format(events=len(events), people=people, folds=arguments.folds)]
    parts += [whole(judged, sources), ablation(judged, sources), curve(judged, sources), speed(events)]
    arguments.out.write_text("\n".join(parts), encoding="utf-8")
    print("\n".join(parts))


def judge(events: Sequence[Event], folds: int) -> dict[str, list[Replayed]]:
    judged: dict[str, list[Replayed]] = {}
    for others, theirs in divided(events, SEED, folds):
        prior = fit(others, SEED, rounds=1)
        fresh = Gate.of(prior)
        examples = Examples.of(others)
        judged.setdefault("prior", []).extend(replay(theirs, lambda _, gate=fresh: gate, learning=False))  # type: ignore[misc]
        judged.setdefault("online", []).extend(replay(theirs, lambda _, gate=fresh: gate))  # type: ignore[misc]
        for name, stages in ABLATION.items():
            gate = Gate.of({**skeleton(), **models(examples, SEED, {"suggestion": stages})})
            judged.setdefault(name, []).extend(
                replay(theirs, lambda _, gate=gate: gate, learning=False, from_all=True)  # type: ignore[misc]
            )
        judged.setdefault("+ online learning", []).extend(
            replay(theirs, lambda _, gate=gate: gate, from_all=True)  # type: ignore[misc]
        )
        print(f"judged {len(judged['prior'])} of {len(events)}", flush=True)
    return judged


def of_source(judged: Sequence[Replayed], source: str) -> list[Replayed]:
    return [each for each in judged if each.event.source == source]


def whole(judged: dict[str, list[Replayed]], sources: Sequence[str]) -> str:
    columns = [(name, source) for source in sources for name in ("prior", "online")]
    lines = ["## The whole gate: both stages, thresholds fixed beforehand, learning only from what it would show\n"]
    lines += ["| | " + " | ".join(f"{source}, {name}" for name, source in columns) + " |", "|---" * 5 + "|"]
    found = []
    for name, source in columns:
        outcomes = Outcomes.of(of_source(judged[name], source))
        found.append((measures(outcomes), intervals(outcomes)))
    for measure in MEASURES:
        cells = [f"{value[measure]:.3f} [{low[measure][0]:.2f}, {low[measure][1]:.2f}]" for value, low in found]
        lines.append(f"| {measure.replace('_', ' ')} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def scores(judged: Sequence[Replayed]) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], ...]:
    """Probabilities of accepted and of rejected events; a request counts as certain, as it is always answered."""
    both = [
        np.array(
            [1.0 if each.event.scene.asked else each.probability for each in judged if each.event.accepted is taken]
        )
        for taken in (True, False)
    ]
    return tuple(both)


def hidden_at(judged: Sequence[Replayed], loss: float) -> float:
    taken, refused = scores(judged)
    return float((refused < np.sort(taken)[int(loss * len(taken))]).mean())


def ablation(judged: dict[str, list[Replayed]], sources: Sequence[str]) -> str:
    lines = ["## What each kind of feature brings\n", "Rejected hidden where exactly 5% of accepted is lost.\n"]
    lines += ["| | source | AUC | Brier | ECE | rejected hidden |", "|---|---|---|---|---|---|"]
    for source in sources:
        for name in (*ABLATION, "+ online learning"):
            chosen = of_source(judged[name], source)
            value = measures(Outcomes.of(chosen))
            lines.append(
                f"| {name} | {source} | {value['auc']:.3f} | {value['brier']:.3f} | {value['ece']:.3f} "
                f"| {hidden_at(chosen, 0.05):.0%} |"
            )
    return "\n".join(lines) + "\n"


def curve(judged: dict[str, list[Replayed]], sources: Sequence[str]) -> str:
    lines = ["## Rejected hidden against accepted lost\n", "| accepted lost | " + " | ".join(sources) + " |"]
    lines.append("|---" * (len(sources) + 1) + "|")
    for loss in LOSSES:
        cells = [f"{hidden_at(of_source(judged['+ online learning'], source), loss):.0%}" for source in sources]
        lines.append(f"| {loss:.0%} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def speed(events: Sequence[Event]) -> str:
    gate = Gate.of(shipped_prior())
    took = []
    for event in events[:1000]:
        started = time.perf_counter()
        gate.weigh(event.scene, event.text, event.certainty, {}, event.model)
        took.append(1e3 * (time.perf_counter() - started))
    return f"## Time of a judgement\n\n{statistics.median(took):.2f} ms at the median, features included.\n"


if __name__ == "__main__":
    main()
