"""However a person types, what is shown was found for the very text that they have: the cache answers for no other."""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from winnow import follow, learn, suggest
from winnow.facts import Document, Moment, Opinion, Origin, Reason, Snapshot, Suggestion
from winnow.journal import Journal
from winnow.llm import Answer, tidy
from winnow.session import Session
from winnow.settings import Settings
from winnow.text import Text
from winnow.workspace import Index, Workspace, apply

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
    from pathlib import Path

    import pytest

    from winnow.facts import Context, Decision
    from winnow.llm import Hear

HERE, THERE = "file:///p/here.txt", "file:///p/there.txt"
LETTERS = "ab(\n"
State = tuple[str, str]


@dataclass
class Oracle:
    """A provider whose answer depends on every character it sees, and that keeps what each answer would lead to."""

    name: str = "oracle"
    model: str = "oracle"
    free: bool = True
    led_to: set[State] = field(default_factory=set)

    async def complete(
        self, context: Context, _n: int = 1, hear: Hear = lambda _: None
    ) -> AsyncGenerator[Answer, None]:
        others = str(context.moment.snapshot.documents[THERE].text)
        chance = random.Random(f"{context.before}|{context.after}|{others}")  # noqa: S311 - the same for the same text
        answer = Answer(
            text="".join(chance.choices("ab()", k=chance.randint(1, 6))), origin=Origin(provider="oracle", model="")
        )
        for size in range(len(answer.text) + 1):
            hear(answer.text[:size])
            await asyncio.sleep(0)
        if candidate := tidy(answer, context):
            self.led_to.add((apply(candidate.edits, context.moment.snapshot)[HERE], others))
        yield answer


class Willing:
    """A gate that lets everything through, at once."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        opinion = Opinion(reason=Reason.SHOWN, probability=1.0, threshold=0.0)
        said = {"person": {}, "delay": 0.0, "worth_asking": opinion, "judge": opinion}.get(name, self)
        return lambda *_: said


class Silent:
    """An editor that draws nothing; it keeps what it is told was shown."""

    def __init__(self) -> None:
        self.shown: set[str] = set()

    def decided(self, decision: Decision) -> None:
        if decision.reason is Reason.SHOWN:
            self.shown.add(decision.id)

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_: None


@dataclass
class Person:
    """Somebody at a keyboard; what they see is checked against what was found for the text before them."""

    session: Session
    oracle: Oracle
    offset: int = 0
    seen: Suggestion | None = None
    all_seen: set[str] = field(default_factory=set)

    @property
    def snapshot(self) -> Snapshot:
        return self.session.workspace.snapshot

    def put(self, uri: str, text: Text) -> None:
        before = self.snapshot.documents[uri]
        document = Document(uri=uri, language="plaintext", version=before.version + 1, text=text)
        self.session.workspace.put(document)
        learn.observe(before, document, self.session)
        follow.reconsider(uri, self.session)

    def types(self, letter: str) -> None:
        text = self.snapshot.documents[HERE].text
        self.put(HERE, text.replace(self.offset, self.offset, letter))
        self.offset += len(letter)

    def types_along(self, count: int) -> None:
        if self.seen is not None:
            self.types(self.seen.candidate.text[:count])

    def deletes(self, at: int) -> None:
        text = self.snapshot.documents[HERE].text
        at = min(at, len(text))
        self.put(HERE, text.replace(max(at - 1, 0), at, ""))
        self.offset = min(self.offset, len(self.snapshot.documents[HERE].text))

    def edits_there(self, letter: str) -> None:
        text = self.snapshot.documents[THERE].text
        self.put(THERE, text.replace(0, len(text), letter))

    def moves(self, to: int) -> None:
        self.offset = min(to, len(self.snapshot.documents[HERE].text))

    async def asks(self, patience: int | None) -> None:
        """Ask as an editor does: what is recalled at once, else a question, perhaps taken back after a while."""
        moment = Moment(snapshot=self.snapshot, uri=HERE, offset=self.offset, at=0.0)
        known = suggest.recall(moment, self.session)
        if known is not None:
            self.sees((known,), moment)
            return
        question = asyncio.create_task(follow.follow(moment, self.session))
        if patience is None:
            await question
        for _ in range(patience or 0):
            await asyncio.sleep(0.001)
        if question.done():
            self.sees(question.result(), moment)
        question.cancel()

    async def asks_and_edits(self, there: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Ask, and edit while the answer is on its way: an editor that takes nothing back."""
        moment = Moment(snapshot=self.snapshot, uri=HERE, offset=self.offset, at=0.0)
        question = asyncio.create_task(follow.follow(moment, self.session))
        await asyncio.sleep(0.001)
        (self.edits_there if there else self.types)("a")
        self.seen = None
        self.all_seen |= {each.decision.id for each in await question}

    def sees(self, shown: Sequence[Suggestion], moment: Moment) -> None:
        self.seen = shown[0] if shown else None
        for each in shown:
            self.all_seen.add(each.decision.id)
            (edit,) = each.candidate.edits
            assert edit.start == moment.offset
            assert each.candidate.versions[HERE] == moment.document.version
            others = str(moment.snapshot.documents[THERE].text)
            assert (apply(each.candidate.edits, moment.snapshot)[HERE], others) in self.oracle.led_to


