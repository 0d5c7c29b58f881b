"""What is withheld is journalled with its reason."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from winnow import follow, suggest
from winnow.commands.mending import Silence
from winnow.facts import Document, Moment, Opinion, Origin, Reason
from winnow.journal import Journal, explain
from winnow.llm import Answer
from winnow.session import Session
from winnow.settings import Settings
from winnow.text import Text
from winnow.workspace import Index, Workspace

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator
    from pathlib import Path

URI, TEXT = "file:///p/here.txt", "total = "


class Speaker:
    """A provider of one answer, who then has nothing more to say, or thinks for ever."""

    name = model = "speaker"
    free = False

    def __init__(self, *, confidence: float | None = None, thinks_on: bool = False) -> None:
        self.confidence = confidence
        self.thinks_on = thinks_on
        self.spoke = asyncio.Event()

    async def complete(self, *_: object) -> AsyncGenerator[Answer, None]:
        yield Answer(text="price", confidence=self.confidence, origin=Origin(provider="speaker", model="m"))
        self.spoke.set()
        if self.thinks_on:
            await asyncio.Event().wait()


class Verdict:
    """A gate that thinks the same of every candidate."""

    def __init__(self, reason: Reason) -> None:
        self.opinion = Opinion(reason=reason, probability=0.71, threshold=0.1)

    def worth_asking(self, *_: object) -> Opinion:
        return Opinion(reason=Reason.SHOWN, probability=1.0, threshold=0.0)

    def judge(self, *_: object) -> Opinion:
        return self.opinion

    def delay(self, _: float) -> float:
        return 0.0


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    rest: Any = None
    journal = Journal.open(tmp_path / "journal.sqlite")
    found = Session(
        settings=Settings(look_ahead="never"),
        client=Silence(),
        workspace=Workspace(),
        index=Index(tmp_path / "index"),
        journal=journal,
        gate=rest,
        provider=rest,
        embedded=rest,
    )
    found.workspace.put(Document(uri=URI, language="plaintext", version=1, text=Text.of(TEXT)))
    yield found
    journal.close()


def _moment(session: Session) -> Moment:
    return Moment(snapshot=session.workspace.snapshot, uri=URI, offset=len(TEXT), at=1.0)


async def test_a_line_that_the_engine_is_not_sure_of_is_hidden_for_that_reason(session: Session) -> None:
    session.gate, session.provider = _with(Verdict(Reason.SHOWN), Speaker(confidence=0.45))
    assert await suggest.suggest(_moment(session), session) == ()
    (row,) = session.journal.decisions(9)
    assert row.decision.reason is Reason.UNSURE
    assert row.decision.opinion is not None
    assert row.decision.opinion.probability == 0.71
    assert explain(row.decision) == (
        "Hidden: the engine is not sure enough of this line: 45%, and where no test passes, it takes 60%. "
        "No test reaches it."
    )


async def test_what_was_refuted_is_journalled_though_the_question_is_given_up(session: Session) -> None:
    speaker = Speaker(thinks_on=True)
    session.gate, session.provider = _with(Verdict(Reason.REFUTED), speaker)
    question = asyncio.create_task(follow.follow(_moment(session), session))
    await speaker.spoke.wait()
    session.workspace.put(Document(uri=URI, language="plaintext", version=2, text=Text.of("other")))
    follow.reconsider(URI, session)
    assert await question == ()
    assert [row.decision.reason for row in session.journal.decisions(9)] == [Reason.REFUTED]


async def test_what_was_refuted_is_journalled_once(session: Session) -> None:
    session.gate, session.provider = _with(Verdict(Reason.REFUTED), Speaker())
    assert await follow.follow(_moment(session), session) == ()
    assert [row.decision.reason for row in session.journal.decisions(9)] == [Reason.REFUTED]


def _with(gate: Any, provider: Any) -> tuple[Any, Any]:
    return gate, provider
