"""How patiently an endpoint is asked: for how long, how often, and for how many answers at once."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, TypeVar

from winnow.llm import ailments
from winnow.llm.ailments import AilmentError
from winnow.llm.backoff import Standing, wait_before
from winnow.llm.provider import EndpointError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine

    from winnow.llm.endpoint import Endpoint
    from winnow.llm.provider import Answer

T = TypeVar("T")

_OTHERS = 0.7
"""The temperature of all answers but the first, which is the likeliest one."""


class Patience:
    """Runs requests against one endpoint within a time, and leaves it alone while it is ill.

    ``clock`` gives monotonic seconds.
    """

    def __init__(self, endpoint: Endpoint, clock: Callable[[], float]) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._standing = Standing()

    def forgive(self) -> None:
        """Ask again at once: the endpoint is known to be well."""
        self._standing = Standing()

    async def run(self, attempt: Callable[[], Awaitable[T]], patience: float, timeout: float) -> T:  # noqa: ASYNC109 - of all attempts together
        """The result of an attempt; what passes by itself is tried again until ``patience`` seconds are over.

        All attempts together may take ``timeout`` seconds.
        Raises EndpointError at once while the endpoint is left alone, and when no attempt succeeds.
        """
        left = self._standing.left_alone(self._clock())
        if left:
            raise EndpointError(f"{self._standing.why} It is asked again in {max(left, 1):.0f} s.")
        started, retry = self._clock(), 0
        while True:
            spent = self._clock() - started
            try:
                async with asyncio.timeout(timeout - spent):
                    result = await attempt()
            except TimeoutError:
                raise self._noted(ailments.of_timeout(self._endpoint, timeout)) from None
            except AilmentError as ailment:
                wait = wait_before(retry, ailment.retry_after, random.random())  # noqa: S311 - jitter, not a secret
                spent = self._clock() - started
                if not ailment.transient or spent + wait >= min(patience, timeout):
                    raise self._noted(ailment) from ailment.__cause__
                await asyncio.sleep(wait)
                retry += 1
            else:
                self.forgive()
                return result

    def _noted(self, ailment: AilmentError) -> AilmentError:
        self._standing = self._standing.failed(str(ailment), self._clock(), ailment.retry_after)
        return ailment


async def first_then_others(
    once: Callable[[float], Coroutine[None, None, Answer]], n: int, *, all_wanted: bool = False
) -> AsyncGenerator[Answer, None]:
    """The likeliest answer, then ``n - 1`` warmer ones as they finish; ``once`` asks at a temperature.

    The others are asked for only when the next is wanted, or, where all are, already while the first is looked at:
    not before, as an endpoint that has read the prompt once answers the others sooner. They end when the iterator is
    closed. Where at least one answered, an EndpointError of another only ends the iteration.
    """
    if n < 1:
        return
    first = await once(0.0)
    tasks: list[asyncio.Task[Answer]] = []
    try:
        if not all_wanted:
            yield first
        tasks += (asyncio.create_task(once(_OTHERS)) for _ in range(n - 1))
        if all_wanted:
            await asyncio.sleep(0)  # they set out before the first is looked at
            yield first
        for finished in asyncio.as_completed(tasks):
            try:
                answer = await finished
            except EndpointError:
                return
            yield answer
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
