"""Recorded attempts of a real model at one problem, given in their order as if it answered now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from winnow.llm import Health, Patch
from winnow.llm.provider import unheard

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from winnow.facts import Context
    from winnow.llm import Answer, Brief
    from winnow.llm.provider import Hear


class RecordedAttempts:
    """A provider for one problem; ``calls`` counts the answers it was asked for. An attempt is a whole program."""

    name = "replay"
    free = False

    def __init__(self, problem: Mapping[str, Any]) -> None:
        self.model = str(problem.get("fix_model", "nobody"))
        self._attempts = [str(attempt["code"]) for attempt in problem["attempts"]]
        self.calls = 0

    async def complete(self, context: Context, n: int = 1, hear: Hear = unheard) -> AsyncGenerator[Answer, None]:
        """Nothing was recorded."""
        del context, n, hear
        nothing: tuple[Answer, ...] = ()
        for each in nothing:
            yield each

    async def repair(self, brief: Brief, n: int = 1) -> AsyncGenerator[Patch, None]:
        """The next attempts."""
        del brief
        given, self._attempts = self._attempts[:n], self._attempts[n:]
        self.calls += max(len(given), 1)
        for code in given:
            yield Patch(text=code, whole=True)

    async def probe(self) -> Health:
        """Recorded attempts are always at hand."""
        return Health(ok=True, says=f"{len(self._attempts)} recorded attempts", models=(self.model,))

    async def close(self) -> None:
        """Nothing is held open."""
