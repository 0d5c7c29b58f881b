"""Whether a failure is the code's: a test that passes when nothing has changed is flaky, and no edit is its fix.

Else a search of many candidates is sure to find one with which it passes by chance.
"""

from __future__ import annotations

import time
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from winnow.facts import TestOutcome

if TYPE_CHECKING:
    from winnow.repair.scene import Scene

BEFORE = 1
"""Runs before a search, so that none is begun in vain."""
AFTER = 4
"""Runs before something is offered: a test that fails every other time is found out in 15 of 16 searches by these."""
AFFORDED = 1.0
"""Seconds after which no further run is begun."""


async def fails_again(scene: Scene, times: int) -> bool:
    """Run the failing test on the text as it is; where it passes it is flaky, and the session is told so.

    Not one that came to no end: each run would take all the time that a test may take.
    """
    failure = scene.failure
    if failure.outcome is TestOutcome.UNFINISHED:
        return True
    until = time.monotonic() + AFFORDED
    for number in range(times):
        if number and time.monotonic() > until:
            break
        async with aclosing(scene.prover.rehearse(scene.snapshot, (failure.test,))) as results:
            async for result in results:
                if result.test == failure.test and result.outcome is TestOutcome.PASSED:
                    _tell(scene)
                    return False
    return True


def _tell(scene: Scene) -> None:
    session, failure = scene.session, scene.failure
    session.note(scene.key, replace(failure, flaky=True))
    session.client.log(f"{failure.test} passes when it runs again, and nothing has changed: it is flaky.")