@asynccontextmanager
async def person(folder: Path) -> AsyncIterator[Person]:
    oracle = Oracle()
    session = Session(
        settings=Settings(look_ahead="always"),
        client=cast("Any", Silent()),
        workspace=Workspace(),
        index=Index(folder / "index"),
        journal=Journal.open(folder / "journal.sqlite"),
        gate=cast("Any", Willing()),
        provider=cast("Any", oracle),
        embedded=cast("Any", oracle),
    )
    for uri in (HERE, THERE):
        session.workspace.put(Document(uri=uri, language="plaintext", version=1, text=Text.of("a\nb(\n")))
    yield Person(session, oracle)
    tasks = list(session.tasks.values())
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    session.journal.close()


places = st.integers(0, 8)
letters = st.sampled_from(LETTERS)
actions = st.one_of(
    st.sampled_from([None, None, 0, 1, 2]).map(lambda patience: ("asks", patience)),
    st.just(("asks", None)),
    st.booleans().map(lambda there: ("asks_and_edits", there)),
    st.integers(1, 3).map(lambda n: ("types_along", n)),
    letters.map(lambda letter: ("types", letter)),
    places.map(lambda n: ("deletes", n)),
    letters.map(lambda letter: ("edits_there", letter)),
    places.map(lambda n: ("moves", n)),
)


async def _live(folder: Path, done: Sequence[tuple[str, Any]]) -> None:
    async with person(folder) as somebody:
        for name, given_with in done:
            acted = getattr(somebody, name)(given_with)
            if acted is not None:
                await acted
        assert cast("Silent", somebody.session.client).shown == somebody.all_seen


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=st.lists(actions, min_size=3, max_size=25))
@example(done=[("asks_and_edits", False), ("asks_and_edits", False), ("moves", 0), ("asks", None)])
def test_what_is_shown_was_found_for_this_very_text(
    done: list[tuple[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    asyncio.run(_live(tmp_path_factory.mktemp("state"), done))


async def test_typing_along_is_answered_at_once_and_not_after_an_edit_elsewhere(tmp_path: Path) -> None:
    async with person(tmp_path) as somebody:
        while somebody.seen is None or len(somebody.seen.candidate.text) < 2:
            somebody.types("a")
            await somebody.asks(None)
        found = somebody.seen.candidate.text
        somebody.types_along(1)
        moment = Moment(snapshot=somebody.snapshot, uri=HERE, offset=somebody.offset, at=0.0)
        known = suggest.recall(moment, somebody.session)
        assert known is not None
        assert known.candidate.text == found[1:]
        somebody.edits_there("a")
        assert suggest.recall(moment, somebody.session) is None
