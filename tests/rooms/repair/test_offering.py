"""What a search found is decided on whole: what stands in the menu as shown, the rest as withheld, and why."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from winnow.commands.mending import Silence
from winnow.facts import (
    Candidate,
    Document,
    Edit,
    Evidence,
    Origin,
    Outcome,
    Reason,
    TestOutcome,
    TestResult,
)
from winnow.findings import Ambiguity
from winnow.journal import Journal
from winnow.repair.choosing import Choice
from winnow.repair.offering import OFFERED, offer
from winnow.repair.trying import Tried
from winnow.session import Folder, Session
from winnow.settings import Settings
from winnow.text import Text
from winnow.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

URI = "file:///shop/cart.py"
FAILURE = TestResult(test="test_cart.py::test_total", outcome=TestOutcome.FAILED, seconds=0.1)


def proven(number: int, *also: str) -> Tried:
    """A fix that mends the failing test, and others."""
    candidate = Candidate(
        id=str(number),
        edits=(Edit(uri=URI, start=0, end=1, text=str(number)),),
        versions={URI: 1},
        origin=Origin(provider="embedded", model="number"),
        title=f"write {number}",
    )
    passed = tuple(TestResult(test=test, outcome=TestOutcome.PASSED, seconds=0.0) for test in (FAILURE.test, *also))
    evidence = Evidence(parses=True, outcome=Outcome.PASSED, tests=passed)
    return Tried(candidate=candidate, weight=0.1, evidence=evidence, green=True)


def offered(choice: Choice, survivors: list[Tried], tmp_path: Path, *failing: str) -> Session:
    """The session once a choice was offered for the failing test, while others fail, too."""
    rest: Any = None
    session = Session(
        settings=Settings(),
        client=Silence(),
        workspace=Workspace(),
        journal=Journal.open(tmp_path / "journal.sqlite"),
        index=rest,
        gate=rest,
        provider=rest,
        embedded=rest,
    )
    session.workspace.put(Document(uri=URI, language="python", version=1, text=Text.of("0\n")))
    folder = Folder(path="/shop", prover=None, settings=Settings())
    scene: Any = SimpleNamespace(
        session=session,
        folder=folder,
        failure=FAILURE,
        key=folder.key(FAILURE.test),
        snapshot=session.workspace.snapshot,
        subject=None,
    )
    for test in (FAILURE.test, *failing):
        session.note(folder.key(test), replace(FAILURE, test=test))
    search: Any = SimpleNamespace(scene=scene, tried=survivors, survivors=survivors, undone=None)
    offer(choice, search)
    return session


def decided(choice: Choice, survivors: list[Tried], tmp_path: Path) -> dict[str, tuple[Reason, str]]:
    """What the journal says of each candidate once a choice has been offered."""
    session = offered(choice, survivors, tmp_path)
    rows = session.journal.decisions(100)
    session.journal.close()
    return {
        row.decision.candidate.id: (row.decision.reason, row.decision.detail) for row in rows if row.decision.candidate
    }


def test_what_does_not_fit_into_the_menu_is_withheld_and_says_so(tmp_path: Path) -> None:
    found = [proven(number) for number in range(OFFERED + 3)]
    reasons = decided(Choice(fixes=tuple(found[:-1])), found, tmp_path)
    assert [reasons[each.candidate.id][0] for each in found] == [*[Reason.SHOWN] * OFFERED, *[Reason.UNLIKELY] * 3]
    assert reasons[found[-1].candidate.id][1] == "Likelier ones pass as well."


def test_what_could_not_be_compared_in_time_is_withheld_and_says_so(tmp_path: Path) -> None:
    assert decided(Choice(), [proven(1)], tmp_path) == {"1": (Reason.UNLIKELY, "It was not compared in time.")}


def test_a_fix_stands_at_the_tests_that_it_mends_alone(tmp_path: Path) -> None:
    found = [proven(1, "test_cart.py::test_tax"), proven(2)]
    session = offered(Choice(fixes=tuple(found)), found, tmp_path, "test_cart.py::test_tax", "test_cart.py::test_name")
    session.journal.close()
    titles = {
        key.test.partition("::")[2]: [fix.suggestion.candidate.id for fix in finding.fixes]
        for key, finding in session.findings.items()
    }
    assert titles == {"test_total": ["1", "2"], "test_tax": ["1"], "test_name": []}


def test_a_fix_and_a_question_stand_while_the_text_does_that_they_were_proven_on(tmp_path: Path) -> None:
    one, other = proven(1), proven(2)
    session = offered(Choice(fixes=(one, other)), [one, other], tmp_path)
    (key,) = session.findings
    answers = tuple((str(number), fix) for number, fix in enumerate(session.standing_fixes(key)))
    assert len(answers) == 2
    question = Ambiguity(path="/shop/cart.py", unit="total", call="total(3)", answers=answers)
    assert all(map(session.stands, question.fixes))
    session.workspace.put(Document(uri=URI, language="python", version=2, text=Text.of("0\n\n1\n")))
    session.journal.close()
    assert session.standing_fixes(key) == ()
    assert not any(map(session.stands, question.fixes))
