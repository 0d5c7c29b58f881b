"""Measure the gate on people it has not seen: every figure is from a prior fitted, thresholds and all, on others.

    python benchmarks/gate.py EVENTS [--out benchmarks/gate.md] [--parts 7] [--divisions 2]

Also measures what each kind of feature brings, the curve of rejected hidden against accepted lost, the head for what is
kept, and the time of a judgement. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from winnow.commands.gate import read_events
from winnow.gate import Gate
from winnow.gate.calibrate import divided, fit_examples
from winnow.gate.events import replay
from winnow.gate.features import before_showing
from winnow.gate.measure import MEASURES, Outcomes, auc, calibration_error, intervals, measures
from winnow.gate.prior import Prior, sigmoid
from winnow.gate.train import Examples, models
from winnow.journal import shipped_prior

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.gate.events import Event, Replayed

    Judged = defaultdict[str, list[Replayed]]

SEED = 101
LOSSES = (0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.12)
ABLATION = {
    "stage 1: place and pace": ("place", "pace"),
    "+ the suggestion": ("place", "pace", "text"),
    "+ history": ("place", "pace", "text", "past", "memory"),
}
ONLINE = "+ online learning"
HEAD = """# The gate on people it has not seen

Made by `python benchmarks/gate.py EVENTS`. {events} suggestions of {people} programmers, divided {divisions} times into
{parts} groups; each group is judged by a prior whose models, calibration and thresholds come from the other groups
alone, fixed before the judged people were looked at. Figures are means over the divisions, brackets the central 95%
over resamples of persons. `cups` is Copilot in 2022, `rhe` is RealHumanEval (`server/winnow/gate/prior.md`). The
shipped prior is fitted on all of these people: what `winnow gate evaluate` says of it on the same events is better
than it is.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("events", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    parser.add_argument("--parts", type=int, default=7)
    parser.add_argument("--divisions", type=int, default=2)
    arguments = parser.parse_args()
    events, _ = read_events(arguments.events)
    examples = Examples.of(events)
    kept: list[tuple[float, bool]] = []
    rounds = [judge(events, examples, arguments.parts, SEED + n, kept) for n in range(arguments.divisions)]
    sources = sorted({event.source for event in events})
    people = len({event.user for event in events})
    head = HEAD.format(events=len(events), people=people, parts=arguments.parts, divisions=arguments.divisions)
    parts = [head, whole(rounds, sources), ablation(rounds, sources), curve(rounds, sources), keeping(kept)]
    parts.append(speed(events))
    arguments.out.write_text("\n".join(parts), encoding="utf-8")
    print("\n".join(parts))


def judge(events: Sequence[Event], examples: Examples, parts: int, seed: int, kept: list[tuple[float, bool]]) -> Judged:
    """Each event as priors of others judge it, by the name of what judged; what is kept is added to ``kept``."""
    judged: Judged = defaultdict(list)
    everyone = {event.user for event in events}
    for people in divided(events, seed, parts):
        others = examples.of_people(everyone - people)
        theirs = [event for event in events if event.user in people]
        numbers = fit_examples([event for event in events if event.user not in people], others, seed, 1)
        whole_gate = Gate.of(numbers)
        judged["prior"] += replay(theirs, lambda _, gate=whole_gate: gate, learning=False)  # type: ignore[misc]
        judged["online"] += replay(theirs, lambda _, gate=whole_gate: gate)  # type: ignore[misc]
        for name, stages in ABLATION.items():
            found = models(others, seed, {"suggestion": stages})
            gate = Gate.of({**numbers, **found})
            judged[name] += replay(theirs, lambda _, gate=gate: gate, learning=False, from_all=True)  # type: ignore[misc]
        judged[ONLINE] += replay(theirs, lambda _, gate=whole_gate: gate, from_all=True)  # type: ignore[misc]
        model = Prior.of(numbers).kept
        kept += [
            (sigmoid(model.logit(each.features, defaultdict(float))), each.event.kept)
            for each in judged[ONLINE][-len(theirs) :]
            if each.event.kept is not None
        ]
        print(f"judged {len(judged['prior'])} of {len(events)}", flush=True)
    return judged


def of_source(judged: Sequence[Replayed], source: str) -> list[Replayed]:
    return [each for each in judged if each.event.source == source]


def whole(rounds: Sequence[Judged], sources: Sequence[str]) -> str:
    columns = [(name, source) for source in sources for name in ("prior", "online")]
    lines = ["## The whole gate: both stages, thresholds fixed beforehand, learning only from what it would show\n"]
    lines += ["| | " + " | ".join(f"{source}, {name}" for name, source in columns) + " |"]
    lines += ["|---" * (len(columns) + 1) + "|"]
    outcomes = [[Outcomes.of(of_source(judged[name], source)) for judged in rounds] for name, source in columns]
    values = [[measures(each) for each in column] for column in outcomes]
    spans = [intervals(column[0]) for column in outcomes]
    for measure in MEASURES:
        cells = [
            f"{mean(value[measure] for value in column):.3f} [{span[measure][0]:.2f}, {span[measure][1]:.2f}]"
            for column, span in zip(values, spans, strict=True)
        ]
        lines.append(f"| {measure.replace('_', ' ')} | " + " | ".join(cells) + " |")
    floors = [f"{floor(column[0]):.3f}" for column in outcomes]
    lines.append("| ECE if calibration were perfect | " + " | ".join(floors) + " |")
    return "\n".join(lines) + "\n"


def mean(values: Any) -> float:
    return statistics.fmean(values)


def floor(outcomes: Outcomes, draws: int = 200) -> float:
    """The calibration error that chance alone makes of so many events, were every probability true."""
    generator = np.random.default_rng(SEED)
    said = outcomes.probability
    return mean(calibration_error(generator.random(len(said)) < said, said) for _ in range(draws))


def hidden_at(judged: Sequence[Replayed], loss: float) -> float:
    """The share of rejected below the probability that loses a share of accepted; a request counts as certain."""
    taken, refused = (
        np.array([1.0 if each.event.scene.asked else each.probability for each in judged if each.event.accepted is yes])
        for yes in (True, False)
    )
    return float((refused < np.sort(taken)[int(loss * len(taken))]).mean())


def ablation(rounds: Sequence[Judged], sources: Sequence[str]) -> str:
    lines = ["## What each kind of feature brings\n", "Rejected hidden where exactly 5% of accepted is lost.\n"]
    lines += ["| | source | AUC | Brier | ECE | rejected hidden |", "|---|---|---|---|---|---|"]
    for source in sources:
        for name in (*ABLATION, ONLINE):
            chosen = [of_source(judged[name], source) for judged in rounds]
            values = [measures(Outcomes.of(each)) for each in chosen]
            said = [f"{mean(value[measure] for value in values):.3f}" for measure in ("auc", "brier", "ece")]
            hidden = mean(hidden_at(each, 0.05) for each in chosen)
            lines.append(f"| {name} | {source} | {' | '.join(said)} | {hidden:.0%} |")
    return "\n".join(lines) + "\n"


def curve(rounds: Sequence[Judged], sources: Sequence[str]) -> str:
    lines = ["## Rejected hidden against accepted lost\n", "| accepted lost | " + " | ".join(sources) + " |"]
    lines.append("|---" * (len(sources) + 1) + "|")
    for loss in LOSSES:
        shares = [mean(hidden_at(of_source(judged[ONLINE], source), loss) for judged in rounds) for source in sources]
        lines.append(
            f"| {loss:.0%} | " + " | ".join(f"{share:.0%} {'█' * round(20 * share)}" for share in shares) + " |"
        )
    return "\n".join(lines) + "\n"


def keeping(kept: Sequence[tuple[float, bool]]) -> str:
    """How well the second head tells what is kept among what was accepted, on people it has not seen."""
    said, done = np.array([said for said, _ in kept]), np.array([done for _, done in kept])
    return (
        "## The second head: what is kept ten minutes later, among what was accepted\n\n"
        f"AUC {auc(done, said):.3f}, Brier {((said - done) ** 2).mean():.4f} against {done.var():.4f} for the constant "
        f"share of {done.mean():.0%}. The labels are few and of `cups` alone: the head moves little, and a person's "
        "own share moves it further.\n"
    )


def speed(events: Sequence[Event]) -> str:
    gate = Gate.of(shipped_prior())
    took: list[tuple[float, float]] = []
    for event in events[:1000]:
        started = time.perf_counter()
        features = before_showing(event.scene, event.text, event.certainty, ())
        read = time.perf_counter()
        gate.prior.suggestion_logit(features, defaultdict(float))
        took.append((1e3 * (read - started), 1e3 * (time.perf_counter() - read)))
    reading, judging = (statistics.median(each) for each in zip(*took, strict=True))
    return f"## Time\n\n{judging:.2f} ms for a judgement and {reading:.2f} ms for its features, at the median.\n"


if __name__ == "__main__":
    main()
