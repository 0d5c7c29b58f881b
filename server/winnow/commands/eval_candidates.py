"""``winnow eval candidates``: which of several programs that models wrote is chosen, and how often it is right.

The chooser sees the prompt, the visible tests and what the programs do in the sandbox; the hidden tests only judge.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import random
import sys
import zlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from winnow.commands.command import Command
from winnow.commands.programs import host
from winnow.mend import choose, specify

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from winnow.commands.programs import Host
    from winnow.mend import Behaviour, Choice, Specification

MIXED = "mixed"
_HOSTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be programmed, and what models made of it: by model, which of the programs each answer is.

    ``right`` says of each program whether it passes the hidden tests.
    """

    name: str
    prompt: str
    function: str
    visible: tuple[str, ...]
    programs: tuple[str, ...]
    right: tuple[bool, ...]
    answers: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one draw: whether one was shown, whether the choice is right, and what others would have had."""

    shown: bool
    pick: bool
    random: float
    visible_first: bool
    best: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, how many programs to choose from, and which."""
    parser.add_argument("file", type=Path, help="tasks with recorded programs, one JSON object a line, may be gzipped")
    parser.add_argument("--k", type=int, default=5, help="choose among so many (default: 5)")
    parser.add_argument("--seed", type=int, default=0, help="which ones are drawn (default: 0)")
    parser.add_argument("--limit", type=int, default=0, help="only so many tasks, evenly spread over the file")
    parser.add_argument(
        "--half", choices=("fitted", "held-out"), help="only the tasks the chooser was, or was not, fitted on"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object: for `mixed` and each model, shares")


def run(arguments: argparse.Namespace) -> int:
    """Choose for every task, judge, print the shares; 2 when the file cannot be read or nothing can run."""
    try:
        tasks = [task for task in read(arguments.file) if arguments.half in {None, half_of(task.name)}]
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, IndexError) as error:
        print(f"{arguments.file} cannot be read as tasks: {error!r}", file=sys.stderr)
        return 2
    if arguments.limit > 0:
        tasks = tasks[:: max(1, len(tasks) // arguments.limit)][: arguments.limit]
    if not tasks or arguments.k < 1:
        print("There is nothing to choose: name a file with tasks, and a --k of at least 1.", file=sys.stderr)
        return 2
    try:
        verdicts = asyncio.run(_judge_all(tasks, arguments.k, arguments.seed))
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 2
    figures = {pool: figures_of(found) for pool, found in sorted(verdicts.items(), key=lambda each: each[0] != MIXED)}
    print(json.dumps(figures) if arguments.json else "\n".join(_table(figures)))
    return 0


def read(path: Path) -> list[Task]:
    """The tasks of a file. Raises OSError, ValueError, KeyError, TypeError or IndexError where it is not one."""
    written = path.read_bytes()
    text = (gzip.decompress(written) if written.startswith(b"\x1f\x8b") else written).decode()
    return [_task(json.loads(line)) for line in text.splitlines() if line.strip()]


def _task(written: Mapping[str, Any]) -> Task:
    answers: defaultdict[str, list[int]] = defaultdict(list)
    for candidate in written["candidates"]:
        if not candidate.get("censored_source"):  # whose failures were left out would look better than it is
            answers[candidate["model"]].append(candidate["prog"])
    programs = written["programs"]
    task = Task(
        name=written["task_id"],
        prompt=written["prompt"],
        function=written["entry_point"],
        visible=tuple(written["visible_tests"]),
        programs=tuple(program["code"] for program in programs),
        right=tuple(bool(program["passed"]) for program in programs),
        answers={model: tuple(found) for model, found in sorted(answers.items())},
    )
    if any(not 0 <= number < len(programs) for found in answers.values() for number in found):
        raise ValueError(f"{task.name}: an answer is none of the programs")
    return task


def half_of(name: str) -> str:
    """Which half a task belongs to, by the number of the problem: its variants in several benchmarks stay together."""
    number = "".join(letter if letter.isdigit() else " " for letter in name).split()
    family = "HumanEval" if "HumanEval" in name else "MBPP"
    origin = f"{family}/{number[0]}" if number else name
    return "fitted" if hashlib.sha256(origin.encode()).digest()[0] % 2 else "held-out"


def drawn(task: Task, pool: str, k: int, seed: int) -> tuple[int, ...]:
    """At most ``k`` answers of a model; of the mixed pool each from a model drawn evenly, none twice."""
    draw = random.Random(f"{seed} {pool} {task.name}")  # noqa: S311 - a sample that can be drawn again
    left = {
        model: draw.sample(found, len(found))
        for model, found in task.answers.items()
        if pool in {MIXED, model} and found
    }
    chosen: list[int] = []
    while left and len(chosen) < k:
        round_ = draw.sample(sorted(left), len(left))
        chosen += [left[model].pop() for model in round_[: k - len(chosen)]]
        left = {model: found for model, found in left.items() if found}
    return tuple(chosen)


async def _judge_all(tasks: Sequence[Task], k: int, seed: int) -> dict[str, list[Verdict]]:
    """The verdicts by pool; the hosts take tasks from one queue, and the order of the results is the file's."""
    found: dict[int, dict[str, Verdict]] = {}
    waiting = iter(enumerate(tasks))

    async def work() -> None:
        async with host() as where:
            for number, task in waiting:
                found[number] = await judge(task, k, seed, where)
                _progress(len(found), len(tasks))

    async with asyncio.TaskGroup() as group:
        for _ in range(min(_HOSTS, len(tasks))):
            group.create_task(work())
    verdicts: defaultdict[str, list[Verdict]] = defaultdict(list)
    for number in sorted(found):
        for pool, verdict in found[number].items():
            verdicts[pool].append(verdict)
    return verdicts


def _progress(done: int, count: int) -> None:
    if sys.stderr.isatty() or done % 100 == 0:
        print(f"{done} of {count} tasks", end="\r" if sys.stderr.isatty() else "\n", file=sys.stderr, flush=True)


async def judge(task: Task, k: int, seed: int, where: Host) -> dict[str, Verdict]:
    """Draw for the mixed pool and for each model, run what was drawn, choose, and judge the choices."""
    draws = {pool: answers for pool in (MIXED, *task.answers) if (answers := drawn(task, pool, k, seed))}
    known = specify(task.prompt, task.function, task.visible)
    behaved = await behaviours(task, {number for answers in draws.values() for number in answers}, known, where)
    return {
        pool: _verdict(task, answers, tried := [behaved[number] for number in answers], choose(known, tried))
        for pool, answers in draws.items()
    }


async def behaviours(task: Task, numbers: Collection[int], known: Specification, where: Host) -> dict[int, Behaviour]:
    """What each of these programs of a task does."""
    programs = {number: task.programs[number] for number in sorted(numbers)}
    ran = await where.run(tuple(programs.values()), task.function, task.visible, known)
    return dict(zip(programs, ran, strict=True))


def _verdict(task: Task, answers: Sequence[int], tried: Sequence[Behaviour], choice: Choice) -> Verdict:
    right = [task.right[number] for number in answers]
    first = next((place for place, behaviour in enumerate(tried) if behaviour.passed), 0)
    return Verdict(
        shown=choice.shown,
        pick=right[choice.index],
        random=sum(right) / len(right),
        visible_first=right[first],
        best=any(right),
    )


def figures_of(verdicts: Sequence[Verdict]) -> dict[str, float]:
    """Shares of all tasks; ``right`` is of those shown."""
    shown = [verdict.pick for verdict in verdicts if verdict.shown]
    means: dict[str, Callable[[Verdict], float]] = {
        "pick": lambda verdict: verdict.pick,
        "random": lambda verdict: verdict.random,
        "visible_first": lambda verdict: verdict.visible_first,
        "best": lambda verdict: verdict.best,
    }
    shares = {name: sum(map(value, verdicts)) / len(verdicts) for name, value in means.items()}
    right = sum(shown) / len(shown) if shown else 0.0
    figures = {"shown": len(shown) / len(verdicts), "right": right, **shares}
    return {"n": len(verdicts)} | {name: round(share, 4) for name, share in figures.items()}


def _table(figures: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    columns = ("n", "shown", "right", "pick", "random", "visible_first", "best")
    yield f"{'':40} " + " ".join(f"{column:>13}" for column in columns) + "   right, 95% interval"
    for pool, shares in figures.items():
        low, high = interval(shares["right"], round(shares["shown"] * shares["n"]))
        cells = " ".join(f"{shares[c]:>13.0f}" if c == "n" else f"{shares[c]:>13.1%}" for c in columns)
        yield f"{pool:40} {cells}   {low:.1%} to {high:.1%}"


def interval(share: float, count: int) -> tuple[float, float]:
    """The 95% interval of a share of so many (Wilson 1927)."""
    if not count:
        return 0.0, 1.0
    z = 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * (share * (1 - share) / count + z * z / (4 * count * count)) ** 0.5 / (1 + z * z / count)
    return max(0.0, middle - half), min(1.0, middle + half)


COMMANDS = (
    Command(
        name=("eval", "candidates"),
        summary="measure the choice among recorded programs of models",
        add_arguments=add_arguments,
        run=run,
    ),
)
