"""What a person did with a suggestion, inferred from what the text became."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import AsyncMock

import pytest

from winnow import learn
from winnow.commands.mending import Silence
from winnow.context import gather
from winnow.facts import (
    Candidate,
    Decision,
    Document,
    Edit,
    Evidence,
    Fate,
    Moment,
    Origin,
    Outcome,
    Reason,
    Suggestion,
)
from winnow.gate import Gate
from winnow.journal import Journal, shipped_prior
from winnow.session import Session, Showing
from winnow.settings import Settings
from winnow.text import Text
from winnow.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

URI = "file:///shop/stock.py"
BEFORE = "total = price"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    rest: Any = None
    journal = Journal.open(tmp_path / "journal.sqlite")
    yield Session(
        settings=Settings(),
        client=Silence(),
        workspace=Workspace(),
        journal=journal,
        gate=Gate.of(shipped_prior()),
        index=rest,
        provider=rest,
        embedded=rest,
    )
    journal.close()


@pytest.fixture
def person(session: Session) -> Callable[[str, list[str]], list[Fate]]:
    """Shows a suggestion, makes the text behind it these one after the other, and tells what was learned."""

    def sees(suggested: str, become: list[str]) -> list[Fate]:
        here = _document(BEFORE, 1)
        session.workspace.put(here)
        _show(suggested, session)
        for version, text in enumerate(become, 2):
            after = _document(BEFORE + text, version)
            session.workspace.put(after)
            learn.observe(here, after, session)
            here = after
        return [each.fate for each in session.journal.decisions(1)[0].fates]

    return sees


def _document(text: str, version: int) -> Document:
    return Document(uri=URI, language="text", version=version, text=Text.of(text))


def _window(state: Path) -> Session:
    """A session of another window, on the same journal."""
    journal = Journal.open(state / "journal.sqlite")
    workspace = Workspace()
    workspace.put(_document(BEFORE, 1))
    rest: Any = SimpleNamespace(close=AsyncMock())
    gate = Gate.of(shipped_prior(), journal.person())
    return Session(
        settings=Settings(),
        client=Silence(),
        workspace=workspace,
        journal=journal,
        gate=gate,
        index=rest,
        provider=rest,
        embedded=rest,
    )


def _show(text: str, session: Session, identity: str = "c1") -> None:
    snapshot = session.workspace.snapshot
    candidate = Candidate(
        id=identity,
        edits=(Edit(uri=URI, start=len(BEFORE), end=len(BEFORE), text=text),),
        versions={URI: 1},
        origin=Origin(provider="replay", model="m"),
    )
    evidence = Evidence(parses=True, outcome=Outcome.UNREACHED)
    decision = Decision(
        id="d1",
        at=1.0,
        uri=URI,
        language="text",
        kind="completion",
        reason=Reason.SHOWN,
        detail="",
        candidate=candidate,
        evidence=evidence,
    )
    session.journal.append(decision)
    context = gather(Moment(snapshot=snapshot, uri=URI, offset=len(BEFORE), at=1.0))
    offer = Suggestion(candidate=candidate, evidence=evidence, decision=decision)
    session.showings.append(Showing(suggestion=offer, snapshot=snapshot, context=context))
    opinion = session.gate.judge(context, candidate, evidence, 1.0)
    session.gate = session.gate.shown(candidate, context, opinion, 1.0)


@pytest.mark.parametrize(
    ("suggested", "become"),
    [
        (" * 2 + fee", [" ", " *", " * ", " * 2"]),
        ("(items, tax)", ["()", "(i)", "(it)"]),  # the editor closes the bracket
        (":\n    return price", [":", ":\n    ", ":\n    r"]),  # the editor indents the new line
        (" * 2 + fee", [" *", " ", " *"]),  # taken back, and typed again
    ],
    ids=["keys", "a closed bracket", "an indented line", "a deletion"],
)
async def test_what_was_typed_was_not_accepted_in_part(
    person: Callable[[str, list[str]], list[Fate]], suggested: str, become: list[str]
) -> None:
    assert person(suggested, become) == []


@pytest.mark.parametrize("become", [[" * 2"], [" * 2", " * 2 + fee"], [" ", " * 2", " * 2 "]])
async def test_a_part_that_came_at_once_was_accepted(
    person: Callable[[str, list[str]], list[Fate]], become: list[str]
) -> None:
    assert person(" * 2 + fee + tax", become) == [Fate.PARTLY]


async def test_a_part_is_learned_once_whoever_tells_first(
    session: Session, person: Callable[[str, list[str]], list[Fate]]
) -> None:
    assert person(" * 2 + fee", [" * 2"]) == [Fate.PARTLY]
    learn.accept_part("c1", 4, session)
    assert [each.fate for each in session.journal.decisions(1)[0].fates] == [Fate.PARTLY]


async def test_an_idle_window_leaves_what_another_learned(
    session: Session, person: Callable[[str, list[str]], list[Fate]], tmp_path: Path
) -> None:
    idle = _window(tmp_path)
    person(" * 2", [" +"])
    learned = session.journal.person()
    await idle.close()
    assert learned == session.journal.person() == session.gate.person()
    assert learned["observed"] == 1


async def test_what_two_windows_learn_and_the_keys_typed_in_them_add_up(
    session: Session, person: Callable[[str, list[str]], list[Fate]], tmp_path: Path
) -> None:
    other = _window(tmp_path)
    other.gate = other.gate.typed(1.0).typed(2.0)
    person(" * 2", [" +"])
    alone = session.gate.person()
    _show(" * 2", other, "c2")
    learn.dismiss("c2", other)
    other.gate = other.gate.typed(3.0)
    await other.close()
    both = session.journal.person()
    assert both is not None
    assert (alone["observed"], both["observed"]) == (1, 2)
    assert (alone["keystrokes"], both["keystrokes"]) == (1, 4)
    assert both["corrections"]["bias"][0] < alone["corrections"]["bias"][0] < 0


async def test_what_was_forgotten_on_request_stays_forgotten(
    session: Session, person: Callable[[str, list[str]], list[Fate]]
) -> None:
    person(" * 2", [" +"])
    session.journal.save_person(Gate.of(shipped_prior()).person())
    _show(" * 2", session, "c2")
    learn.dismiss("c2", session)
    stored = session.journal.person()
    assert stored is not None
    assert stored["observed"] == 1


async def test_another_text_dismisses(person: Callable[[str, list[str]], list[Fate]]) -> None:
    assert person(" * 2", [" +"]) == [Fate.DISMISSED]
