"""Which survivors are compared: half a fix is no rival of a whole one, and what takes too long waits in vain."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from winnow.facts import Candidate, Edit, Evidence, Origin, Outcome
from winnow.facts import TestOutcome as Ended
from winnow.facts import TestResult as Result
from winnow.mend import Suspect
from winnow.proof import Sight
from winnow.repair import choosing
from winnow.repair.trying import Tried

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from winnow.proof import Question

URI = "file:///a.py"


def tried(title: str, passed: str, failed: str = "", weight: float = 0.1) -> Tried:
    candidate = Candidate(
        id=title,
        edits=(Edit(uri=URI, start=0, end=1, text=title),),
        versions={URI: 1},
        origin=Origin(provider="embedded", model="edit"),
        title=title,
    )
    ended = [(name, Ended.PASSED) for name in passed] + [(name, Ended.FAILED) for name in failed]
    results = tuple(Result(test=name, outcome=outcome, seconds=0.0) for name, outcome in ended)
    evidence = Evidence(parses=True, outcome=Outcome.PASSED, tests=results, selected=len(results))
    return Tried(candidate=candidate, weight=weight, evidence=evidence, green=True)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[Tried]]:
    """What was left to judge."""
    seen: list[Sequence[Tried]] = []

    def judged(judged: Sequence[Tried], *_: object, **__: object) -> choosing.Choice:
        seen.append(judged)
        return choosing.Choice()

    monkeypatch.setattr(choosing, "_judged", judged)
    monkeypatch.setattr(choosing, "must_leave_alone", lambda *_: False)
    return seen


@pytest.mark.parametrize(
    ("survivors", "compared"),
    [
        ([tried("half", "a", "bc", weight=0.3), tried("whole", "abc")], ["whole"]),
        ([tried("one", "ab"), tried("other", "ab")], ["one", "other"]),
        ([tried("one", "ab", "c"), tried("other", "ac", "b")], ["one", "other"]),
        ([tried("of fewer tests", "a"), tried("of more", "abc")], ["of fewer tests", "of more"]),
    ],
    ids=["half a fix", "both whole", "two halves", "tests that only one reaches"],
)
async def test_what_another_surpasses_on_the_same_tests_is_not_compared(
    survivors: Sequence[Tried],
    compared: Sequence[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choice = await choose_uncompared(survivors, {}, monkeypatch)
    assert {each.title for each in choice.fixes} == set(compared)


async def choose_uncompared(
    survivors: Sequence[Tried], doubts: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> choosing.Choice:
    """What is chosen where nobody can say how the survivors behave; what is doubted of some, by title."""

    async def no_inputs(*_: object) -> tuple[str, ...]:
        return ()

    def doubt(group: Sequence[Tried], *_: object, **__: object) -> str:
        (alone,) = group
        return doubts.get(alone.title, "")

    monkeypatch.setattr(choosing, "_inputs", no_inputs)
    monkeypatch.setattr(choosing, "doubt", doubt)
    monkeypatch.setattr(choosing, "must_leave_alone", lambda *_: False)
    search: Any = SimpleNamespace(survivors=list(survivors), scene=None)
    return await choosing.choose(search)


async def test_what_cannot_be_compared_lends_no_other_belief(monkeypatch: pytest.MonkeyPatch) -> None:
    survivors = [tried("one", "ab", weight=0.2), tried("other", "ab")]
    choice = await choose_uncompared(survivors, {"one": "Too few tests."}, monkeypatch)
    assert ([each.title for each in choice.fixes], choice.doubtful) == (["other"], ())
    choice = await choose_uncompared(survivors, {"one": "Too few tests.", "other": "Too late."}, monkeypatch)
    assert (choice.fixes, len(choice.doubtful), choice.because) == ((), 2, "Too few tests.")


@pytest.mark.parametrize(
    ("arguments", "call"),
    [("(3,)", "norm(3)"), ("((3, 4),)", "norm((3, 4))"), ("((),)", "norm(())"), ("(1, 'a')", "norm(1, 'a')"),
     ("()", "norm()"), ("(')',)", "norm(')')")],
)  # fmt: skip
def test_the_question_names_the_call_as_one_would_write_it(arguments: str, call: str) -> None:
    scene: Any = SimpleNamespace(subject=SimpleNamespace(unit="norm"))
    choice = choosing._ambiguous((("6",), [tried("a", "a")]), (("9",), [tried("b", "a")]), [arguments], scene)
    assert choice is not None
    assert choice.call == call


async def test_what_there_is_no_time_to_compare_is_left_out(
    seen: list[Sequence[Tried]], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def two_inputs(*_: object) -> tuple[str, ...]:
        return ("(1,)", "(2,)")

    async def behaviour(tried: Tried, *_: object) -> tuple[str, ...]:
        await asyncio.sleep(60 if tried.title == "slow" else 0)
        return ("1", "2")

    monkeypatch.setattr(choosing, "_inputs", two_inputs)
    monkeypatch.setattr(choosing, "_behaviour", behaviour)
    monkeypatch.setattr(choosing, "SECONDS", 0.1)
    survivors = [tried("slow", "a", weight=0.2), tried("first", "a", weight=0.9), tried("second", "a", weight=0.4)]
    search: Any = SimpleNamespace(survivors=survivors, scene=None)
    await choosing.choose(search)
    assert [each.title for each in seen[0]] == ["first", "second"]


async def test_an_endless_test_is_looked_at_with_the_likeliest_candidate_and_spared_without_one(
    seen: list[Sequence[Tried]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the program as it stands it would take all the time that there is."""
    looks: list[tuple[str, tuple[str, ...]]] = []

    async def look(question: Question, _snapshot: object, _seconds: float, candidate: Candidate | None) -> Sight:
        looks.append((candidate.title if candidate else "", question.tests))
        return Sight(behaviour=("6",) * len(question.inputs)) if question.inputs else Sight(calls=("(3,)",))

    monkeypatch.setattr(choosing, "must_leave_alone", lambda *_: True)
    failure = Result(test="endless", outcome=Ended.UNFINISHED, seconds=10.0)
    quick = Result(test="quick", outcome=Ended.PASSED, seconds=0.0)
    places = [("/a.py", "steps")]
    scene = SimpleNamespace(
        failure=failure,
        folder=SimpleNamespace(key=str),
        subject=Suspect(path="/a.py", unit="steps", score=1.0, start_line=0, end_line=3),
        snapshot=None,
        session=SimpleNamespace(findings={quick.test: SimpleNamespace(result=quick)}),
        prover=SimpleNamespace(reached=lambda: {"endless": places, "quick": places}, look=look),
    )
    search: Any = SimpleNamespace(survivors=[tried("one", "ab"), tried("likelier", "ab", weight=0.9)], scene=scene)
    await choosing.choose(search)
    assert looks == [
        ("likelier", ("endless", "quick")), ("likelier", ("endless",)), ("one", ("endless",)), ("", ("quick",)),
    ]  # fmt: skip
    assert len(seen[0]) == len(search.survivors)
