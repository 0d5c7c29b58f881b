"""The small edits that nobody had the time for, once a model has no more to say.

Not where none could be offered: a model has failed, and few tests speak.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from winnow.repair.believing import needed
from winnow.repair.rungs.edited import in_order
from winnow.repair.rungs.meanwhile import SHARE
from winnow.repair.rungs.paired import PAIRS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from winnow.repair.search import Search
    from winnow.repair.trying import Proposed


async def climb(search: Search) -> AsyncGenerator[Proposed, None]:
    """What is left of the single edits and of the pairs; nothing is tried twice."""
    scene = search.scene
    alone = scene.session.provider is scene.session.embedded
    hopeless = search.asked_in_vain > 0 and scene.speaking < needed(scene)
    if alone or hopeless or search.proven:
        return
    async for proposed in in_order(search, pairs=PAIRS, share=SHARE):
        yield proposed
