"""What a person did with a suggestion, inferred from what the text became."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


def _show(text: str, session: Session) -> None:
    snapshot = session.workspace.snapshot
    candidate = Candidate(
        id="c1",
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


async def test_another_text_dismisses(person: Callable[[str, list[str]], list[Fate]]) -> None:
    assert person(" * 2", [" +"]) == [Fate.DISMISSED]
