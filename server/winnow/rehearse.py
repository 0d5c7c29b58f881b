"""An edit becomes a quiet run of the tests it reaches, on the text in the editor, saved or not."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from types import MappingProxyType
from typing import TYPE_CHECKING

from winnow.facts import TestOutcome, TestResult
from winnow.words import count, milliseconds, standing_says

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.facts import Snapshot
    from winnow.session import Folder, Session

PAUSE_SECONDS = 0.15
"""How long the keyboard rests before the tests run: short against reading, long against typing."""


async def rehearse(folder: Folder, session: Session) -> None:
    """Run what the edits reach, after a short rest; a newer edit cancels this and starts over."""
    if folder.prover is None or not session.settings.tests_in_background:
        return
    await asyncio.sleep(PAUSE_SECONDS)
    await _run(folder, session, session.workspace.snapshot, None)
    known = set(folder.prover.tests())
    session.forget([test for test, each in session.standing.items() if folder.holds(each.path) and test not in known])


async def run_tests(folder: Folder, session: Session, tests: Sequence[str] | None) -> str:
    """Run tests because the person asked (all of them for None), with progress; say how they stand."""
    if folder.prover is None:
        return f"There are no tests that can run in {folder.path}."
    everything = tests if tests is not None else await folder.prover.collect()
    started = time.perf_counter()
    async with session.client.progress("Running tests") as report:
        done = 0
        async with aclosing(folder.prover.rehearse(session.workspace.snapshot, everything)) as results:
            async for result in results:
                done += 1
                _note(result, session)
                report(f"{done} of {count(len(everything), 'test')}", 100 * done // max(len(everything), 1))
    ran = [session.standing[test] for test in everything if test in session.standing]
    return f"{standing_says(ran)}, {milliseconds(time.perf_counter() - started)}"


async def _run(folder: Folder, session: Session, snapshot: Snapshot, tests: Sequence[str] | None) -> None:
    if folder.prover is None:
        return
    async with aclosing(folder.prover.rehearse(snapshot, tests)) as results:
        async for result in results:
            _note(result, session)


def _note(result: TestResult, session: Session) -> None:
    """Replace what was known of a test, and draw it; a test that passes again takes its fixes with it."""
    session.standing = MappingProxyType({**session.standing, result.test: result})
    if result.outcome is TestOutcome.PASSED and result.test in session.fixes:
        left = {test: fixes for test, fixes in session.fixes.items() if test != result.test}
        session.fixes = MappingProxyType(left)
    session.client.tested(session.standing)
