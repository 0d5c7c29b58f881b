"""What a request takes is counted: by the endpoint where it tells, else by the characters that went over."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest

from winnow.facts import Origin, Usage
from winnow.journal import Journal, spent_says
from winnow.llm import open_provider
from winnow.settings import Settings

from .conftest import send, stream

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    from .conftest import FakeEndpoint, Make, Request


async def _used(endpoint: FakeEndpoint, at: Make, pieces: list[str], *, refuses_counting: bool = False) -> list[Usage]:
    async def answer(asked: Request, writer: asyncio.StreamWriter) -> None:
        if refuses_counting and "stream_options" in asked.body:
            await send(writer, 400, {"error": {"message": "unknown parameter: stream_options"}})
        else:
            await stream(writer, asked, pieces)

    endpoint.answer = answer
    used: list[Usage] = []
    settings = Settings(base_url=endpoint.url, model="m", prompt_style="chat")
    provider = open_provider(settings, {}, meter=used.append)
    async with aclosing(provider.complete(at("def total(xs):\n    return <CURSOR>\n"))) as answers:
        async for _ in answers:
            pass
    await provider.close()
    return used


async def test_an_endpoint_that_counts_is_believed(endpoint: FakeEndpoint, at: Make) -> None:
    (usage,) = await _used(endpoint, at, ["sum(", "xs)"])
    assert (usage.prompt, usage.answer, usage.counted) == (40, 2, True)
    assert (usage.origin, usage.purpose) == (Origin(provider="openai", model="m"), "completion")


async def test_an_answer_left_early_is_estimated(endpoint: FakeEndpoint, at: Make) -> None:
    (usage,) = await _used(endpoint, at, ["sum(", "xs)\n", "and more talk\n"])
    assert not usage.counted
    assert usage.prompt > usage.answer > 0


async def test_an_endpoint_that_knows_no_counting_is_asked_without(endpoint: FakeEndpoint, at: Make) -> None:
    (usage,) = await _used(endpoint, at, ["sum(xs)"], refuses_counting=True)
    assert not usage.counted
    assert [("stream_options" in body) for body in endpoint.asked("/chat/completions")] == [True, False]


def test_what_was_spent_is_told_by_model_and_purpose_with_its_price(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.sqlite")
    for at in (1.0, 2.0, 3.0):
        origin = Origin(provider="openai", model="gpt-5-mini")
        journal.spend(Usage(at=at, origin=origin, purpose="fix", prompt=1000, answer=500, seconds=2.0, counted=at > 1))
    said = spent_says(journal.spent(since=2.0), ["gpt-5-mini=0.25/2.00"])
    assert said == (
        "gpt-5-mini (openai), fix: 2 requests; 2,000 tokens asked, 1,000 answered; 2.0 s each; 0.0025 in money"
    )
    assert "1 of them estimated" in spent_says(journal.spent())
    assert spent_says(journal.spent(since=9.0)) == "Nothing was asked of a model."
    with pytest.raises(ValueError, match="MODEL=PROMPT/ANSWER"):
        spent_says(journal.spent(), ["cheap"])
    journal.close()
