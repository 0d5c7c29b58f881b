"""Each model is asked for what it is meant for, named where it answered, and counted by itself."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from winnow.llm import Brief, EndpointError, open_provider
from winnow.llm.provider import unmetered
from winnow.settings import Settings

from .conftest import models, send, stream

if TYPE_CHECKING:
    import asyncio

    from winnow.facts import Context, Usage
    from winnow.llm import Provider

    from .conftest import FakeEndpoint, Make, Request

MODELS = ("fix=large", "rust=ferris", "rust/fix=oxide")
BRIEF = Brief(
    test="test_total",
    message="assert 3 == 4",
    path="/project/stock.py",
    unit="total",
    source="def total(xs):\n    return sum(xs[1:])\n",
    file="def total(xs):\n    return sum(xs[1:])\n",
)
FIXED = "One was left out.\n```python\ndef total(xs):\n    return sum(xs)\n```\n"


def _asking(endpoint: FakeEndpoint, *asked: str, used: list[Usage] | None = None) -> Provider:
    async def answer(asked: Request, writer: asyncio.StreamWriter) -> None:
        if asked.path.endswith("/models"):
            await send(writer, 200, models("small", "large", "ferris", "oxide"))
        else:
            await stream(writer, asked, [FIXED] if "assert 3 == 4" in str(asked.body) else ["sum(xs)"])

    endpoint.answer = answer
    settings = Settings(base_url=endpoint.url, model="small", models=asked, prompt_style="chat")
    return open_provider(settings, {}, meter=unmetered if used is None else used.append)


def _in(language: str, context: Context) -> Context:
    moment = context.moment
    document = replace(moment.document, language=language)
    snapshot = replace(moment.snapshot, documents=MappingProxyType({moment.uri: document}))
    return replace(context, moment=replace(moment, snapshot=snapshot))


@pytest.mark.parametrize(
    ("language", "completes", "fixes"), [("python", "small", "large"), ("rust", "ferris", "oxide")]
)
async def test_a_small_model_completes_and_a_larger_one_fixes(
    language: str, completes: str, fixes: str, endpoint: FakeEndpoint, at: Make
) -> None:
    used: list[Usage] = []
    provider = _asking(endpoint, *MODELS, used=used)
    async with aclosing(provider.complete(_in(language, at("def total(xs):\n    return <CURSOR>\n")))) as answers:
        told = [answer.origin.model async for answer in answers]
    async with aclosing(provider.repair(replace(BRIEF, language=language))) as patches:
        told += [patch.origin.model async for patch in patches if patch.origin]
    await provider.close()
    assert told == [completes, fixes]
    assert [body["model"] for body in endpoint.asked("/chat/completions")] == [completes, fixes]
    assert [(usage.origin.model, usage.purpose) for usage in used] == [(completes, "completion"), (fixes, "fix")]


async def test_all_of_them_are_named_and_probed(endpoint: FakeEndpoint) -> None:
    provider = _asking(endpoint, "fix=large", "rust=missing")
    assert provider.model == "small; fix: large; rust: missing"
    health = await provider.probe()
    await provider.close()
    assert not health.ok
    assert "small at" in health.says
    assert "fix: large at" in health.says
    assert "missing" in health.says.partition("rust: ")[2]


async def test_a_model_that_is_meant_for_nothing_else_leaves_the_usual_one(endpoint: FakeEndpoint, at: Make) -> None:
    provider = _asking(endpoint, "rust=ferris")
    async with aclosing(provider.complete(at("def total(xs):\n    return <CURSOR>\n"))) as answers:
        assert [answer.origin.model async for answer in answers] == ["small"]
    await provider.close()


@pytest.mark.parametrize("written", ["gpt-5", "=gpt-5", "fix=", "rust/joy=gpt-5", "/fix=gpt-5"])
def test_a_route_that_is_none_is_told_with_one_that_is(written: str) -> None:
    with pytest.raises(EndpointError, match=r"winnow\.openai\.models .*fix=gpt-5"):
        open_provider(Settings(base_url="http://127.0.0.1:1/v1", models=(written,)), {})


def test_the_embedded_engine_alone_asks_no_endpoint() -> None:
    assert open_provider(Settings(provider="embedded", models=("fix=large",)), {}).name == "embedded"
