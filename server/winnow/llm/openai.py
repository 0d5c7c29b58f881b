"""Any endpoint that speaks OpenAI's protocol: OpenAI, Ollama, vLLM, llama.cpp, LM Studio.

Timeouts, retries and back-off are our own: the openai package's are made for batch jobs (600 s, two blind retries).
"""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import aclosing
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from winnow.facts import Origin
from winnow.llm import ailments
from winnow.llm.ailments import AilmentError
from winnow.llm.answers import patch_of
from winnow.llm.asking import (
    Ask,
    Said,
    adapt,
    adapted,
    completion_ask,
    prompt_of,
    repair_ask,
    repair_budget,
    smaller,
    way_of,
)
from winnow.llm.connection import Connection
from winnow.llm.endpoint import Endpoint
from winnow.llm.patience import Patience, first_then_others
from winnow.llm.provider import Answer, EndpointError, Health, unheard, unmetered

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping

    from winnow.facts import Context
    from winnow.llm.provider import Brief, Hear, Meter, Patch
    from winnow.settings import Settings

_COMPLETION_PATIENCE = 1.0
"""Seconds after which a completion is not asked for again: the user has typed on."""
_PROBE_SECONDS = 5.0
_NOT_FOR_CODE = re.compile(r"embed|whisper|tts|dall-e|rerank|moderation|transcribe|image", re.IGNORECASE)
_OF_A_PARAMETER = frozenset({400, 403, 422})
"""How an endpoint refuses a parameter; OpenAI forbids its newer models to tell their probabilities."""
_NO_SUCH_WAY = frozenset({400, 404, 405, 500, 501})
_OPENAI_MODELS = ("gpt-5-mini", "gpt-4.1-mini", "gpt-4o-mini")
"""Of OpenAI's, whose first could be any: quick ones that write code, the best first."""


