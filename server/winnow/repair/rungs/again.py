"""What was cut off, once more and with more patience: on a machine that is busy elsewhere a good edit looks endless."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winnow.repair.trying import Proposed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from winnow.repair.search import Search

MOST = 6


async def climb(search: Search) -> AsyncGenerator[Proposed, None]:
    """Where nothing is proven: what came to no end, that which passed a test before it was cut off first."""
    likeliest = sorted(search.cut_off, key=lambda each: (not each.evidence.passed, -each.weight))
    for each in likeliest[:MOST]:
        if search.survivors:
            return
        yield Proposed(candidate=each.candidate, weight=each.weight, asked=each.asked, again=True)
