"""A failing test becomes a fix: located, proposed, tried, chosen, and offered only when it is proven and clear.

Locate the fault; put back what was changed since the test passed or since the last commit; climb the ladder, the
cheapest rung first, each candidate tried at once; stop when enough is proven; choose among what survives; offer it, or
hold it back where it is ambiguous. A test that passes again by itself is flaky, and has no fix.
"""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import aclosing
from enum import StrEnum
from typing import TYPE_CHECKING

from winnow.repair.attempts import keep
from winnow.repair.choosing import Choice, choose
from winnow.repair.confirming import AFTER, BEFORE, fails_again
from winnow.repair.offering import offer, offer_undone
from winnow.repair.rungs import INDEPENDENT, LADDER, MEANWHILE, WAITING
from winnow.repair.scene import scene_of
from winnow.repair.search import Search, silent
from winnow.repair.undoing import undo

if TYPE_CHECKING:
    from winnow.facts import TestResult
    from winnow.findings import Fix
    from winnow.proof import Prover
    from winnow.repair.rungs import Rung
    from winnow.repair.search import Report
    from winnow.session import Folder, Session

LEAST_SECONDS = 2.0
"""A search gets at least so long, if so much is left, as less proves nothing."""
ABREAST = max(2, min(4, (os.cpu_count() or 1) // 2))
"""Candidates that are tried at a time, where a rung does not wait for what became of the one before."""


class Stage(StrEnum):
    """Where a search stands; it only ever goes on to a later one."""

    UNDO = "undo"
    CLIMB = "climb"
    CHOOSE = "choose"
    OFFER = "offer"
    DONE = "done"


async def repair(
    folder: Folder, session: Session, failures: tuple[TestResult, ...] = (), report: Report = silent
) -> tuple[Fix, ...]:
    """Search for fixes of what fails in a folder, within the person's budget; what is proven is kept in the session.

    ``report`` is told how far each search is, and what it has spent; the last time when it ends.

    Each failure gets its share of the time that is left, so that one that cannot be mended does not starve the rest.
    """
    if folder.prover is None or not session.settings.trusted:
        return ()
    found: list[Fix] = []
    until = time.monotonic() + session.settings.repair_seconds
    waiting = list(failures or _failing(folder, folder.prover, session))
    while waiting and (left := until - time.monotonic()) > 0:
        failure = waiting.pop(0)
        if failures or not session.standing_fixes(folder.key(failure.test)):
            share = min(left, max(left / (len(waiting) + 1), LEAST_SECONDS))
            found += await _mend(failure, folder, session, share, report)
    if waiting:
        session.client.log(f"The search for fixes ended after {session.settings.repair_seconds:.0f} s.")
    return tuple(found)


async def _mend(
    failure: TestResult, folder: Folder, session: Session, seconds: float, report: Report
) -> tuple[Fix, ...]:
    """One search, from stage to stage."""
    if folder.prover is None:
        return ()
    scene = await scene_of(failure, folder, folder.prover, session)
    search = Search(scene=scene, seconds=seconds, report=report)
    if not await fails_again(search.scene, BEFORE):
        return ()
    choice = Choice()
    fixes: tuple[Fix, ...] = ()
    stage = Stage.UNDO
    while stage is not Stage.DONE:
        match stage:
            case Stage.UNDO:
                undone = await undo(search.scene)
                search.undone = offer_undone(undone, search.scene) if undone else None
                stage = Stage.CLIMB
            case Stage.CLIMB:
                await _climb(search)
                stage = Stage.CHOOSE if search.survivors else Stage.OFFER
            case Stage.CHOOSE:
                choice = await choose(search)
                stage = Stage.OFFER if await fails_again(search.scene, AFTER) else Stage.DONE
            case Stage.OFFER:
                fixes = offer(choice, search)
                keep(choice, search)
                stage = Stage.DONE
    session.client.log(f"{failure.test}: {search.spent()}.")
    report(search.spent(), 100)
    return fixes


async def _climb(search: Search) -> None:
    """Try what the rungs propose, cheapest first, until enough is proven or the time is up."""
    try:
        async with asyncio.timeout(search.seconds):
            for rung in LADDER:
                if await (_on_both(rung, MEANWHILE, search) if rung in WAITING else _on(rung, search)):
                    return
    except TimeoutError:
        search.scene.session.client.log(f"{search.scene.failure.test}: the time was up after {search.seconds:.0f} s.")


async def _on(rung: Rung, search: Search) -> bool:
    """Try what a rung proposes; whether that is enough."""
    async with aclosing(rung(search)) as proposals:
        await search.try_all(proposals, abreast=ABREAST if rung in INDEPENDENT else 1)
    return search.settled


async def _on_both(rung: Rung, meanwhile: Rung, search: Search) -> bool:
    """Climb two rungs at once until one of them ends; it is enough where that is the second."""
    waiting, beside = (asyncio.create_task(_on(each, search)) for each in (rung, meanwhile))
    try:
        ended, _ = await asyncio.wait({waiting, beside}, return_when=asyncio.FIRST_COMPLETED)
        return any(each.result() for each in ended) or waiting not in ended
    finally:
        waiting.cancel()
        beside.cancel()
        await asyncio.gather(waiting, beside, return_exceptions=True)


def _failing(folder: Folder, prover: Prover, session: Session) -> list[TestResult]:
    """What fails in a folder, what has passed before first: it was just broken, and its fix is near."""
    history = prover.history()
    passed = {test for test, past in history.items() if past.passed}
    return sorted(session.failing(folder), key=lambda result: result.test not in passed)