class OpenAIProvider:
    """Asks an endpoint. Raises EndpointError at the start only for an address that is none."""

    def __init__(
        self,
        settings: Settings,
        environment: Mapping[str, str],
        *,
        meter: Meter = unmetered,
        name: str = "openai",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._meter = meter
        self._endpoint = Endpoint.of(settings, environment)
        self._style = settings.prompt_style
        self._clock = clock
        self._connection = Connection(self._endpoint)
        self._patience = Patience(self._endpoint, clock)
        self._repair_budget = repair_budget(self._endpoint)
        self._changes: Mapping[str, str] = MappingProxyType({})
        self._owner: str | None = None
        self.model = self._endpoint.model

    @property
    def free(self) -> bool:
        """Only a model of this machine costs nothing."""
        return self._endpoint.is_loopback

    def __repr__(self) -> str:
        """Whom it asks, without the key."""
        return f"<OpenAIProvider {self.model or 'first model'} at {self._endpoint.shown}>"

    async def complete(self, context: Context, n: int = 1, hear: Hear = unheard) -> AsyncGenerator[Answer, None]:
        """The likeliest answer first, then others of a higher temperature as they come."""

        def once(temperature: float) -> Coroutine[None, None, Answer]:
            heard = unheard if temperature else hear  # only the likeliest answer is followed as it comes
            attempt = partial(self._completion, context, temperature, heard)
            return self._patience.run(attempt, _COMPLETION_PATIENCE, self._endpoint.timeout)

        self._need_a_key()
        async with aclosing(first_then_others(once, n, all_wanted=context.moment.asked)) as answers:
            async for answer in answers:
                if answer.text.strip():
                    yield answer

    async def repair(self, brief: Brief, n: int = 1) -> AsyncGenerator[Patch, None]:
        """The likeliest repair first, then others; answers that hold no code or change nothing are left out."""

        def once(temperature: float) -> Coroutine[None, None, Answer]:
            seconds = self._endpoint.repair_timeout
            return self._patience.run(partial(self._repair, brief, temperature), seconds, seconds)

        self._need_a_key()
        async with aclosing(first_then_others(once, n)) as answers:
            async for answer in answers:
                patch = patch_of(answer, brief)
                if patch is not None:
                    yield patch

    async def probe(self) -> Health:
        """Ask for the models; a success ends a back-off."""
        started = self._clock()
        try:
            async with asyncio.timeout(min(self._endpoint.timeout, _PROBE_SECONDS)):
                owners = await self._connection.models()
            wanted = self.model or first_of(owners, self._endpoint)
        except TimeoutError:
            says = str(ailments.of_timeout(self._endpoint, min(self._endpoint.timeout, _PROBE_SECONDS)))
            return Health(ok=False, says=says, seconds=self._clock() - started)
        except EndpointError as error:
            return Health(ok=False, says=str(error), seconds=self._clock() - started)
        self._patience.forgive()
        took, models = self._clock() - started, tuple(owners)
        if owners and wanted not in owners and f"{wanted}:latest" not in owners:
            missing = str(ailments.of_missing_model(self._endpoint, wanted, models))
            return Health(ok=False, says=missing, models=models, seconds=took)
        return Health(ok=True, says=f"{wanted} at {self._endpoint.shown}", models=models, seconds=took)

    async def close(self) -> None:
        """Close the connections; a later request opens them again."""
        await self._connection.close()

    async def _completion(self, context: Context, temperature: float, hear: Hear) -> Answer:
        model, owner = await self._whom()
        way = way_of(self._style, self._endpoint, model, owner)
        try:
            return await self._adapting(completion_ask(way, context, self._endpoint, model, temperature, hear))
        except AilmentError as ailment:
            if self._style != "auto" or way == "chat" or ailment.status not in _NO_SUCH_WAY:
                raise
            answer = await self._adapting(completion_ask("chat", context, self._endpoint, model, temperature, hear))
            self._style = "chat"
            return answer

    async def _repair(self, brief: Brief, temperature: float) -> Answer:
        """Ask; when the endpoint complains that the prompt is too long for it, make shorter ones from now on."""
        model, _ = await self._whom()
        while True:
            budget = self._repair_budget
            try:
                return await self._adapting(repair_ask(brief, self._endpoint, model, temperature, budget))
            except AilmentError as ailment:
                less = smaller(budget, ailment.quote)
                if less is None:
                    raise
                self._repair_budget = min(self._repair_budget, less)

    def _need_a_key(self) -> None:
        if self._endpoint.is_openai and not self._endpoint.key:
            raise EndpointError(f"There is no key for OpenAI: set {self._endpoint.key_variable}, or another base URL.")

    async def _adapting(self, ask: Ask) -> Answer:
        """Ask; when the endpoint complains about a parameter, leave it out or rename it from now on."""
        while True:
            known = self._changes
            body = adapt(ask.body, known)
            try:
                return await self._streamed(ask, body)
            except AilmentError as ailment:
                changes = adapted(body, ailment.quote) if ailment.status in _OF_A_PARAMETER else None
                if changes is None or changes.keys() <= known.keys():
                    raise await self._explained(ailment, str(body["model"])) from ailment.__cause__
                self._changes = MappingProxyType({**self._changes, **changes})

    async def _streamed(self, ask: Ask, body: Mapping[str, Any]) -> Answer:
        """Read a stream until the answer is whole; leaving early closes the connection, which ends the work there."""
        model, started, said = str(body["model"]), self._clock(), Said()
        try:
            return await self._listened(ask, body, said)
        finally:
            if said.events:
                origin = Origin(provider=self.name, model=model)
                sent = body.get("messages") or body.get("prompt") or body.get("input_prefix")
                self._meter(said.usage(origin, ask, sent, self._clock() - started))

    async def _listened(self, ask: Ask, body: Mapping[str, Any], said: Said) -> Answer:
        async with aclosing(self._connection.stream(ask.path, body)) as pieces:
            async for piece in pieces:
                said.add(piece)
                ask.hear(ask.read(said.text))
                if "\n" in piece.text or "`" in piece.text:
                    text = ask.read(said.text)
                    if (end := ask.end(text)) is not None:
                        return self._answer(text[:end], said.logprobs, "stop", body)
        if not said.events:
            raise ailments.of_garbage(self._endpoint)
        return self._answer(ask.read(said.text), said.logprobs, said.finished or "length", body)

    def _answer(self, text: str, logprobs: list[float], finished: str, body: Mapping[str, Any]) -> Answer:
        origin = Origin(provider=self.name, model=str(body["model"]))
        return Answer(text=text, logprobs=tuple(logprobs), finished=finished, origin=origin, prompt=prompt_of(body))

    async def _explained(self, ailment: AilmentError, model: str) -> AilmentError:
        """A 404 for a model with the models that there are, if the endpoint tells."""
        if ailment.status != 404 or "model" not in ailment.quote.lower():  # noqa: PLR2004 - HTTP's not found
            return ailment
        try:
            owners = await self._connection.models()
        except EndpointError:
            return ailment
        return ailments.of_missing_model(self._endpoint, model, tuple(owners)) if owners else ailment

    async def _whom(self) -> tuple[str, str]:
        """The model to ask and who serves it, found out once; the list of models is asked for only if need be."""
        if self._owner is None:
            if self.model and (self._style == "chat" or self._endpoint.is_openai):
                self._owner = ""
                return self.model, ""
            try:
                owners = await self._connection.models()
            except AilmentError as ailment:
                if not self.model:
                    raise
                if not ailment.transient:  # it lists no models, and need not be asked for them each time
                    self._owner = ""
                return self.model, ""
            self.model = self.model or first_of(owners, self._endpoint)
            self._owner = owners.get(self.model, "")
        return self.model, self._owner


def first_of(owners: Mapping[str, str], endpoint: Endpoint) -> str:
    """The first model that may write code. Raises AilmentError where none is known to."""
    fitting = [model for model in owners if not _NOT_FOR_CODE.search(model)]
    if endpoint.is_openai:
        fitting = [model for model in _OPENAI_MODELS if model in owners]
    if not fitting:
        raise AilmentError(f"Which model to ask at {endpoint.shown} is not clear: set winnow.openai.model.")
    return fitting[0]
