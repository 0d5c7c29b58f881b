"""An edit becomes a quiet run of the tests it reaches, on the text in the editor, saved or not."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from typing import TYPE_CHECKING

from winnow.words import count, milliseconds, standing_says

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.session import Folder, Session

PAUSE_SECONDS = 0.15
"""How long the keyboard rests before the tests run: short against reading, long against typing."""


async def rehearse(folder: Folder, session: Session) -> None:
    """Run the tests that the edits affect, once the keyboard rests; a newer edit cancels this and starts over."""
    if folder.prover is None or not session.settings.tests_in_background:
        return
    await asyncio.sleep(PAUSE_SECONDS)
    async with aclosing(folder.prover.rehearse(session.workspace.snapshot)) as results:
        async for result in results:
            session.note(folder.key(result.test), result)
    known = {folder.key(test) for test in folder.prover.tests()}
    session.forget([key for key in session.findings if key.folder == folder.path and key not in known])


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
                session.note(folder.key(result.test), result)
                report(f"{done} of {count(len(everything), 'test')}", 100 * done // max(len(everything), 1))
    if not done:
        return "No test ran: a file that is open does not parse, or there are no tests that can run."
    ran = [session.findings[key].result for key in map(folder.key, everything) if key in session.findings]
    return f"{standing_says(ran)}, {milliseconds(time.perf_counter() - started)}"
