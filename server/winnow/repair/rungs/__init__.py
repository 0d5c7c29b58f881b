"""The rungs of the ladder, cheapest first; a rung is a file with ``climb(search)``, which yields untried candidates.

A rung ends by itself when it has no more to say, or when what survives makes further asking pointless.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from winnow.repair.rungs import again, asked, deepened, edited, left, meanwhile, named, paired, recalled, widened

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from winnow.repair.search import Search
    from winnow.repair.trying import Proposed

    Rung = Callable[[Search], AsyncGenerator[Proposed, None]]

LADDER: tuple[Rung, ...] = (
    recalled.climb,
    named.climb,
    edited.climb,
    deepened.climb,
    paired.climb,
    asked.climb,
    widened.climb,
    left.climb,
    again.climb,
)

MEANWHILE: Rung = meanwhile.climb
WAITING = frozenset({asked.climb, widened.climb})
"""The rungs that wait for a model; ``MEANWHILE`` climbs beside each of them."""
INDEPENDENT = frozenset({edited.climb, deepened.climb, paired.climb, left.climb, MEANWHILE})
"""The rungs whose next candidate does not follow from what became of the one before."""

__all__ = ["INDEPENDENT", "LADDER", "MEANWHILE", "WAITING"]
