"""Programs to change, and what is said of a change of one."""

from __future__ import annotations

from winnow import facts
from winnow.mend import objections

SLUG = "def slug(s):\n    return s.lower()\n"
SLUG_TEST = "def test_f():\n    assert slug('Hello World') == 'hello-world'\n"
FACT = "def fact(n):\n    r = 1\n    for i in range(2, n):\n        r *= i\n    return r\n"
FACT_TEST = "def test_f():\n    assert fact(5) == 120\n"
CHECKED = "def root(n):\n    if n <= 0:\n        raise ValueError(n)\n    return n ** 0.5\n"
READ = "def read(p):\n    return load(p)\n"
READ_TEST = "def test_f():\n    assert read('a') is None\n"
PARSE = "def parse(s):\n    y = int(s)\n    return y or 7\n"
PARSE_TEST = "def test_f():\n    assert parse('x') == 7\n"
TABLE = "def area(kind):\n    return {'a': 1, 'b': circle}.get(kind)\n"
POINT = "class Point:\n    def __init__(self, x):\n        self.x = x\n"
POINT_TEST = "def test_f():\n    assert Point(1) == Point(1)\n"
VALUE_ERROR = "ValueError: invalid literal for int() with base 10: 'x'"
BETWEEN = """
def between(n):
    if n < 0:
        raise ValueError(n)
    if n > 9:
        raise ValueError(n)
    return n
"""


def handled(handler: str, body: str = "return load(p)") -> str:
    return f"def read(p):\n    try:\n        {body}\n    {handler}\n"


def objected(before: str, after: str, message: str = "", test: str = "", *, of_tests: bool = False) -> str:
    failure = facts.TestResult(
        test="test_a.py::test_f", outcome=facts.TestOutcome.FAILED, seconds=0.0, message=message or "assert 0"
    )
    return " ".join(objections(before, after, [failure], of_tests=of_tests, tests=[test] if test else []))
