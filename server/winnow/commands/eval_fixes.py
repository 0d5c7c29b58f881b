"""``winnow eval fixes``: how often what repair offers is truly right, on recorded failures of real models.

Each problem is a program with tests; Winnow sees the visible tests alone, and the hidden ones only judge what it
offers first. It runs the very loop of the editor. With ``replay`` the recorded attempts are what the model answers,
in order.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
from hashlib import sha256
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from winnow.commands.command import Command
from winnow.commands.fixing import Verdict, solve_all
from winnow.commands.mending import apart
from winnow.llm import EndpointError
from winnow.text import bare_lines

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

_HALVES = ("", "even", "odd")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, who answers, and how long to search."""
    parser.add_argument("file", type=Path, help="problems, one JSON object a line, gzipped or not")
    parser.add_argument(
        "--provider", choices=("replay", "embedded", "openai"), default="replay", help="who is asked (default: replay)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object of counts")
    parser.add_argument("--seconds", type=float, default=10.0, help="search each problem at most so long (default: 10)")
    parser.add_argument("--n", type=int, default=0, help="only so many problems (default: all)")
    parser.add_argument(
        "--half",
        choices=_HALVES,
        default="",
        help="only the problems whose task's hash is even, or odd (default: both)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Search every problem, judge what is offered, print the counts; 2 when that cannot be done."""
    try:
        problems = [each for each in _read(arguments.file) if _in_half(each, arguments.half)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"{arguments.file} cannot be read as problems: {error}", file=sys.stderr)
        return 2
    problems = problems[: arguments.n or None]
    with TemporaryDirectory(prefix="winnow-fixes-") as scratch, apart(scratch):
        try:
            verdicts = asyncio.run(
                solve_all(problems, arguments.provider, arguments.seconds, Path(scratch).resolve(), told=_progress)
            )
        except EndpointError as error:
            print(error, file=sys.stderr)
            return 2
    figures = _summary(verdicts)
    print(json.dumps(figures) if arguments.json else _says(figures, verdicts))
    return 0


def _read(path: Path) -> list[Mapping[str, Any]]:
    written = path.read_bytes()
    text = (gzip.decompress(written) if written[:2] == b"\x1f\x8b" else written).decode()
    rows = [json.loads(line) for line in bare_lines(text) if line.strip()]
    return [row for row in rows if not row["buggy"]["passed"]]


def _in_half(problem: Mapping[str, Any], half: str) -> bool:
    odd = sha256(str(problem["task_id"]).encode()).digest()[0] % 2
    return half not in _HALVES[1:] or odd == (half == "odd")


def _progress(done: int, total: int, verdict: Verdict) -> None:
    print(f"{done:4} of {total}  {_line(verdict)}", file=sys.stderr, flush=True)


def _line(verdict: Verdict) -> str:
    word = ("right" if verdict.right else "WRONG") if verdict.offered else "asked" if verdict.asked else "silent"
    could = "solvable" if verdict.solvable else ""
    return f"{verdict.name:60} {word:6} {could:8} {verdict.seconds:5.1f} s, {verdict.calls} calls  {verdict.title}"


def _summary(verdicts: Sequence[Verdict]) -> dict[str, float]:
    return {
        "n": len(verdicts),
        "offered": sum(each.offered for each in verdicts),
        "right": sum(each.right for each in verdicts),
        "solvable": sum(each.solvable for each in verdicts),
        "solved": sum(each.solvable and each.right for each in verdicts),
        "model_calls": sum(each.calls for each in verdicts),
        "median_seconds": round(median(each.seconds for each in verdicts), 2) if verdicts else 0.0,
    }


def _says(figures: Mapping[str, float], verdicts: Sequence[Verdict]) -> str:
    asked = sum(each.asked for each in verdicts)
    return (
        f"{figures['n']} problems: a fix offered for {figures['offered']}, right in {figures['right']} "
        f"({_share(figures['right'], figures['offered'])}). Of {figures['solvable']} that the recorded attempts make "
        f"solvable, {figures['solved']} solved ({_share(figures['solved'], figures['solvable'])}). {asked} put to the "
        f"person as a question. {figures['model_calls']} model calls, {figures['median_seconds']} s in the median."
    )


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.1%}" if whole else "none"


COMMANDS = (
    Command(
        name=("eval", "fixes"),
        summary="measure what repair offers on recorded failures",
        add_arguments=add_arguments,
        run=run,
    ),
)
