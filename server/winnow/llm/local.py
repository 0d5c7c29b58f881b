"""A model file of this machine, such as a GGUF from a hub: the endpoint is a process that Winnow starts and ends."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from winnow.llm.gguf import Served, check_model
from winnow.llm.openai import OpenAIProvider
from winnow.llm.provider import EndpointError, Health, unheard, unmetered

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from winnow.facts import Context
    from winnow.llm.provider import Answer, Brief, Hear, Meter, Patch
    from winnow.settings import Settings

_KEY = "WINNOW_LOCAL_KEY"


class LocalProvider:
    """Serves a model with the first request and asks it. Raises EndpointError for a file that cannot be served."""

    name = "local"
    free = True

    def __init__(self, settings: Settings, file: str, *, meter: Meter = unmetered) -> None:
        path = check_model(file)
        self.model = path.stem
        self._settings = settings
        self._meter = meter
        self._served = Served(path)
        self._endpoint: OpenAIProvider | None = None
        self._url = ""

    async def complete(self, context: Context, n: int = 1, hear: Hear = unheard) -> AsyncGenerator[Answer, None]:
        """The likeliest answer first; the first one waits until the model is loaded."""
        endpoint = await self._open()
        async with aclosing(endpoint.complete(context, n, hear)) as answers:
            async for answer in answers:
                yield answer

    async def repair(self, brief: Brief, n: int = 1) -> AsyncGenerator[Patch, None]:
        """The likeliest repair first."""
        endpoint = await self._open()
        async with aclosing(endpoint.repair(brief, n)) as patches:
            async for patch in patches:
                yield patch

    async def probe(self) -> Health:
        """Load the model, if it is not, and ask whether it answers."""
        try:
            endpoint = await self._open()
        except EndpointError as error:
            return Health(ok=False, says=str(error))
        health = await endpoint.probe()
        return replace(health, says=f"{self.model} on this machine") if health.ok else health

    async def close(self) -> None:
        """End the model's process."""
        endpoint, self._endpoint, self._url = self._endpoint, None, ""
        if endpoint is not None:
            await endpoint.close()
        await self._served.close()

    async def _open(self) -> OpenAIProvider:
        """The endpoint of the running process; another one when that had to be started anew."""
        url = await self._served.url()
        if self._endpoint is None or url != self._url:
            if self._endpoint is not None:
                await self._endpoint.close()
            settings = replace(self._settings, base_url=url, model=self.model, api_key_variable=_KEY)
            environment = {_KEY: self._served.key}
            self._endpoint = OpenAIProvider(settings, environment, meter=self._meter, name=self.name)
            self._url = url
        return self._endpoint
