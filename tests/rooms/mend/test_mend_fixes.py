from __future__ import annotations

import pytest
from tests.rooms.mend.changes import (
    BETWEEN,
    CHECKED,
    POINT,
    POINT_TEST,
    READ,
    READ_TEST,
    SLUG,
    TABLE,
    handled,
    objected,
)

FIXES = {
    "a key whose value is worked out": (
        "def told(self):\n    return {'name': self.name}\n",
        "def told(self):\n    return {'name': self.name, 'email': self.email}\n",
        "KeyError: 'email'",
        "def test_f():\n    assert told(user).get('email') == 'a@b.c'\n",
    ),
    "an entry that is a name": (
        TABLE,
        TABLE.replace("circle}", "circle, 'square': square}"),
        "assert None == 4",
        "def test_f():\n    assert area('square') == 4\n",
    ),
    "an entry that is a function": (
        TABLE,
        TABLE.replace("circle}", "circle, 'square': lambda x: x * x}"),
        "assert None == 4",
        "def test_f():\n    assert area('square') == 4\n",
    ),
    "a corrected key": (
        "def rate(c):\n    return {'germny': 19}[c]\n",
        "def rate(c):\n    return {'germany': 19}[c]\n",
        "KeyError: 'germany'",
        "def test_f():\n    assert rate('germany') > 1\n",
    ),
    "a corrected word": (
        "def go(word):\n    return word == 'strat'\n",
        "def go(word):\n    return word == 'start'\n",
        "assert False",
        "def test_f():\n    assert go('start')\n",
    ),
    "one more vowel in a text": (
        "def vowel(c):\n    return c in 'aeio'\n",
        "def vowel(c):\n    return c in 'aeiou'\n",
        "assert False",
        "def test_f():\n    assert vowel('u')\n",
    ),
    "one more vowel in a list": (
        "def vowel(c):\n    return c in ['a', 'e', 'i', 'o']\n",
        "def vowel(c):\n    return c in ['a', 'e', 'i', 'o', 'u']\n",
        "assert False",
        "def test_f():\n    assert vowel('u')\n",
    ),
    "a number that is no argument": (
        "def after(m, y):\n    return m + 1, y\n",
        "def after(m, y):\n    if m == 12:\n        return 1, y + 1\n    return m + 1, y\n",
        "assert (13, 2024) == (1, 2025)",
        "def test_f():\n    assert after(month(date(2024)), 2024) == (1, 2025)\n\n\ndef test_g():\n    after(12, 1)\n",
    ),
    "a number that is a part of a text": (
        "def valid(s):\n    return True\n",
        "def valid(s):\n    return len(s) == 7\n",
        "assert True is False",
        "def test_f():\n    assert valid('A17') is False\n",
    ),
    "a number that is a part of another": (
        "def hours(day):\n    return 12\n",
        "def hours(day):\n    return 24\n",
        "assert 12 == 2 * 12",
        "def test_f():\n    assert hours(2024) == 2 * 12\n",
    ),
    "a value of another test": (
        "def hours(day):\n    return 12\n",
        "def hours(day):\n    if day == 2023:\n        return 24\n    return 12\n",
        "assert 12 == 13",
        "def test_f():\n    assert hours(7) == 13\n\n\ndef test_g():\n    assert hours(2023) == 24\n",
    ),
    "an error raised as another": (
        READ,
        handled("except Exception as e:\n        raise ConfigError(p) from e"),
        "",
        "",
    ),
    "an error raised again": (READ, handled("except BaseException:\n        p.close()\n        raise"), "", ""),
    "a fallback for a certain error": (READ, handled("except KeyError:\n        return 0"), "KeyError: 'a'", READ_TEST),
    "a module that need not be there": (
        "import yaml\n",
        "try:\n    import yaml\nexcept ImportError:\n    yaml = None\n",
        "ModuleNotFoundError: No module named 'yaml'",
        "",
    ),
    "a loop written shorter": (
        "def total(xs):\n    t = 0\n    for x in xs:\n        if x:\n            t = x\n    return t\n",
        "def total(xs):\n    return sum(xs)\n",
        "assert 3 == 6",
        "def test_f():\n    assert total([1, 2, 3]) == 6\n",
    ),
    "a loop written as a slice": (
        "def back(s):\n    out = ''\n    for c in s:\n        out += c\n        out = out.strip()\n    return out\n",
        "def back(s):\n    return s[::-1]\n",
        "assert 'ab' == 'ba'",
        "def test_f():\n    assert back('ab') == 'ba'\n",
    ),
    "conditions put together": (
        BETWEEN,
        "def between(n):\n    if n < 0 or n > 9:\n        raise ValueError(n)\n    return n\n",
        "",
        "",
    ),
    "unittest in a comment": (SLUG, SLUG.replace("def", "# see the unittest, or pytest\ndef"), "", ""),
    "unittest in a docstring": (SLUG, SLUG.replace("    return", "    'See unittest.'\n    return"), "", ""),
    "pytest as a word of a command": (SLUG, SLUG + "\n\nRUN = ['python', '-m', 'pytest']\n", "", ""),
    "a module that ends as a program": (
        SLUG,
        "import sys\n\n" + SLUG + "\n\nif __name__ == '__main__':\n    sys.exit(slug(''))\n",
        "",
        "",
    ),
    "an exit that the test asks for": (
        "def main():\n    return 2\n",
        "import sys\n\n\ndef main():\n    sys.exit(2)\n",
        "Failed: DID NOT RAISE <class 'SystemExit'>",
        "def test_f():\n    with pytest.raises(SystemExit):\n        main()\n",
    ),
    "several words": (
        "def sign(n):\n    sign = ''\n    return sign\n",
        "def sign(n):\n    if n < 0:\n        sign = 'minus'\n    else:\n        sign = 'plus'\n    return sign\n",
        "assert '' == 'plus'",
        "def test_f():\n    assert sign(3) == 'plus'\n",
    ),
    "a table of words": (
        "def day(n):\n    return n\n",
        "DAYS = ['Monday', 'Tuesday', 'Wednesday']\n\n\ndef day(n):\n    return DAYS[n]\n",
        "assert 1 == 'Tuesday'",
        "def test_f():\n    assert day(1) == 'Tuesday'\n",
    ),
    "a rate in a table": (
        "def rate(c):\n    return {'se': 52, 'de': 19}.get(c)\n",
        "def rate(c):\n    return {'se': 25, 'de': 19}.get(c)\n",
        "assert 52 == 25",
        "def test_f():\n    assert rate('se') == 25\n",
    ),
    "a constant of the module": (
        "SECONDS = 20\n\n\ndef patience():\n    return SECONDS\n",
        "SECONDS = 30\n\n\ndef patience():\n    return SECONDS\n",
        "assert 20 == 30",
        "def test_f():\n    assert patience() == 30\n",
    ),
    "a corrected answer": (
        "def greeting():\n    return 'helo world'\n",
        "def greeting():\n    return 'hello world'\n",
        "assert 'helo world' == 'hello world'",
        "def test_f():\n    assert greeting() == 'hello world'\n",
    ),
    "a limit": (
        "LIMIT = 3\n\n\ndef most(xs):\n    return min(len(xs), LIMIT)\n",
        "LIMIT = 4\n\n\ndef most(xs):\n    return min(len(xs), LIMIT)\n",
        "assert 3 == 4",
        "def test_f():\n    assert most([1, 2, 3, 4, 5]) == 4\n",
    ),
    "a start value": (
        "def f(xs):\n    r = 0\n    for x in xs:\n        r += x\n    return r\n",
        "def f(xs):\n    r = 3\n    for x in xs:\n        r += x\n    return r\n",
        "assert 0 == 3",
        "def test_f():\n    assert f([]) == 3\n",
    ),
    "a factor": (
        "def ml(litres):\n    return litres * 100\n",
        "def ml(litres):\n    return litres * 1000\n",
        "assert 100 == 1000",
        "def test_f():\n    assert ml(1) == 1000\n",
    ),
    "a message": (
        "def f(n):\n    return n\n",
        "def f(n):\n    if n < 0:\n        raise ValueError('too small')\n    return n\n",
        "Failed: DID NOT RAISE <class 'ValueError'>",
        "def test_f():\n    with pytest.raises(ValueError) as e:\n        f(-1)\n    assert str(e) == 'too small'\n",
    ),
    "comparison": (
        POINT,
        POINT + "\n    def __eq__(self, other):\n        return self.x == other.x\n",
        "",
        POINT_TEST,
    ),
    "comparison with what is no such thing": (
        POINT,
        POINT + "\n    def __eq__(self, other):\n        if not isinstance(other, Point):\n            return False\n"
        "        return self.x == other.x\n",
        "",
        POINT_TEST,
    ),
    "a rule said at once": (CHECKED, CHECKED.replace("n <= 0", "n < 0"), "ValueError: 0", ""),
    "a guard above": (CHECKED, CHECKED.replace("    if", "    if n == 0:\n        return 0\n    if"), "", ""),
}


@pytest.mark.parametrize(("before", "after", "message", "test"), FIXES.values(), ids=FIXES.keys())
def test_a_fix_is_not_objected_to(before: str, after: str, message: str, test: str) -> None:
    assert objected(before, after, message, test) == ""


SMALL_EDITS = [
    ("return x < y", "return x <= y"),
    ("return x", "return y"),
    ("return x + 1", "return x + 2"),
    ("return x + 1", "return x - 1"),
    ("return sum(range(x))", "return sum(range(x + 1))"),
    ("z = 3\n    return z * x", "z = 4\n    return z * x"),
    ("z = 3\n    return z", "z = 4\n    return z"),
    ("return min(x, 3)", "return min(x, 4)"),
    ("return x[3]", "return x[4]"),
]


@pytest.mark.parametrize(("before", "after"), SMALL_EDITS)
def test_a_small_edit_is_not_objected_to(before: str, after: str) -> None:
    test = "def test_f():\n    assert f(4, 4) == 4\n"
    assert objected(f"def f(x, y):\n    {before}\n", f"def f(x, y):\n    {after}\n", "assert 3 == 4", test) == ""
