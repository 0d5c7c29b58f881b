"""A model and the embedded engine together: the instant answer first where it is confident, else the model's.

Both are asked at once, so neither waits for the other. The counts know what the project writes again and again, to
the letter; the model knows the rest. When the instant answer is taken, the request to the model ends with it.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, TypeGuard

from winnow.llm.provider import EndpointError, unheard

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from winnow.facts import Context
    from winnow.llm.provider import Answer, Brief, Health, Hear, Patch, Provider

FIRST = 0.8
"""The confidence from which the instant answer goes first: there nine in ten are right to the letter, on projects that
nothing was fitted on. Chosen, not fitted; ``benchmarks/fit_together.py`` fits it to a model's own answers."""


class Together:
    """The model as a provider, with the embedded engine beside it for completions."""

    def __init__(self, model: Provider, embedded: Provider) -> None:
        self._model = model
        self._embedded = embedded

    @property
    def name(self) -> str:
        """The model's: it is what costs, and what the person chose."""
        return self._model.name

    @property
    def model(self) -> str:
        """The model's."""
        return self._model.model

    @property
    def free(self) -> bool:
        """The model's."""
        return self._model.free

    async def complete(self, context: Context, n: int = 1, hear: Hear = unheard) -> AsyncGenerator[Answer, None]:
        """The instant answer first where it is confident and there before the model's, or where that has none.

        The model is not asked about a file that it may not read.
        """
        if context.withheld:
            async with aclosing(self._embedded.complete(context, n, hear)) as own:
                async for each in own:
                    yield each
            return
        instant = asyncio.create_task(_best(self._embedded, context))
        async with aclosing(self._model.complete(context, n, hear)) as answers:
            first = asyncio.create_task(_next(answers))
            try:
                await asyncio.wait((instant, first), return_when=asyncio.FIRST_COMPLETED)
                known = instant.result() if instant.done() else None
                if goes_first(known):
                    yield known
                answer = await first
                if answer is None and not goes_first(known) and (known := await instant) is not None:
                    yield known
                while answer is not None:
                    yield answer
                    answer = await _next(answers)
            finally:
                instant.cancel()
                first.cancel()
                await asyncio.gather(instant, first, return_exceptions=True)

    def repair(self, brief: Brief, n: int = 1) -> AsyncGenerator[Patch, None]:
        """The model's: counts know no reasons."""
        return self._model.repair(brief, n)

    async def probe(self) -> Health:
        """Whether the model answers."""
        return await self._model.probe()

    async def close(self) -> None:
        """Close the model; the embedded engine is its owner's to close."""
        await self._model.close()


def goes_first(instant: Answer | None) -> TypeGuard[Answer]:
    """Whether an instant answer is worth showing before the model is heard."""
    return instant is not None and instant.confidence is not None and instant.confidence >= FIRST


async def _best(embedded: Provider, context: Context) -> Answer | None:
    """The engine's likeliest answer, if it can be had."""
    try:
        async with aclosing(embedded.complete(context, 1)) as answers:
            return await _next(answers)
    except EndpointError:  # whatever ails the engine, the model answers
        return None


async def _next(answers: AsyncGenerator[Answer, None]) -> Answer | None:
    return await anext(answers, None)
