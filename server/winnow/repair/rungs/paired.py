"""Two small edits at once, the likeliest pairs first: for slips that no test tells apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winnow.repair.rungs.edited import in_order

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from winnow.repair.search import Search
    from winnow.repair.trying import Proposed

PAIRS = 400


async def climb(search: Search) -> AsyncGenerator[Proposed, None]:
    """What is left of the single edits, then pairs; nothing is tried twice."""
    async for proposed in in_order(search, pairs=PAIRS):
        yield proposed
