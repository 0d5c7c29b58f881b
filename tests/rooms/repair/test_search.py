"""Several candidates at a time: each program once, what ended is kept, and one that breaks ends the others."""

from __future__ import annotations

import asyncio
from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from winnow.facts import Candidate, Document, Edit, Evidence, Origin, Outcome, Snapshot
from winnow.facts import TestOutcome as Ended
from winnow.facts import TestResult as Result
from winnow.repair import search as searching
from winnow.repair import story
from winnow.repair.search import Search
from winnow.repair.trying import Proposed, Tried
from winnow.settings import Settings
from winnow.text import Text

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

URI = "file:///a.py"


def proposed(text: str, weight: float = 0.1) -> Proposed:
    candidate = Candidate(
        id=text,
        edits=(Edit(uri=URI, start=0, end=5, text=text),),
        versions={URI: 1},
        origin=Origin(provider="embedded", model="edit"),
    )
    return Proposed(candidate=candidate, weight=weight)


async def proposals(*texts: str) -> AsyncGenerator[Proposed, None]:
    for number, text in enumerate(texts):
        yield proposed(text, weight=0.1 * (1 + number))


@pytest.fixture
def search() -> Search:
    document = Document(uri=URI, language="python", version=1, text=Text.of("x = 0\n"))
    scene: Any = SimpleNamespace(
        snapshot=Snapshot(revision=1, documents={URI: document}),
        session=SimpleNamespace(settings=Settings(), provider="a model", embedded="the embedded engine"),
        passed_before=True,
    )
    return Search(scene=scene, seconds=10.0)


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many were being tried whenever one more was."""
    counts: list[int] = []
    now = 0

    async def try_out(proposed: Proposed, _scene: object, *, starting: float) -> Tried:
        nonlocal now
        assert starting > 0
        now += 1
        counts.append(now)
        try:
            await asyncio.sleep(0.01)
            if "1/0" in proposed.candidate.id:
                raise ZeroDivisionError
        finally:
            now -= 1
        green = "right" in proposed.candidate.id
        ended = [Result(test=f"test_{n}", outcome=Ended.PASSED, seconds=0.0) for n in range(3)] if green else []
        evidence = Evidence(parses=True, outcome=Outcome.PASSED if green else Outcome.FAILED, tests=tuple(ended))
        return Tried(candidate=proposed.candidate, weight=proposed.weight, evidence=evidence, green=green)

    monkeypatch.setattr(searching, "try_out", try_out)
    return counts


async def test_as_many_are_tried_at_a_time_as_are_allowed(search: Search, running: list[int]) -> None:
    await search.try_all(proposals("x = 1", "x = 2", "x = 3", "x = 4", "x = 5"), abreast=3)
    assert len(search.tried) == 5
    assert max(running) == 3
    await search.try_all(proposals("y = 1", "y = 2"), abreast=1)
    assert running[5:] == [1, 1]


async def test_a_program_that_is_being_tried_is_believed_more_and_not_tried_twice(
    search: Search, running: list[int]
) -> None:
    await search.try_all(proposals("x = 1", "x  =  1", "x = 2", "x = 1  # why"), abreast=4)
    assert len(running) == 2
    assert {each.title or each.candidate.id: round(each.weight, 1) for each in search.tried} == {
        "x = 1": 0.4,
        "x = 2": 0.3,
    }


async def test_one_that_breaks_ends_the_others_and_the_search(search: Search, running: list[int]) -> None:
    with pytest.raises(ZeroDivisionError):
        await search.try_all(proposals("x = 1/0", "x = 2", "x = 3", "x = 4"), abreast=2)
    assert len(running) < 4
    await search.try_all(proposals("x = 4"), abreast=2)
    assert "x = 4" in {each.candidate.id for each in search.tried}


async def test_edits_are_tried_while_a_model_is_waited_for_and_one_that_is_enough_ends_the_wait(
    search: Search, running: list[int]
) -> None:
    given_up = asyncio.Event()

    async def waiting(_search: Search) -> AsyncGenerator[Proposed, None]:
        try:
            await asyncio.Event().wait()
            yield proposed("never")
        finally:
            given_up.set()

    def meanwhile(_search: Search) -> AsyncGenerator[Proposed, None]:
        return proposals("x = 1", "x = 2", "right = 3")

    await story._on_both(waiting, meanwhile, search)
    assert given_up.is_set()
    assert [each.candidate.id for each in search.survivors] == ["right = 3"]
    assert len(running) == 3


async def test_edits_beside_a_model_end_with_its_answer_and_what_breaks_in_them_is_not_hidden(
    search: Search, running: list[int]
) -> None:
    def answering(_search: Search) -> AsyncGenerator[Proposed, None]:
        return proposals("x = 1")

    async def endless(_search: Search) -> AsyncGenerator[Proposed, None]:
        for number in count():
            yield proposed(f"y = {number}")

    await story._on_both(answering, endless, search)
    assert "x = 1" in {each.candidate.id for each in search.tried}
    assert 1 <= len(running) < 10

    def breaking(_search: Search) -> AsyncGenerator[Proposed, None]:
        return proposals("x = 1/0")

    with pytest.raises(ZeroDivisionError):
        await story._on_both(endless, breaking, search)
