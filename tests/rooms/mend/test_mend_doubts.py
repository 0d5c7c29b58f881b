from __future__ import annotations

import pytest

from winnow.mend import doubts

BEFORE = "def count(items):\n    return len(items)\n"


@pytest.mark.parametrize("value", ["len(items) + 2", "len(items) - 1", "round(len(items), 1)"])
def test_an_answer_that_is_only_shifted_or_rounded_is_doubted(value: str) -> None:
    assert len(doubts(BEFORE, BEFORE.replace("len(items)", value))) == 1


@pytest.mark.parametrize("value", ["len(set(items))", "len(items) * 2", "sum(items) + 2", "len(items)"])
def test_an_answer_worked_out_otherwise_is_not(value: str) -> None:
    assert doubts(BEFORE, BEFORE.replace("len(items)", value)) == ()


def test_what_was_shifted_before_is_not_doubted_for_it() -> None:
    shifted = BEFORE.replace("len(items)", "len(items) + 1")
    assert doubts(shifted, shifted.replace("def count", "limit = 3\n\n\ndef count")) == ()


def test_another_name_in_a_shift_that_was_there_is_not_doubted() -> None:
    before = "def last(x, y):\n    if y % 2 == 0:\n        return y\n    return x - 1\n"
    assert doubts(before, before.replace("x - 1", "y - 1")) == ()


def test_a_shift_beside_one_that_was_there_is_doubted() -> None:
    before = "def count(n, items):\n    if n:\n        return n + 1\n    return len(items)\n"
    assert len(doubts(before, before.replace("len(items)", "len(items) + 1"))) == 1
