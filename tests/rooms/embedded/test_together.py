"""The instant answer and the model's: which goes first, and what becomes of the other."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from winnow.facts import Context, Document, Moment, Snapshot
from winnow.llm import Answer, EndpointError, Health, unheard
from winnow.llm.together import FIRST, Together
from winnow.text import Text

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from winnow.llm import Brief, Hear, Patch

SURE_OF_IT = Answer(text="instant", confidence=FIRST)
UNSURE = Answer(text="guess", confidence=FIRST - 0.1)


class Speaker:
    """Says what it was made with after a while, and remembers whether it was let finish."""

    name, model, free = "speaker", "words", True

    def __init__(self, *answers: Answer, seconds: float = 0.0, error: EndpointError | None = None) -> None:
        self.answers = answers
        self.seconds = seconds
        self.error = error
        self.finished = self.closed = False

    async def complete(self, context: Context, n: int = 1, hear: Hear = unheard) -> AsyncGenerator[Answer, None]:
        assert context.before
        await asyncio.sleep(self.seconds)
        if self.error is not None:
            raise self.error
        for answer in self.answers[:n]:
            hear(answer.text)
            yield answer
        self.finished = True

    async def repair(self, brief: Brief, n: int = 1) -> AsyncGenerator[Patch, None]:
        raise AssertionError((brief, n))
        yield

    async def probe(self) -> Health:
        return Health(ok=True, says="fine")

    async def close(self) -> None:
        self.closed = True


def context() -> Context:
    document = Document(uri="file:///p/a.py", language="python", version=1, text=Text.of("x = "))
    snapshot = Snapshot(revision=1, documents={document.uri: document})
    return Context(moment=Moment(snapshot=snapshot, uri=document.uri, offset=4, at=0.0), before="x = ", after="")


async def said(model: Speaker, embedded: Speaker) -> list[str]:
    async with aclosing(Together(model, embedded).complete(context(), 2)) as answers:
        return [answer.text async for answer in answers]


async def test_a_confident_instant_answer_goes_first() -> None:
    model = Speaker(Answer(text="one"), Answer(text="two"), seconds=0.05)
    assert await said(model, Speaker(SURE_OF_IT)) == ["instant", "one", "two"]


async def test_the_model_is_let_go_when_the_instant_answer_is_taken() -> None:
    model = Speaker(Answer(text="one"), seconds=60.0)
    async with aclosing(Together(model, Speaker(SURE_OF_IT)).complete(context())) as answers:
        assert (await anext(answers)).text == "instant"
    assert not model.finished


async def test_an_unsure_one_leaves_the_word_to_the_model() -> None:
    assert await said(Speaker(Answer(text="one"), seconds=0.05), Speaker(UNSURE)) == ["one"]


async def test_an_unsure_one_is_better_than_none() -> None:
    assert await said(Speaker(), Speaker(UNSURE, seconds=0.05)) == ["guess"]


async def test_nobody_waits_for_an_engine_that_is_slower_than_the_model() -> None:
    assert await said(Speaker(Answer(text="one")), Speaker(SURE_OF_IT, seconds=60.0)) == ["one"]


async def test_an_ill_engine_is_no_matter_and_an_ill_model_is_told_of() -> None:
    ill = EndpointError("It is gone. Start it.")
    assert await said(Speaker(Answer(text="one"), seconds=0.05), Speaker(error=ill)) == ["one"]
    with pytest.raises(EndpointError, match="gone"):
        await said(Speaker(error=ill), Speaker(UNSURE))


async def test_closing_it_closes_the_model_alone() -> None:
    model, embedded = Speaker(), Speaker()
    await Together(model, embedded).close()
    assert (model.closed, embedded.closed) == (True, False)


async def test_a_model_is_not_asked_about_a_file_that_is_withheld_from_it() -> None:
    model = Speaker(Answer(text="one"))
    async with aclosing(Together(model, Speaker(UNSURE)).complete(replace(context(), withheld=True), 2)) as answers:
        assert [answer.text async for answer in answers] == ["guess"]
    assert not model.finished
