"""Work on the event loop in pieces, with a rest after each: a keystroke may have come, or an answer be waited for."""

from __future__ import annotations

import asyncio
import time

BUSY_SECONDS = 0.0005
REST_SECONDS = 0.001
"""Not 0: without a sleep the system may leave who was just answered waiting for our processor."""


class Pace:
    """How long the loop has been busy with a piece of work that is no keystroke's."""

    def __init__(self) -> None:
        self._due = time.perf_counter() + BUSY_SECONDS

    async def rest(self) -> None:
        """Give way if it is time to."""
        if time.perf_counter() > self._due:
            await asyncio.sleep(REST_SECONDS)
            self._due = time.perf_counter() + BUSY_SECONDS
