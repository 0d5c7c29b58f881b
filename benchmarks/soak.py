"""Thousands of verdicts in one session: what is left of processes, descriptors and memory after them.

Verdicts on random edits of a project's functions, each followed by its figures every so often: the processes below
this one, the open descriptors and the resident memory of the server and of its agents (megabytes, children that wait
for their orders left out, as they share it).

    python benchmarks/soak.py PROJECT --python PY [--verdicts 2000] [--seed 0] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cold import copied
from mutations import mutations
from proof import candidate_of, product_files

from winnow.facts import Snapshot
from winnow.proof import Prover
from winnow.settings import Settings

PATIENCE = 60.0
SETTLING_SECONDS = 1.0
POINTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What there was after some verdicts."""

    verdicts: int
    processes: int
    server_files: int
    agent_files: int
    server_mb: float
    agent_mb: float


def below(process: int) -> list[int]:
    """A process's descendants, itself left out."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found, fresh = [], [process]
    while fresh:
        above = fresh.pop()
        children = [each for each, parent in parents.items() if parent == above]
        found += children
        fresh += children
    return found


def megabytes(process: int) -> float:
    """The memory that is a process's own: pages shared with those it was forked from are counted in part."""
    try:
        rows = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(row.split()[1]) for row in rows if row.startswith("Pss:")) / 1024


def files(process: int) -> int:
    try:
        return sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())
    except OSError:
        return 0


def point(verdicts: int) -> Point:
    agents = below(os.getpid())
    return Point(
        verdicts=verdicts,
        processes=len(agents),
        server_files=files(os.getpid()),
        agent_files=sum(map(files, agents)),
        server_mb=round(megabytes(os.getpid()), 1),
        agent_mb=round(sum(map(megabytes, agents)), 1),
    )


async def soak(arguments: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    project = copied(arguments.project, scratch / "project")
    settings, _ = Settings().merge({"trusted": True, "tests.interpreter": arguments.python})
    prover = await Prover.open(str(project), settings, str(scratch / "state"))
    points, times, outcomes = [], [], Counter[str]()
    try:
        async for _ in prover.rehearse(Snapshot(revision=0)):
            pass
        edits = mutations(product_files(project), arguments.verdicts, arguments.seed)
        if not edits:
            raise SystemExit(f"{arguments.project} has no function to edit, so nothing was measured.")
        for number in range(arguments.verdicts):
            if number % max(arguments.verdicts // POINTS, 1) == 0:
                await asyncio.sleep(SETTLING_SECONDS)
                points.append(point(number))
                print(points[-1], file=sys.stderr, flush=True)
            edit = edits[number % len(edits)]
            candidate, snapshot = candidate_of(edit, edit.path.read_bytes().decode())
            started = time.perf_counter()
            evidence = await prover.examine(candidate, snapshot, PATIENCE)
            times.append(1e3 * (time.perf_counter() - started))
            outcomes[f"{evidence.outcome.value} {evidence.means}".strip()] += 1
        await asyncio.sleep(SETTLING_SECONDS)
        points.append(point(arguments.verdicts))
    finally:
        await prover.close()
    await asyncio.sleep(SETTLING_SECONDS)
    return {
        "points": [asdict(each) for each in points],
        "outcomes": dict(outcomes),
        "p50_ms": round(statistics.median(times), 1),
        "left_after_close": len(below(os.getpid())),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("project", type=Path)
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has the project's requirements")
    parser.add_argument("--verdicts", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="winnow-soak-") as scratch:
        found = asyncio.run(soak(arguments, Path(scratch).resolve()))
    if arguments.json:
        print(json.dumps(found))
        return
    for each in found["points"]:
        print("  ".join(f"{name} {value}" for name, value in each.items()))
    print(f"{found['outcomes']}, median {found['p50_ms']} ms, {found['left_after_close']} processes left after closing")


if __name__ == "__main__":
    main()
