from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.mend import syntax_fixes

SLIPS = {
    "a missing colon": ("def f(x)\n    return x\n", "def f(x):\n    return x\n"),
    "a colon missing before a comment": ("if 1  # why\n    x = 1\n", "if 1:  # why\n    x = 1\n"),
    "an open bracket": ("def f(x):\n    return (x + 1\n\ny = 2\n", "def f(x):\n    return (x + 1)\n\ny = 2\n"),
    "an open bracket before a colon": ("if len(x:\n    pass\n", "if len(x):\n    pass\n"),
    "a stray bracket": ("x = (1 + 2))\n", "x = (1 + 2)\n"),
    "the wrong bracket": ("x = [1, 2)\n", "x = [1, 2]\n"),
    "an assignment as condition": ("if x = 1:\n    pass\n", "if x == 1:\n    pass\n"),
    "a print statement": ("def f():\n    print 'hi', 3\n", "def f():\n    print('hi', 3)\n"),
    "else if": ("if x:\n    pass\nelse if y:\n    pass\n", "if x:\n    pass\nelif y:\n    pass\n"),
    "an open quote": ("print('abc)\n", "print('abc')\n"),
    "a missing comma": ("x = [1, 2 3]\n", "x = [1, 2, 3]\n"),
    "a comma missing at a line's end": ('x = {\n    "a": 1\n    "b": 2,\n}\n', 'x = {\n    "a": 1,\n    "b": 2,\n}\n'),
    "a body not indented": ("def f():\nreturn 1\n", "def f():\n    return 1\n"),
    "a line too deep": ("x = 1\n  y = 2\n", "x = 1\ny = 2\n"),
    "an operator of C": ("if a && b:\n    pass\n", "if a and b:\n    pass\n"),
    "an exception of Python 2": ("try:\n    f()\nexcept E, e:\n    g()\n", "try:\n    f()\nexcept E as e:\n    g()\n"),
    "a keyword with a slip": ("fro x in y:\n    pass\n", "for x in y:\n    pass\n"),
    "three slips": ("def f(x)\n    if x = 1\n        return 2\n", "def f(x):\n    if x == 1:\n        return 2\n"),
    "a slip between umlauts": ("ä = 'ö'\r\nif ä = 'ö':\r\n    pass\r\n", "ä = 'ö'\r\nif ä == 'ö':\r\n    pass\r\n"),
}


@pytest.mark.parametrize(("broken", "meant"), SLIPS.values(), ids=SLIPS.keys())
def test_the_first_repair_of_a_common_slip_is_what_was_meant(broken: str, meant: str) -> None:
    first = next(syntax_fixes(broken, "k"))
    assert first.applied(broken, "k") == meant
    assert first.explanation
    assert 0 < first.weight <= 1


def test_there_is_nothing_to_repair_in_text_that_parses_or_that_nobody_understands() -> None:
    assert not list(syntax_fixes("x = 1\n"))
    assert not list(syntax_fixes("this is no python at all\n"))
    assert not list(syntax_fixes("x = 1\0\n"))


WHOLE = "def f(a, b):\n    if a == [1, (2)]:\n        print('x', b)\n    return {'k': a[0]}\n"


@given(st.integers(0, len(WHOLE) - 1), st.sampled_from(["", "(", ")", "'", ":", " ", "=", "]", "\n", "\t"]))
@settings(max_examples=150, deadline=None)
def test_whatever_is_proposed_parses(place: int, letter: str) -> None:
    broken = WHOLE[:place] + letter + WHOLE[place + 1 :]
    for fix in syntax_fixes(broken, "k"):
        ast.parse(fix.applied(broken, "k"))
