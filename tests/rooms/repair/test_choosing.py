"""Half a fix is no rival of a whole one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from winnow.facts import Candidate, Edit, Evidence, Origin, Outcome
from winnow.facts import TestOutcome as Ended
from winnow.facts import TestResult as Result
from winnow.repair import choosing
from winnow.repair.trying import Tried

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    survivors: Sequence[Tried], compared: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Sequence[Tried]] = []

    async def no_inputs(_scene: object) -> tuple[str, ...]:
        return ()

    def judged(judged: Sequence[Tried], *_: object, **__: object) -> choosing.Choice:
        seen.append(judged)
        return choosing.Choice()

    monkeypatch.setattr(choosing, "_inputs", no_inputs)
    monkeypatch.setattr(choosing, "_judged", judged)
    monkeypatch.setattr(choosing, "must_leave_alone", lambda *_: False)
    search: Any = SimpleNamespace(survivors=list(survivors), scene=None)
    await choosing.choose(search)
    assert [each.title for each in seen[0]] == compared
