"""The verdict on an in-memory candidate against cold pytest, on small random edits of any pytest project.

For each edit, in one run: Winnow's verdict and time, ``python -m pytest`` on the tests that Winnow ran, and on the
whole suite. An edit is missed when the whole suite fails on it and Winnow's verdict is not against it.

    python benchmarks/proof.py PROJECT --python PY --edits N [--seed 0] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cold import Cold, ColdRun, copied, import_path
from mutations import Mutation, mutations

from winnow.facts import Candidate, Document, Edit, Evidence, Origin, Outcome, Snapshot
from winnow.proof import Prover
from winnow.settings import Settings
from winnow.text import Text
from winnow.uris import uri_of

PATIENCE = 120.0
BESIDE = {"test", "tests", "testing", "docs", "doc", "examples", "example", "build", "dist", "benchmarks", "bench"}
BESIDE |= {"tools", "scripts", "site-packages"}
_TEST = re.compile(r"_tests?(\.py)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What was measured of one edit; times in milliseconds, verdicts True where it is judged wrong."""

    mutation: Mutation
    evidence: Evidence
    winnow_ms: float
    cold_ms: float
    suite_ms: float
    cold_against: bool
    suite_against: bool

    @property
    def against(self) -> bool:
        return self.evidence.refuted or self.evidence.outcome is Outcome.UNFINISHED


def product_files(project: Path) -> list[Path]:
    """The Python files that are neither tests nor examples nor the build."""
    found = []
    for path in sorted(project.rglob("*.py")):
        parts = path.relative_to(project).parts
        beside = any(part in BESIDE or part.startswith((".", "test_")) or _TEST.search(part) for part in parts)
        if not beside and path.name not in {"setup.py", "conftest.py", "conf.py", "noxfile.py", "tasks.py"}:
            found.append(path)
    return found


def candidate_of(mutation: Mutation, source: str) -> tuple[Candidate, Snapshot]:
    uri = uri_of(str(mutation.path))
    document = Document(uri=uri, language="python", version=1, text=Text.of(source))
    edit = Edit(uri=uri, start=mutation.start, end=mutation.end, text=mutation.text)
    origin = Origin(provider="benchmark", model="")
    candidate = Candidate(id="edit", edits=(edit,), versions={uri: 1}, origin=origin)
    return candidate, Snapshot(revision=1, documents=MappingProxyType({uri: document}))


async def measure(prover: Prover, mutation: Mutation, project: Path, cold: Cold, known: frozenset[str]) -> Trial:
    source = mutation.path.read_bytes().decode()
    candidate, snapshot = candidate_of(mutation, source)
    started = time.perf_counter()
    evidence = await prover.examine(candidate, snapshot, PATIENCE)
    winnow_ms = 1e3 * (time.perf_counter() - started)
    twin = cold.project / mutation.path.relative_to(project)
    twin.write_bytes(mutation.applied(source).encode())
    try:
        ran = [result.test for result in evidence.tests]
        same = await asyncio.to_thread(cold.run, ran) if ran else None
        suite = await asyncio.to_thread(cold.run)
    finally:
        twin.write_bytes(source.encode())
    return Trial(
        mutation=mutation,
        evidence=evidence,
        winnow_ms=winnow_ms,
        cold_ms=same.milliseconds if same else 0.0,
        suite_ms=suite.milliseconds,
        cold_against=same is not None and _speaks_against(same, known),
        suite_against=_speaks_against(suite, known),
    )


def _speaks_against(run: ColdRun, known: frozenset[str]) -> bool:
    return bool(run.failed - known) or not run.ended


async def run(arguments: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    project = copied(arguments.project.resolve(), scratch / "project")
    cold = Cold(arguments.python, copied(arguments.project.resolve(), scratch / "cold"), scratch)
    os.environ["PYTHONPATH"] = import_path(project)
    settings, _ = Settings().merge({"trusted": True, "tests.interpreter": arguments.python, "tests.timeout": 30})
    bare = cold.run()
    if not bare.ended:
        raise SystemExit(f"pytest does not run here, so there is nothing to measure:\n{bare.says[-1500:]}")
    drawn = mutations(product_files(project), arguments.edits, arguments.seed)
    prover = await Prover.open(str(project), settings, str(scratch / "state"))
    try:
        tests = [result.test async for result in prover.rehearse(Snapshot(revision=0))]
        means = await prover.describe()
        print(f"{means.says} {len(tests)} ran, {len(bare.failed)} fail without any edit.", file=sys.stderr)
        trials = []
        for mutation in drawn:
            trial = await measure(prover, mutation, project, cold, bare.failed)
            trials.append(trial)
            print(line(trial, project), file=sys.stderr, flush=True)
    finally:
        await prover.close()
    return figures(trials, len(tests))


def line(trial: Trial, project: Path) -> str:
    evidence = trial.evidence
    verdicts = "".join("-x"[each] for each in (trial.against, trial.cold_against, trial.suite_against))
    flag = " MISSED" if trial.suite_against and not trial.against else ""
    flag += " DISAGREES" if evidence.tests and trial.against != trial.cold_against else ""
    return (
        f"{verdicts} {trial.winnow_ms:7.0f} {trial.cold_ms:7.0f} {trial.suite_ms:7.0f} ms  {evidence.means or '-':8} "
        f"{len(evidence.tests)}/{evidence.selected} {trial.mutation.path.relative_to(project)} "
        f"{trial.mutation.text[:40]!r}{flag} {evidence.detail[:80]}"
    )


def figures(trials: list[Trial], tests: int) -> dict[str, Any]:
    ran = [trial for trial in trials if trial.evidence.tests]
    body = [trial.winnow_ms for trial in ran if trial.evidence.means == "fork"]
    ratios = [trial.cold_ms / trial.winnow_ms for trial in ran]
    times = sorted(trial.winnow_ms for trial in ran)

    def middle(values: list[float]) -> float | None:
        return round(statistics.median(values), 1) if values else None

    return {
        "cold_p50_ms": middle([trial.cold_ms for trial in ran]),
        "suite_p50_ms": middle([trial.suite_ms for trial in trials]),
        "winnow_p50_ms": middle(times),
        "winnow_p95_ms": round(times[min(len(times) - 1, int(0.95 * len(times)))], 1) if times else None,
        "body_p50_ms": middle(body),
        "ratio_p50": middle(ratios),
        "agreement": round(sum(t.against == t.cold_against for t in ran) / len(ran), 3) if ran else None,
        "missed": sum(trial.suite_against and not trial.against for trial in trials),
        "cold_share": round(1 - len(body) / len(ran), 3) if ran else None,
        "selected_share": round(statistics.fmean(t.evidence.selected / max(tests, 1) for t in trials), 3)
        if trials
        else None,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("project", type=Path)
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has the project's requirements")
    parser.add_argument("--edits", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="winnow-proof-") as scratch:
        found = asyncio.run(run(arguments, Path(scratch).resolve()))
    print(json.dumps(found) if arguments.json else "\n".join(f"{name:16} {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
