"""Small edits of the syntax tree, likeliest first: no model is asked."""

from __future__ import annotations

import asyncio
import time
from itertools import islice
from typing import TYPE_CHECKING

from winnow.mend import propose
from winnow.repair.candidates import of_proposal

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from winnow.mend import Proposal
    from winnow.repair.search import Search
    from winnow.repair.trying import Proposed

BATCH = 8
"""Proposals made in one hop to a thread, so that making them never holds up the event loop."""
PLAUSIBLE = 0.3
"""After a proof the search goes on while what comes is no less likely than this share of what was proven."""
SHARE = 0.3
"""Of the seconds, where a model is to be asked afterwards."""
ALONE, FIRST = 1.0, 0.8
"""Of the seconds where none is; the second where something was cut off, and will be tried again."""


async def climb(search: Search) -> AsyncGenerator[Proposed, None]:
    """Every edit that is plausible, while the time that is this rung's lasts; a part that is mended ends it early."""
    async for proposed in in_order(search, pairs=0):
        parts = max((each.weight for each in search.parts), default=0.0)
        if proposed.weight < PLAUSIBLE * parts:
            return
        yield proposed


async def in_order(search: Search, *, pairs: int, share: float | None = None) -> AsyncGenerator[Proposed, None]:
    """Single edits, then so many pairs of them, until what comes is far less likely than what was proven.

    For no longer than a ``share`` of the seconds, or what is usual.
    """
    scene = search.scene
    edits = propose(scene.sources, scene.suspects, (scene.failure,), pairs=pairs, fresh=scene.fresh)
    while batch := await asyncio.to_thread(_batch, edits):
        for proposal in batch:
            proven = max((each.weight for each in search.survivors), default=0.0)
            if not time_left(search, share) or search.tired or proposal.weight < PLAUSIBLE * proven:
                return
            yield of_proposal(proposal, scene)


def time_left(search: Search, share: float | None = None) -> bool:
    """Whether the time that is for small edits lasts: a share of the seconds, or what is usual."""
    if share is None:
        session = search.scene.session
        alone = session.provider is session.embedded
        share = (FIRST if search.cut_off else ALONE) if alone else SHARE
    return time.monotonic() < search.started + search.seconds * share


def _batch(edits: Iterator[Proposal]) -> list[Proposal]:
    return list(islice(edits, BATCH))
