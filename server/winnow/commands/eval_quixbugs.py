"""``winnow eval quixbugs``: how many classic bugs the search repairs, by their tests alone.

The programs are QuixBugs' (Lin et al. 2017). The search is that of the editor, and sees the buggy program and its
pytest file; the correct program only judges what is offered, on the inputs of the tests and on others like them.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from winnow.commands import judged
from winnow.commands.command import Command
from winnow.commands.judged import CORRECT, PROGRAMS
from winnow.commands.mending import apart, asking, mend, opened
from winnow.facts import TestOutcome
from winnow.llm import EndpointError
from winnow.settings import Settings
from winnow.text import bare_lines

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from winnow.session import Session

_JUDGING_SECONDS = 60.0  # for one test and all the inputs that are compared in it

_FILES = {
    "pytest.ini": "[pytest]\n",
    "conftest.py": "import pytest\n\npytest.use_correct = False\npytest.run_slow = False\n",
    f"{PROGRAMS}/__init__.py": "",
    "load_testdata.py": (
        "import json\n\n\ndef load_json_testcases(name):\n"
        "    with open(f'json_testcases/{name}.json') as file:\n        return json.load(file)\n"
    ),
    "node.py": (
        "class Node:\n"
        "    def __init__(self, value=None, successor=None, successors=[], predecessors=[], incoming_nodes=[],\n"
        "                 outgoing_nodes=[]):\n"
        "        self.value = value\n        self.successor = successor\n        self.successors = successors\n"
        "        self.predecessors = predecessors\n        self.incoming_nodes = incoming_nodes\n"
        "        self.outgoing_nodes = outgoing_nodes\n"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one problem; ``title`` is of the fix offered, empty where none was."""

    name: str
    solved: bool
    wrong: bool
    seconds: float
    title: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and how long to search."""
    parser.add_argument(
        "file", type=Path, help="problems, one JSON object a line (name, buggy, correct, test, json_testcases)"
    )
    parser.add_argument(
        "--provider", choices=("embedded", "openai"), default="embedded", help="who is asked (default: embedded)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object: n, solved, wrong, median_seconds")
    parser.add_argument("--seconds", type=float, default=30.0, help="search each problem at most so long (default: 30)")
    parser.add_argument("--only", default="", help="the one problem of this name")


def run(arguments: argparse.Namespace) -> int:
    """Search every problem, judge what is offered, print the counts; 2 when that cannot be done."""
    try:
        problems = [p for p in _read(arguments.file) if arguments.only in {"", p["name"]}]
    except (OSError, ValueError, KeyError) as error:
        print(f"{arguments.file} cannot be read as problems: {error}", file=sys.stderr)
        return 2
    with TemporaryDirectory(prefix="winnow-quixbugs-") as scratch, apart(scratch):
        try:
            verdicts = asyncio.run(_solve_all(problems, arguments, Path(scratch).resolve()))
        except EndpointError as error:
            print(error, file=sys.stderr)
            return 2
    print(json.dumps(_summary(verdicts)))
    return 0


def _read(path: Path) -> list[Mapping[str, Any]]:
    written = path.read_bytes()
    text = (gzip.decompress(written) if path.suffix == ".gz" else written).decode()
    return [json.loads(line) for line in bare_lines(text) if line.strip()]


def _summary(verdicts: Sequence[Verdict]) -> dict[str, float]:
    seconds = median(v.seconds for v in verdicts) if verdicts else 0.0
    counts = {"n": len(verdicts), "solved": sum(v.solved for v in verdicts), "wrong": sum(v.wrong for v in verdicts)}
    return {**counts, "median_seconds": round(seconds, 2)}


def _line(verdict: Verdict) -> str:
    word = "solved" if verdict.solved else "WRONG" if verdict.wrong else "silent"
    return f"{verdict.name:30} {word:7} {verdict.seconds:6.1f} s  {verdict.title}"


async def _solve_all(
    problems: Sequence[Mapping[str, Any]], arguments: argparse.Namespace, scratch: Path
) -> list[Verdict]:
    """The verdicts, one after the other. Raises EndpointError where the provider cannot be used."""
    settings = Settings(trusted=True, repair_seconds=arguments.seconds, interpreter=sys.executable)
    session = await asking(arguments.provider, settings)
    verdicts = []
    try:
        for problem in problems:
            verdicts.append(await _solve(problem, session, scratch))
            if not arguments.json:
                print(_line(verdicts[-1]), flush=True)
    finally:
        await session.close()
    return verdicts


async def _solve(problem: Mapping[str, Any], session: Session, scratch: Path) -> Verdict:
    """Search a fix of one problem, and judge the one that is offered first."""
    name = problem["name"]
    async with opened(_files(problem, problem["buggy"]), scratch / name, session.settings) as (folder, standing):
        mended = await mend(f"{PROGRAMS}/{name}.py", folder, session, standing)
    right = bool(mended.program) and await _is_right(problem, mended.program, session, scratch / f"{name}-judged")
    return Verdict(
        name=name,
        solved=right,
        wrong=bool(mended.program) and not right,
        seconds=mended.seconds,
        title=mended.title,
    )


def _files(problem: Mapping[str, Any], program: str) -> dict[str, str]:
    name = problem["name"]
    files = {**_FILES, f"{PROGRAMS}/{name}.py": program, f"test_{name}.py": problem["test"]}
    if problem.get("json_testcases") is not None:
        files[f"json_testcases/{name}.json"] = json.dumps(problem["json_testcases"])
    return files


async def _is_right(problem: Mapping[str, Any], program: str, session: Session, folder: Path) -> bool:
    """Whether a program passes every test and behaves as the correct one wherever that works."""
    files = _files(problem, program)
    files["conftest.py"] += f"\nfrom {judged.__name__} import pytest_runtest_setup, pytest_runtest_teardown\n"
    files |= {f"{CORRECT}/__init__.py": "", f"{CORRECT}/{problem['name']}.py": problem["correct"]}
    patient = replace(session.settings, test_seconds=_JUDGING_SECONDS)
    async with opened(files, folder, patient) as (_, standing):
        return {result.outcome for result in standing.values()} <= {TestOutcome.PASSED, TestOutcome.SKIPPED}


COMMANDS = (
    Command(
        name=("eval", "quixbugs"),
        summary="measure repair on QuixBugs",
        add_arguments=add_arguments,
        run=run,
    ),
)
