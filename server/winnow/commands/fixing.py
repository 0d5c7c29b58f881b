"""Many small problems as one project: each a module with a file of tests, repaired one after the other.

The folder is collected once for a whole batch, and what is offered is judged in a batch too, confined as any test.
"""

from __future__ import annotations

import ast
import asyncio
import builtins
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from winnow.commands.mending import asking, mend, opened
from winnow.commands.recorded import RecordedAttempts
from winnow.facts import TestOutcome
from winnow.parsing import parse
from winnow.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from winnow.facts import TestResult
    from winnow.session import Folder, Session

BATCH = 8
ABREAST = 2
"""Batches at a time: each keeps about one processor busy."""
TEST_SECONDS = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one problem; ``asked``: fixes were held back, as a question. ``calls`` are those of the model."""

    name: str
    offered: bool
    right: bool
    solvable: bool
    asked: bool
    calls: int
    seconds: float
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a problem stands in the folder of its batch."""

    module: str
    problem: Mapping[str, Any]

    @property
    def program(self) -> str:
        """The faulty program."""
        return str(self.problem["buggy"]["code"])


async def solve_all(
    problems: Sequence[Mapping[str, Any]],
    provider: str,
    seconds: float,
    scratch: Path,
    *,
    told: Callable[[int, int, Verdict], None],
) -> list[Verdict]:
    """Repair every problem, a batch after the other. Raises EndpointError where the provider cannot be used."""
    settings = Settings(trusted=True, provider="embedded", repair_seconds=seconds, test_seconds=TEST_SECONDS)
    session = await asking(provider, settings)
    verdicts: list[Verdict] = []
    free = asyncio.Semaphore(ABREAST)

    async def solve(first: int) -> None:
        async with free:
            batch = problems[first : first + BATCH]
            for verdict in await _solve_batch(batch, provider, session, scratch / f"batch{first}"):
                verdicts.append(verdict)
                told(len(verdicts), len(problems), verdict)

    try:
        async with asyncio.TaskGroup() as tasks:
            for first in range(0, len(problems), BATCH):
                tasks.create_task(solve(first))
    finally:
        await session.close()
    return verdicts


async def _solve_batch(
    batch: Sequence[Mapping[str, Any]], provider: str, session: Session, folder: Path
) -> list[Verdict]:
    places = [Place(module=f"program{number}", problem=problem) for number, problem in enumerate(batch)]
    files = {f"{place.module}.py": place.program for place in places}
    files |= {f"test_{place.module}.py": _tests(place) for place in places}
    async with opened(files, folder, session.settings) as (here, standing):
        found = [await _solve(place, provider, session, here, standing) for place in places]
    right = await _judged(
        [(place, offered) for place, (_, offered) in zip(places, found, strict=True)], session, folder
    )
    return [replace(verdict, right=place.module in right) for place, (verdict, _) in zip(places, found, strict=True)]


def _tests(place: Place) -> str:
    """The visible tests as pytest has them; what they call is imported within, as the program may not even import."""
    return "\n\n".join(
        f"def test_{number}():\n    {_importing(place.module, line)}\n    {line.strip()}\n"
        for number, line in enumerate(place.problem["visible_tests"])
    )


def _importing(module: str, line: str) -> str:
    try:
        names = {node.id for node in ast.walk(parse(line)) if isinstance(node, ast.Name)} - set(dir(builtins))
    except SyntaxError:
        names = set()
    return f"from {module} import {', '.join(sorted(names))}" if names else f"import {module}"


async def _solve(
    place: Place, provider: str, session: Session, folder: Folder, standing: Mapping[str, TestResult]
) -> tuple[Verdict, str]:
    """Repair one problem; the verdict, not yet judged, and the program that is offered first."""
    file = f"test_{place.module}.py"
    own = {test: result for test, result in standing.items() if test.partition("::")[0] == file}
    recorded = RecordedAttempts(place.problem) if provider == "replay" else None
    mended = await mend(f"{place.module}.py", folder, replace(session, provider=recorded or session.provider), own)
    verdict = Verdict(
        name=str(place.problem["fix_id"]),
        offered=bool(mended.program),
        right=False,
        solvable=any(attempt["passed"] for attempt in place.problem["attempts"]),
        asked=mended.asked,
        calls=recorded.calls if recorded else 0,
        seconds=mended.seconds,
        title=mended.title,
    )
    return verdict, mended.program


async def _judged(offered: Sequence[tuple[Place, str]], session: Session, folder: Path) -> set[str]:
    """The modules whose offered program passes the hidden tests."""
    files = {}
    for place, program in offered:
        if program:
            files[f"{place.module}.txt"] = f"{program}\n\n{place.problem['hidden_test']}\n"
            files[f"test_{place.module}.py"] = (
                "from pathlib import Path\n\n\ndef test_hidden():\n"
                f"    exec(Path(__file__).with_name('{place.module}.txt').read_text(), {{'__name__': 'judged'}})\n"
            )
    if not files:
        return set()
    patient = replace(session.settings, test_seconds=3 * TEST_SECONDS)
    async with opened(files, folder.with_name(f"{folder.name}-judged"), patient) as (_, standing):
        passed = {test for test, result in standing.items() if result.outcome is TestOutcome.PASSED}
    return {place.module for place, _ in offered if f"test_{place.module}.py::test_hidden" in passed}
