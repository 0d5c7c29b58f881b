"""What a test failed on is traced to the call that answered it, and no further."""

from __future__ import annotations

import pytest

from winnow.repair.calling import answers_for

MARK = "  # here"


@pytest.mark.parametrize(
    ("body", "answers"),
    [
        ("assert near(3)  # here", True),
        ("assert shop.near(3)  # here", True),
        ("found = near(3)\n    assert found  # here", True),
        ("found: bool = near(3)\n    assert found  # here", True),
        ("found, other = near(3), 1\n    assert not found  # here", True),
        ("for each in near(3):\n        found = near(each)\n        assert found  # here", True),
        ("with pytest.raises(ValueError):  # here\n        near(3)", True),
        ("near(3)\n    found = far(3)\n    assert found  # here", False),
        ("found = near(3)\n    other = far(found)\n    assert other  # here", False),
        ("assert found  # here\n    found = near(3)", False),
        ("assert nearly(3)  # here", False),
        ("near(3)\n    assert broken(  # here", False),
        ("near(3)\n\n# here", False),
    ],
)
def test_a_line_is_about_a_call_that_it_makes_or_whose_answer_it_uses(body: str, *, answers: bool) -> None:
    text = f"import shop\n\n\ndef test_near():\n    {body}\n"
    line = next(number for number, each in enumerate(text.split("\n")) if MARK.strip() in each)
    assert answers_for("near", text, line) is answers


def test_the_head_of_a_test_is_about_nothing() -> None:
    assert not answers_for("near", "def test_near():\n    assert near(3)\n", 0)
