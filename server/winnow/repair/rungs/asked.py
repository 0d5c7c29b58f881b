"""A model is asked in rounds: told what the test said, the values of the failing run, and what was tried in vain.

Explain, then repair (Self-Debugging, Chen et al. 2023), with the values of the run (LDB, Zhong et al. 2024). Most
gains come within two rounds ("How Many Tries", 2024). Where few tests can tell a fix from what merely fits them, each
round takes more than one sample: those that agree are believed more (CodeT, Chen et al. 2022), and those that do not
become a question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from winnow.repair.asking import ask
from winnow.repair.believing import SPEAKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from winnow.repair.search import Search
    from winnow.repair.trying import Proposed

SAMPLES = 2


async def climb(search: Search) -> AsyncGenerator[Proposed, None]:
    """As many rounds as the person allows, on the most suspect function, until a model's own candidate survives."""
    session = search.scene.session
    if session.provider is session.embedded or not search.scene.suspects:
        return
    samples = 1 if search.scene.speaking >= SPEAKING else SAMPLES
    for _ in range(session.settings.repair_rounds):
        async for proposed in ask(search, search.scene.suspects[0], samples):
            yield proposed
        if any(each.asked for each in search.survivors):
            return
