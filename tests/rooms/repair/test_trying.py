"""What a candidate leaves broken is seen of methods as of functions."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from winnow.facts import Candidate, Document, Edit, Evidence, Origin, Outcome, Snapshot
from winnow.facts import TestOutcome as Ended
from winnow.facts import TestResult as Result
from winnow.mend import Suspect
from winnow.repair.trying import _left
from winnow.text import Text

URI, TESTS = "file:///shop/stock.py", "/shop/test_stock.py"
STOCK = (
    "class Stock:\n    def __init__(self, count):\n        self.count = count\n\n"
    "    def reserve(self, wanted):\n        return wanted < self.count\n\n\ndef near(one):\n    return one\n"
)


@pytest.mark.parametrize(
    ("edited", "asserted", "left"),
    [
        ("wanted <", "assert Stock(3).reserve(3)", True),
        ("= count", "assert Stock(3).count == 3", True),
        ("wanted <", "assert near(3)", False),
        ("return one", "assert Stock(3).reserve(3)", False),
        ("return one", "assert near(3)", True),
    ],
)
def test_a_test_that_still_fails_is_left_where_it_calls_what_is_edited(
    edited: str, asserted: str, *, left: bool
) -> None:
    start = STOCK.index(edited)
    candidate = Candidate(
        id="1",
        edits=(Edit(uri=URI, start=start, end=start + 1, text="x"),),
        versions={URI: 1},
        origin=Origin(provider="embedded", model="edit"),
    )
    failed = Result(test="t", outcome=Ended.FAILED, seconds=0.0, message="AssertionError", path=TESTS, line=1)
    document = Document(uri=URI, language="python", version=1, text=Text.of(STOCK))
    scene: Any = SimpleNamespace(
        failure=Result(test="other", outcome=Ended.FAILED, seconds=0.0),
        prover=SimpleNamespace(history=dict),
        subject=Suspect(path="/shop/stock.py", unit="far", score=1.0, start_line=0, end_line=1),
        snapshot=Snapshot(revision=1, documents={URI: document}),
        sources={TESTS: f"def test_it():\n    {asserted}\n"},
    )
    evidence = Evidence(parses=True, outcome=Outcome.PASSED, tests=(failed,), selected=1)
    assert bool(_left(candidate, evidence, scene)) is left
