"""The small edits that nobody had the time for, once a model has no more to say and nothing is proven."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winnow.repair.rungs.edited import in_order
from winnow.repair.rungs.paired import PAIRS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from winnow.repair.search import Search
    from winnow.repair.trying import Proposed

SHARE = 0.9
"""Of the seconds; what was cut off is tried again in the rest."""


async def climb(search: Search) -> AsyncGenerator[Proposed, None]:
    """What is left of the single edits and of the pairs; nothing is tried twice."""
    async for proposed in in_order(search, pairs=PAIRS, share=SHARE):
        yield proposed
