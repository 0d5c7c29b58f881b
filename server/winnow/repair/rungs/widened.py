"""When the rounds on the first suspect were in vain: the other suspects in turn, while the budget lasts.

The search branches as CodeTree (Li et al. 2024) does, over the functions that the failing test ran: each of them is a
unit that is asked for alone, as MGDebugger (Shi et al. 2024) mends a program by its parts.
"""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

from winnow.repair.asking import affordable, ask

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from winnow.repair.search import Search
    from winnow.repair.trying import Proposed

BRANCHES = 3
MOST_ROUNDS = 10
"""A bound beside the seconds and tokens, for a model that answers at once and never well."""


async def climb(search: Search) -> AsyncGenerator[Proposed, None]:
    """The next suspects and the first again, a round each, until something survives or the model has no more to say."""
    scene = search.scene
    session = scene.session
    if session.provider is session.embedded or not scene.suspects or not session.settings.repair_rounds:
        return
    first, *others = scene.suspects[:BRANCHES]
    for suspect in cycle((*others, first)):
        if search.settled or search.rounds >= MOST_ROUNDS or not affordable(search):
            return
        answered = search.answers
        async for proposed in ask(search, suspect):
            yield proposed
        if search.answers == answered:
            return
