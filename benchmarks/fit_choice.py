"""Fit the numbers by which one of several programs is chosen, on half of the tasks, and judge them on the other half.

    python benchmarks/fit_choice.py FILE [--draws 5] [--write]

FILE is what ``winnow eval candidates`` reads. A logistic regression says how probably a program that passes the visible
tests passes the hidden ones; its ridge is chosen by cross-validation within the fitted half, and the threshold so that
SHOWN of that half's tasks are shown. Variants of a problem in several benchmarks are in the same half and fold.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from winnow.commands import eval_candidates
from winnow.commands.eval_candidates import MIXED, Task, drawn, half_of
from winnow.commands.programs import host
from winnow.mend import Behaviour, Specification, specify
from winnow.mend import choice_weights as weights
from winnow.mend.choose import features

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SHOWN = 0.87
SIZES = (5, 3, 8, 1)  # programs to choose among; the first is what is reported
RIDGES = (1.0, 10.0, 100.0, 1000.0)
FOLDS = 5
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One program that passed the visible tests, in one draw."""

    task: Task
    draw: tuple[int, int]
    measured: Mapping[str, float]
    right: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--draws", type=int, default=5, help="how often programs are drawn for each task")
    parser.add_argument("--write", action="store_true", help="write the numbers into the source")
    arguments = parser.parse_args()
    tasks = eval_candidates.read(arguments.file)
    rows = asyncio.run(measured(tasks, arguments.draws))
    report(*fit(rows, tasks, arguments.draws), rows, tasks, arguments)


async def measured(tasks: Sequence[Task], draws: int) -> list[Row]:
    """The rows of every draw; what was drawn is run once."""
    rows: list[Row] = []
    waiting = iter(tasks)

    async def work() -> None:
        async with host() as where:
            for task in waiting:
                sets = {(k, seed): drawn(task, MIXED, k, seed) for k in set(SIZES) for seed in range(draws)}
                known = specify(task.prompt, task.function, task.visible)
                numbers = {number for answers in sets.values() for number in answers}
                ran = await eval_candidates.behaviours(task, numbers, known, where)
                for draw, answers in sets.items():
                    rows.extend(_rows(task, draw, answers, known, ran))

    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(work())
    return rows


def _rows(
    task: Task, draw: tuple[int, int], answers: Sequence[int], known: Specification, ran: Mapping[int, Behaviour]
) -> Iterator[Row]:
    tried = [ran[number] for number in answers]
    for place, number in enumerate(answers):
        if tried[place].passed:
            yield Row(task=task, draw=draw, measured=features(known, tried, place), right=task.right[number])


def fit(rows: Sequence[Row], tasks: Sequence[Task], draws: int) -> tuple[Numbers, float]:
    """The coefficients (the intercept last) and the threshold, from the fitted half alone."""
    own = [row for row in rows if half_of(row.task.name) == "fitted"]
    x, y = table(own)
    folds = np.array([fold_of(row.task.name) for row in own])
    guesses = {ridge: _out_of_fold(x, y, folds, ridge) for ridge in RIDGES}
    ridge = min(RIDGES, key=lambda each: log_loss(guesses[each], y))
    coefficients = logistic(x, y, ridge)
    reported = [row for row in own if row.draw[0] == SIZES[0]]
    count = draws * sum(half_of(task.name) == "fitted" for task in tasks)
    chances = sorted((guess for guess, _ in picks(reported, chance(table(reported)[0], coefficients))), reverse=True)
    return coefficients, chances[min(int(SHOWN * count), len(chances)) - 1]


def _out_of_fold(x: Numbers, y: Numbers, folds: NDArray[np.int64], ridge: float) -> Numbers:
    guess = np.zeros(len(y))
    for fold in range(FOLDS):
        held = folds == fold
        guess[held] = chance(x[held], logistic(x[~held], y[~held], ridge))
    return guess


def fold_of(name: str) -> int:
    """Which fold a task's problem is in."""
    numbers = re.findall(r"\d+", name)
    return hashlib.sha256(f"fold {numbers[0] if numbers else name}".encode()).digest()[0] % FOLDS


