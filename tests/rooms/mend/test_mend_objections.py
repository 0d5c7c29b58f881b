from __future__ import annotations

import pytest

from winnow import facts
from winnow.mend import objections

FAILURE = facts.TestResult(
    test="test_a.py::test_tax",
    outcome=facts.TestOutcome.FAILED,
    seconds=0.0,
    message="assert 0 == 190\n + where tax(1000)",
)
BEFORE = """
def tax(amount):
    if amount < 0:
        raise ValueError(amount)
    rate = 0.19
    result = amount + rate
    return result
"""


def objected(before: str, after: str, *, of_tests: bool = False) -> str:
    return " ".join(objections(before, after, [FAILURE], of_tests=of_tests))


def test_nothing_speaks_against_a_plain_fix() -> None:
    assert objections(BEFORE, BEFORE.replace("amount + rate", "amount * rate"), [FAILURE]) == ()


TRICKS = {
    "special case": (
        BEFORE.replace("    rate", "    if amount == 1000:\n        return 19\n    rate", 1),
        "asks for 1000",
    ),
    "table of answers": (BEFORE.replace("    rate", "    x = {1000: 19}\n    rate", 1), "asks for 1000"),
    "literal answer": (BEFORE.replace("return result", "return 190"), "returns 190"),
    "literal answer where it is asked for": (
        BEFORE.replace("return result", "return 190 if amount > 1 else result"),
        "returns 190",
    ),
    "validation removed": (BEFORE.replace("raise ValueError(amount)", "amount = 0"), "no longer raises"),
    "body gone": ("\ndef tax(amount):\n    return amount\n", "deletes most"),
    "function gone": ("\ntax = abs\n", "removes `tax`"),
    "exception swallowed": (
        BEFORE.replace("    return result", "    try:\n        return result\n    except Exception:\n        return 0"),
        "swallows",
    ),
    "looks for tests": (BEFORE.replace("rate = 0.19", "rate = 'PYTEST_CURRENT_TEST' in os.environ"), "being tested"),
    "does not parse": ("def tax(:", "does not parse"),
}


@pytest.mark.parametrize(("after", "says"), TRICKS.values(), ids=TRICKS.keys())
def test_a_trick_is_told_from_a_fix(after: str, says: str) -> None:
    assert says in objected(BEFORE, after)


def test_an_assertion_of_a_test_may_not_be_weakened() -> None:
    before = "def test_tax():\n    assert tax(1000) == 190\n"
    assert "assertion" in objected(before, before.replace("190", "0"), of_tests=True)
    assert "skips" in objected(before, "import pytest\n@pytest.mark.skip\n" + before, of_tests=True)


def test_a_step_left_out_is_seen_and_an_added_guard_is_welcome() -> None:
    loop = "def f(xs):\n    out = []\n    for x in xs:\n        out.append(x)\n        out.sort()\n    return out\n"
    assert "leaves out" in objected(loop, loop.replace("out.sort()", "pass"))
    assert objected(loop, loop.replace("    out = []", "    if not xs:\n        return []\n    out = []")) == ""


def test_a_function_that_chooses_among_words_may_answer_with_the_one_that_is_expected() -> None:
    said = facts.TestResult(
        test="test_a.py::test_even", outcome=facts.TestOutcome.FAILED, seconds=0.0, message="assert None == 'NO'"
    )
    empty = "def even(n):\n    pass\n"
    words = (
        "def even(n):\n    def halves(n):\n        return True if n % 2 == 0 else False\n\n"
        "    return 'YES' if halves(n) else 'NO'\n"
    )
    assert objections(empty, words, [said]) == ()
    assert "returns 'NO'" in " ".join(objections(empty, "def even(n):\n    return 'NO'\n", [said]))
