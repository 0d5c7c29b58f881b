"""The small edits that are left, while a model is waited for: it takes seconds in which nothing else computes.

This rung ends where there is enough: then the model is waited for no longer.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from winnow.repair.rungs.edited import in_order
from winnow.repair.rungs.paired import PAIRS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from winnow.repair.search import Search
    from winnow.repair.trying import Proposed

SHARE = 0.9
"""Of the seconds; what was cut off is tried again in the rest."""
SECOND_OPINION = 6.0
"""Seconds that a model is waited for where an edit is well proven by then."""


async def climb(search: Search) -> AsyncGenerator[Proposed, None]:
    """Edits and pairs of them, nothing twice; then wait with whoever waits for the model, until that is in vain."""
    started = time.monotonic()
    async for proposed in in_order(search, pairs=PAIRS, share=SHARE):
        if search.settled:
            return
        yield proposed
    left = SECOND_OPINION - (time.monotonic() - started)
    await asyncio.sleep(max(left, 0.0) if search.proven else search.seconds)