def table(rows: Sequence[Row]) -> tuple[Numbers, Numbers]:
    """The features in the order of the weights, with a column of ones, and whether each program is right."""
    x = np.array([[*(row.measured[name] for name in weights.WEIGHTS), 1.0] for row in rows])
    return x, np.array([row.right for row in rows], float)


def logistic(x: Numbers, y: Numbers, ridge: float) -> Numbers:
    """Logistic regression by Newton's method, with a ridge on what is measured in standard deviations."""
    scale = np.where(x.std(0) > 0, x.std(0), 1.0)
    z, penalty = x / scale, np.diag([ridge] * (x.shape[1] - 1) + [1e-6])
    found = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-z @ found))
        curvature = (z * (p * (1 - p))[:, None]).T @ z + penalty
        found = found + np.linalg.solve(curvature, z.T @ (y - p) - penalty @ found)
    return found / scale


def chance(x: Numbers, coefficients: Numbers) -> Numbers:
    """How probably each row is right."""
    guessed: Numbers = 1 / (1 + np.exp(-x @ coefficients))
    return guessed


def log_loss(guess: Numbers, y: Numbers) -> float:
    """The mean surprise."""
    return float(-np.mean(np.log(np.where(y > 0, guess, 1 - guess))))


def picks(rows: Sequence[Row], guesses: Numbers) -> list[tuple[float, bool]]:
    """The likeliest program of every draw of every task: its probability, and whether it is right."""
    best: dict[tuple[str, tuple[int, int]], tuple[float, bool]] = {}
    for row, guess in zip(rows, guesses, strict=True):
        key = (row.task.name, row.draw)
        if key not in best or guess > best[key][0]:
            best[key] = (float(guess), row.right)
    return list(best.values())


def report(
    coefficients: Numbers, threshold: float, rows: Sequence[Row], tasks: Sequence[Task], arguments: argparse.Namespace
) -> None:
    """Print the shares of the held-out half, and what was found; write it if asked."""
    for half in ("fitted", "held-out"):
        own = [row for row in rows if half_of(row.task.name) == half and row.draw[0] == SIZES[0]]
        count = arguments.draws * sum(half_of(task.name) == half for task in tasks)
        best = sorted(picks(own, chance(table(own)[0], coefficients)), reverse=True)
        shown = [right for guess, right in best if guess >= threshold]
        print(f"{half}: picked {sum(r for _, r in best) / count:.1%}, shown {len(shown) / count:.1%},", end=" ")
        print(f"right {sum(shown) / len(shown):.1%}; by coverage", end=" ")
        for share in (0.6, 0.7, 0.8, 0.85, 0.9):
            first = best[: int(share * count)]
            print(f"{share:.0%}: {sum(right for _, right in first) / len(first):.1%}", end=" ")
        print()
    source = source_of(coefficients, threshold, sum(half_of(t.name) == "fitted" for t in tasks), arguments.draws)
    print(source)
    if arguments.write:
        Path(weights.__file__).write_text(source, encoding="utf-8")


def source_of(coefficients: Numbers, threshold: float, count: int, draws: int) -> str:
    """The text of the file that holds the numbers."""
    pairs = "".join(
        f'    "{name}": {weight:.3f},\n' for name, weight in zip(weights.WEIGHTS, coefficients, strict=False)
    )
    return (
        '"""The numbers by which one of several programs is chosen; written by ``benchmarks/fit_choice.py``.\n\n'
        f"Fitted on {count} tasks of HumanEval, MBPP and MultiPL-E with recorded programs of some fifteen models, "
        f"{draws} draws each.\n"
        '"""\n\nfrom __future__ import annotations\n\n'
        f"INTERCEPT = {coefficients[-1]:.3f}\nWEIGHTS = {{\n{pairs}}}\nTHRESHOLD = {threshold:.3f}\n"
    )


if __name__ == "__main__":
    main()
