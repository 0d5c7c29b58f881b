"""Other models for a purpose or a language: a small one completes at once, a large one takes its time for a fix."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from winnow.llm.provider import EndpointError, Health, unheard

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from winnow.facts import Context
    from winnow.llm.provider import Answer, Brief, Hear, Patch, Provider

Purpose: TypeAlias = Literal["completion", "fix"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
_WANTED = "such as fix=gpt-5, rust=codestral or rust/fix=codestral"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a model is asked: for a language and a purpose, either of which may be any (empty)."""

    language: str
    purpose: str
    model: str

    @classmethod
    def of(cls, written: str) -> Route:
        """A route as a person writes it, ``WHAT=MODEL``. Raises EndpointError when it is none."""
        what, _, model = (part.strip() for part in written.partition("="))
        language, slash, purpose = what.rpartition("/")
        if not slash and purpose not in PURPOSES:
            language, purpose = purpose, ""
        if not what or not model or (slash and not (language and purpose in PURPOSES)):
            raise EndpointError(
                f"winnow.openai.models cannot have {written!r}: it says what a model is for, {_WANTED}."
            )
        return cls(language=language, purpose=purpose, model=model)

    @property
    def what(self) -> str:
        """What it is for, as it is written."""
        return "/".join(part for part in (self.language, self.purpose) if part)

    def rank(self, language: str, purpose: Purpose) -> int:
        """How particularly it is meant for this: 0 not at all; a language counts more than a purpose."""
        if self.language not in {"", language} or self.purpose not in {"", purpose}:
            return 0
        return 2 * bool(self.language) + bool(self.purpose)


class RoutedProvider:
    """Asks each model for what it is meant for, and ``usual`` for everything else."""

    def __init__(self, usual: Provider, routes: Sequence[Route], others: Mapping[str, Provider]) -> None:
        self.name = usual.name
        self._usual = usual
        self._routes = tuple(routes)
        self._others = others

    @property
    def model(self) -> str:
        """Every model, each with what it is for."""
        return "; ".join([self._usual.model, *(f"{route.what}: {route.model}" for route in self._routes)])

    @property
    def free(self) -> bool:
        """Whether all that complete may be asked ahead."""
        completing = (self._others[route.model] for route in self._routes if route.purpose != "fix")
        return self._usual.free and all(provider.free for provider in completing)

    async def complete(self, context: Context, n: int = 1, hear: Hear = unheard) -> AsyncGenerator[Answer, None]:
        """The answers of whoever completes in this language."""
        provider = self._chosen(context.moment.document.language, "completion")
        async with aclosing(provider.complete(context, n, hear)) as answers:
            async for answer in answers:
                yield answer

    async def repair(self, brief: Brief, n: int = 1) -> AsyncGenerator[Patch, None]:
        """The replacements of whoever fixes in this language."""
        provider = self._chosen(brief.language, "fix")
        async with aclosing(provider.repair(brief, n)) as patches:
            async for patch in patches:
                yield patch

    async def probe(self) -> Health:
        """Ask each of them: it is well when all are."""
        asked = {"": self._usual, **{route.what: self._others[route.model] for route in self._routes}}
        found = await asyncio.gather(*(provider.probe() for provider in asked.values()))
        says = [f"{what}: {each.says}" if what else each.says for what, each in zip(asked, found, strict=True)]
        models = dict.fromkeys(model for each in found for model in each.models)
        return Health(
            ok=all(each.ok for each in found),
            says="; ".join(says),
            models=tuple(models),
            seconds=max(each.seconds for each in found),
        )

    async def close(self) -> None:
        """Close each of them."""
        await asyncio.gather(*(provider.close() for provider in (self._usual, *self._others.values())))

    def _chosen(self, language: str, purpose: Purpose) -> Provider:
        route = max(self._routes, key=lambda each: each.rank(language, purpose))
        return self._others[route.model] if route.rank(language, purpose) else self._usual
