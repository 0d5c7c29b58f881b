"""Many small problems as one project: each a module with a file of tests, repaired one after the other.

The folder is collected once for a whole batch, and what is offered is judged in a batch too, confined as any test.
"""

from __future__ import annotations

import ast
import asyncio
import builtins
import time
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from winnow.commands.recorded import RecordedAttempts
from winnow.facts import Document, Snapshot, TestOutcome
from winnow.findings import FAILING, Finding
from winnow.opening import open_session
from winnow.parsing import parse
from winnow.proof import Prover
from winnow.repair import repair
from winnow.session import Folder
from winnow.settings import Settings
from winnow.text import Text
from winnow.uris import uri_of
from winnow.workspace import apply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from winnow.facts import Decision, TestResult
    from winnow.findings import Fix, TestKey
    from winnow.session import Session

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


class Silence:
    """An editor that nobody looks at."""

    def tested(self, keys: Collection[TestKey]) -> None:
        """Draw nothing."""

    def decided(self, decision: Decision) -> None:
        """Draw nothing."""

    def fixed(self, key: TestKey) -> None:
        """Draw nothing."""

    def say(self, message: str) -> None:
        """Tell nobody."""

    def log(self, message: str) -> None:
        """Note nothing."""

    def progress(self, title: str) -> AbstractAsyncContextManager[Callable[[str, int | None], None]]:
        """Show nothing."""
        del title
        return nullcontext(lambda _message, _percent=None: None)


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
    settings = Settings(
        trusted=True,
        provider="openai" if provider == "openai" else "embedded",
        repair_seconds=seconds,
        test_seconds=TEST_SECONDS,
    )
    session = open_session(settings, Silence())
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
    async with _opened(files, folder, session.settings) as (opened, standing):
        found = [await _solve(place, provider, session, opened, standing) for place in places]
    right = await _judged(
        [(place, offered) for place, (_, offered) in zip(places, found, strict=True)], session, folder
    )
    return [replace(verdict, right=place.module in right) for place, (verdict, _) in zip(places, found, strict=True)]


@asynccontextmanager
async def _opened(
    files: Mapping[str, str], folder: Path, settings: Settings
) -> AsyncIterator[tuple[Folder, Mapping[str, TestResult]]]:
    """A folder with these files, and how its tests end."""
    await asyncio.to_thread(_write, files, folder)
    prover = await Prover.open(str(folder), settings, f"{folder}.state")
    try:
        tests = await prover.collect()
        nothing = Snapshot(revision=0)
        standing = {result.test: result async for result in prover.rehearse(nothing, tests)}
        yield Folder(path=str(folder), prover=prover, settings=settings), standing
    finally:
        await prover.close()


def _write(files: Mapping[str, str], folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


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
    failing = [result for result in own.values() if result.outcome in FAILING]
    recorded = RecordedAttempts(place.problem) if provider == "replay" else None
    uri = uri_of(str(folder.path) + f"/{place.module}.py")
    document = Document(uri=uri, language="python", version=1, text=Text.of(place.program))
    editing = replace(
        session,
        provider=recorded or session.provider,
        workspace=type(session.workspace)(),
        folders=(folder,),
        findings={key: Finding(key=key, result=own[key.test]) for key in map(folder.key, own)},
        lessons=(),
    )
    editing.workspace.put(document)
    started = time.perf_counter()
    fixes: tuple[Fix, ...] = await repair(folder, editing, tuple(failing[:1])) if failing else ()
    verdict = Verdict(
        name=str(place.problem["fix_id"]),
        offered=bool(fixes),
        right=False,
        solvable=any(attempt["passed"] for attempt in place.problem["attempts"]),
        asked=any(each.ambiguity for each in editing.findings.values()),
        calls=recorded.calls if recorded else 0,
        seconds=time.perf_counter() - started,
        title=fixes[0].title if fixes else "",
    )
    program = apply(fixes[0].suggestion.candidate.edits, fixes[0].snapshot)[uri] if fixes else ""
    return verdict, program


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
    async with _opened(files, folder.with_name(f"{folder.name}-judged"), patient) as (_, standing):
        passed = {test for test, result in standing.items() if result.outcome is TestOutcome.PASSED}
    return {place.module for place, _ in offered if f"test_{place.module}.py::test_hidden" in passed}
