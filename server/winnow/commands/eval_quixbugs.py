"""``winnow eval quixbugs``: how many classic bugs the embedded search repairs, by their tests alone.

The programs are QuixBugs' (Lin et al. 2017). The search sees the buggy program and its pytest file; the correct
program only judges what would be offered, on the inputs of the tests and on generated ones.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from winnow.commands.command import Command
from winnow.mend import agreed, locate, objections, propose

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping, Sequence

    from winnow.commands.trial import Trial
    from winnow.facts import TestResult
    from winnow.mend import Proposal

_INPUTS, _JUDGED = 80, 400  # generated inputs, for choosing among survivors and for judging the choice
_FIRST_LIMIT, _LEAST_LIMIT = 0.4, 0.06  # seconds of computing for one test: of the buggy program, of a candidate
_PATIENCE = 4.0  # for a candidate that turned a failing test green
_PLAUSIBLE = 0.3  # the search ends where what is left is so much less likely than what was found

_FILES = {
    "pytest.ini": "[pytest]\n",
    "conftest.py": "import pytest\n\npytest.use_correct = False\npytest.run_slow = False\n",
    "python_programs/__init__.py": "",
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
    """What became of one problem; ``title`` and ``kind`` are of the fix offered, empty where none was."""

    name: str
    solved: bool
    wrong: bool
    seconds: float
    tried: int
    survivors: int
    title: str = ""
    kind: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and how long to search."""
    parser.add_argument(
        "file", type=Path, help="problems, one JSON object a line (name, buggy, correct, test, json_testcases)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object: n, solved, wrong, median_seconds")
    parser.add_argument("--seconds", type=float, default=30.0, help="search each problem at most so long (default: 30)")
    parser.add_argument("--only", default="", help="the one problem of this name")


def run(arguments: argparse.Namespace) -> int:
    """Search every problem, judge what is offered, print the counts; 2 when the file cannot be read."""
    try:
        problems = [p for p in _read(arguments.file) if arguments.only in {"", p["name"]}]
    except (OSError, ValueError, KeyError) as error:
        print(f"{arguments.file} cannot be read as problems: {error}", file=sys.stderr)
        return 2
    verdicts = []
    for problem in problems:
        verdict = solve(problem, arguments.seconds)
        verdicts.append(verdict)
        if not arguments.json:
            print(_line(verdict), flush=True)
    print(json.dumps(_summary(verdicts)))
    return 0


def _read(path: Path) -> list[Mapping[str, Any]]:
    written = path.read_bytes()
    text = (gzip.decompress(written) if path.suffix == ".gz" else written).decode()
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _summary(verdicts: Sequence[Verdict]) -> dict[str, float]:
    seconds = median(v.seconds for v in verdicts) if verdicts else 0.0
    counts = {"n": len(verdicts), "solved": sum(v.solved for v in verdicts), "wrong": sum(v.wrong for v in verdicts)}
    return {**counts, "median_seconds": round(seconds, 2)}


def _line(verdict: Verdict) -> str:
    word = "solved" if verdict.solved else "WRONG" if verdict.wrong else "silent"
    about = f"{verdict.seconds:6.1f} s, {verdict.tried} tried, {verdict.survivors} passed"
    return f"{verdict.name:30} {word:7} {about}  {verdict.title}"


def solve(problem: Mapping[str, Any], seconds: float) -> Verdict:
    """Search a fix of one problem for at most so long, and judge the one that would be offered."""
    from winnow.commands.trial import Trial  # noqa: PLC0415 - it needs a system that forks, other commands do not

    with TemporaryDirectory(prefix="winnow-quixbugs-") as name:
        folder = Path(name)
        _lay_out(problem, folder)
        with Trial(folder, f"python_programs.{problem['name']}", problem["name"]) as trial:
            return _Search(problem, trial, time.monotonic() + seconds).verdict()


def _lay_out(problem: Mapping[str, Any], folder: Path) -> None:
    name = problem["name"]
    files = {**_FILES, f"python_programs/{name}.py": problem["buggy"], f"test_{name}.py": problem["test"]}
    if problem.get("json_testcases") is not None:
        files[f"json_testcases/{name}.json"] = json.dumps(problem["json_testcases"])
    for path, text in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


class _Search:
    """One search: the embedded engine against the tests of one problem."""

    def __init__(self, problem: Mapping[str, Any], trial: Trial, deadline: float) -> None:
        self._problem = problem
        self._trial = trial
        self._deadline = deadline
        self._path = f"python_programs/{problem['name']}.py"
        self._tried = 0

    def verdict(self) -> Verdict:
        start = time.monotonic()
        survivors = list(self._survivors())
        limit = _LEAST_LIMIT
        behaviours = [(p, self._trial.behaviour(self._after(p), limit, _INPUTS, 1)) for p in survivors]
        offered = agreed(behaviours)
        seconds = time.monotonic() - start
        right = bool(offered) and self._right(offered[0])
        return Verdict(
            name=self._problem["name"],
            solved=right,
            wrong=bool(offered) and not right,
            seconds=seconds,
            tried=self._tried,
            survivors=len(survivors),
            title=offered[0].title if offered else "",
            kind=offered[0].kind if offered else "",
        )

    def _after(self, proposal: Proposal) -> str:
        return proposal.applied(self._problem["buggy"], self._path)

    def _survivors(self) -> Iterator[Proposal]:
        """Proposals that pass every test and to which nothing is objected, while rivals are plausible."""
        buggy, test = self._problem["buggy"], self._problem["test"]
        results = self._trial.baseline(buggy, _FIRST_LIMIT)
        failures = [r for r in results if r.outcome in {"failed", "error", "unfinished"}]
        sources = {self._path: buggy, f"test_{self._problem['name']}.py": test}
        slowest = max((r.seconds for r in results if r.outcome != "unfinished"), default=0.0)
        limit, first = max(_LEAST_LIMIT, 3 * slowest), _telling(failures)
        found = 0.0
        for proposal in propose(sources, locate(results, sources), failures):
            if time.monotonic() > self._deadline or proposal.weight < found * _PLAUSIBLE:
                return
            self._tried += 1
            if self._passes(self._after(proposal), limit, first) and not objections(
                buggy, self._after(proposal), failures, path=self._path, tests=(test,)
            ):
                found = max(found, proposal.weight)
                yield proposal

    def _passes(self, program: str, limit: float, first: Sequence[str]) -> bool:
        """Whether a program passes every test; one that turned a failing test green may take its time."""
        outcome, passed = self._trial.passes(program, limit, first)
        if outcome == "unfinished" and passed:
            outcome, _ = self._trial.passes(program, _PATIENCE, first)
        return outcome == "passed"

    def _right(self, proposal: Proposal) -> bool:
        """Whether a fix behaves as the correct program wherever that works."""
        wanted = self._trial.behaviour(self._problem["correct"], _LEAST_LIMIT, _JUDGED, 2)
        given = self._trial.behaviour(self._after(proposal), 10 * _LEAST_LIMIT, _JUDGED, 2)
        return len(wanted) == len(given) and all(
            one == other for one, other in zip(wanted, given, strict=True) if not one.startswith("!")
        )


def _telling(failures: Sequence[TestResult]) -> list[str]:
    """The failing tests in the order to run them: those that end quickly first, those that come to no end last."""
    return [result.test for result in sorted(failures, key=lambda r: (r.outcome == "unfinished", r.seconds))]


COMMANDS = (
    Command(
        name=("eval", "quixbugs"),
        summary="measure the embedded repair on QuixBugs",
        add_arguments=add_arguments,
        run=run,
    ),
)
