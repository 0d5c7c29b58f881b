from __future__ import annotations

import ast
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.amend import CONFIDENCE
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
    "a keyword with a slip": ("fro x in y:\n    pass\n", "for x in y:\n    pass\n"),
    "three slips": ("def f(x)\n    if x = 1\n        return 2\n", "def f(x):\n    if x == 1:\n        return 2\n"),
    "a bracket and a colon at one place": ("if f(x\n    pass\n", "if f(x):\n    pass\n"),
    "a slip between umlauts": ("ä = 'ö'\r\nif ä = 'ö':\r\n    pass\r\n", "ä = 'ö'\r\nif ä == 'ö':\r\n    pass\r\n"),
}


@pytest.mark.parametrize(("broken", "meant"), SLIPS.values(), ids=SLIPS.keys())
def test_the_first_repair_of_a_common_slip_is_what_was_meant(broken: str, meant: str) -> None:
    first = next(syntax_fixes(broken, "k"))
    assert first.applied(broken, "k") == meant
    assert first.explanation
    assert 0 < first.weight <= 1


CLEAR = {
    "a value that a loop reads on": (
        "while line = f.readline():\n    g(line)\n",
        "while line := f.readline():\n    g(line)\n",
    ),
    "a value that is asked for": ("if m = re.match(p, s):\n    g(m)\n", "if m := re.match(p, s):\n    g(m)\n"),
    "a value that is compared": (
        "while line = f.readline() != '':\n    g(line)\n",
        "while (line := f.readline()) != '':\n    g(line)\n",
    ),
    "a value that is asked for, and more": (
        "if not m = re.match(p, s).group(1):\n    pass\n",
        "if not (m := re.match(p, s).group(1)):\n    pass\n",
    ),
    "a name of another function": (
        "def f(m):\n    return m\n\ndef g(s):\n    if m = h(s):\n        return m\n",
        "def f(m):\n    return m\n\ndef g(s):\n    if m := h(s):\n        return m\n",
    ),
    "a name that has a value": ("m = 1\nif m = f(2):\n    pass\n", "m = 1\nif m == f(2):\n    pass\n"),
    "a name that the module has below": (
        "def g(s):\n    if m = h(s):\n        return 1\n\nm = 2\n",
        "def g(s):\n    if m == h(s):\n        return 1\n\nm = 2\n",
    ),
    "two assignments as conditions": ("if x = 1 and y = 2:\n    z = 3\n", "if x == 1 and y == 2:\n    z = 3\n"),
    "an assignment behind a condition": ("if x = 1: y = 2\n", "if x == 1: y = 2\n"),
    "several exceptions with a name": (
        "try:\n    f()\nexcept KeyError, IndexError as e:\n    g()\n",
        "try:\n    f()\nexcept (KeyError, IndexError) as e:\n    g()\n",
    ),
    "a not of C": ("if !ok: raise ValueError('bad input!')\n", "if not ok: raise ValueError('bad input!')\n"),
    "an or of C": ("if re.match('x||y', s) || z:\n    pass\n", "if re.match('x||y', s) or z:\n    pass\n"),
    "an arrow that is none": (
        "if a => b and c == 'a => b':  # a => b\n    pass\n",
        "if a >= b and c == 'a => b':  # a => b\n    pass\n",
    ),
    "signs apart": ("if a > = b and c = = d:\n    pass\n", "if a >= b and c == d:\n    pass\n"),
    "a not and an and of C": ("if (!x && !y):\n    pass\n", "if (not x and not y):\n    pass\n"),
    "as with a slip": ("import numpy an np\n", "import numpy as np\n"),
    "a prompt that stays open": ("x = input('Name? )\n", "x = input('Name? ')\n"),
    "a bracket of print": ("print('Sum:', a + b\n", "print('Sum:', a + b)\n"),
    "a bracket behind a text": ("f('{}'.format(x)\n", "f('{}'.format(x))\n"),
    "a bracket of a loop": ("for i in range(0, 10:\n    pass\n", "for i in range(0, 10):\n    pass\n"),
    "a step of C": ("d['a++']++  # like C++\n", "d['a++'] += 1  # like C++\n"),
    "a function of JavaScript": ("function f(x):\n    return x\n", "def f(x):\n    return x\n"),
    "a loop of JavaScript": ("for x of xs:\n    pass\n", "for x in xs:\n    pass\n"),
    "typographic quotes": (
        'print(\u201cit\u2019s\u201d, \u2018a "b"\u2019)  # \u201cc\u201d\n',
        'print("it\u2019s", \'a "b"\')  # \u201cc\u201d\n',
    ),
    "a typographic quote at the end": ('print("a”)\n', 'print("a")\n'),
    "spaces that do not break": ("x\u00a0=\u00a0'a\u00a0b'\n", "x = 'a\u00a0b'\n"),
    "a stray backtick": ("x = 1`\n", "x = 1\n"),
    "a block of Markdown": ("```python\nx = '```'\n```\n", "x = '```'\n"),
    "a function without parentheses": ("def f:\n    return 1\n", "def f():\n    return 1\n"),
    "a method without parentheses": (
        "class A:\n    def f -> int:\n        return 1\n",
        "class A:\n    def f(self) -> int:\n        return 1\n",
    ),
    "a brace of an f-string": ("x = f'Hi {name'\n", "x = f'Hi {name}'\n"),
    "a brace behind a format": ("x = f'{a}: {b.c:>8.2f'\n", "x = f'{a}: {b.c:>8.2f}'\n"),
    "an open docstring": (
        'def f():\n    """Do it.\n    return 1\n\ndef g():\n    """That."""\n    return 2\n',
        'def f():\n    """Do it."""\n    return 1\n\ndef g():\n    """That."""\n    return 2\n',
    ),
    "a docstring one quote short": (
        'def f():\n    """Do it.""\n    return 1\n',
        'def f():\n    """Do it."""\n    return 1\n',
    ),
    "a colon missing after several lines": (
        "if (a and\n        b)  # why\n    x = 1\n",
        "if (a and\n        b):  # why\n    x = 1\n",
    ),
    "a colon missing after a signature": (
        "def f(a,\n      b) -> int\n    return a\n",
        "def f(a,\n      b) -> int:\n    return a\n",
    ),
    "a bracket open at the end": ("print(len(x)\ny = 2\n", "print(len(x))\ny = 2\n"),
    "a bracket open over lines": ("x = f(\n    a,\n    b\ny = 2\n", "x = f(\n    a,\n    b)\ny = 2\n"),
    "a bracket open behind a comma": ("x = [\n\t1,\n\t2,  # two\ny = 2\n", "x = [\n\t1,\n\t2,  # two\n]\ny = 2\n"),
    "a quote open at the end": ("x = d['key]\n", "x = d['key']\n"),
    "a quote missing at the beginning": ("x = d[key']\n", "x = d['key']\n"),
    "an apostrophe": ("print('it's')\n", 'print("it\'s")\n'),
    "return with a slip": ("def f(x):\n    retrun x\n", "def f(x):\n    return x\n"),
    "import with a slip": ("improt os\n", "import os\n"),
    "while with a slip": ("whlie x:\n    pass\n", "while x:\n    pass\n"),
    "else with a slip": ("if x:\n    pass\nesle:\n    pass\n", "if x:\n    pass\nelse:\n    pass\n"),
    "a keyword in capitals": ("If x:\n    pass\n", "if x:\n    pass\n"),
    "a bracket too many": ('print(f("hi")))\n', 'print(f("hi"))\n'),
    "a comma between arguments": ("f(a b)\n", "f(a, b)\n"),
    "a comma between pairs": ("x = {'a': 1 'b': 2}\n", "x = {'a': 1, 'b': 2}\n"),
    "a comma between texts, one a line": (
        "x = [\n    a,\n    b\n    'c',\n]\n",
        "x = [\n    a,\n    b,\n    'c',\n]\n",
    ),
    "a comma between names of a loop": ("for k v in d:\n    pass\n", "for k, v in d:\n    pass\n"),
    "a colon between key and value": ("x = {'a': 1, 'b' 2}\n", "x = {'a': 1, 'b': 2}\n"),
    "a body that tabs indent": (
        "def f():\n\tif x:\n\t\treturn 1\ndef g():\nreturn 2\n",
        "def f():\n\tif x:\n\t\treturn 1\ndef g():\n\treturn 2\n",
    ),
    "a body within tabs": ("def f():\n\tif x:\n\treturn 1\n", "def f():\n\tif x:\n\t\treturn 1\n"),
    "spaces among tabs": ("if x:\n\ty = 1\n        z = 2\n", "if x:\n\ty = 1\n\tz = 2\n"),
    "a body two deep": ("if x:\n  y = 1\ndef g():\nreturn 2\n", "if x:\n  y = 1\ndef g():\n  return 2\n"),
    "a body of several lines": ("def f(x):\ny = x\nreturn y\n", "def f(x):\n    y = x\n    return y\n"),
}
BEFORE_3_12 = {"quotes in the braces of an f-string": ("x = f'{d['a']} {e['b']}'\n", 'x = f\'{d["a"]} {e["b"]}\'\n')}
BEFORE_3_14 = {
    "several exceptions": (
        "try:\n    f()\nexcept KeyError, IndexError:\n    g()\n",
        "try:\n    f()\nexcept (KeyError, IndexError):\n    g()\n",
    ),
    "an exception of Python 2": ("try:\n    f()\nexcept E, e:\n    g()\n", "try:\n    f()\nexcept E as e:\n    g()\n"),
}
CLEAR |= (BEFORE_3_12 if sys.version_info < (3, 12) else {}) | (BEFORE_3_14 if sys.version_info < (3, 14) else {})


@pytest.mark.parametrize(("broken", "meant"), CLEAR.values(), ids=CLEAR.keys())
def test_what_can_hardly_mean_anything_else_is_repaired_for_certain(broken: str, meant: str) -> None:
    first = next(syntax_fixes(broken, "k"))
    assert first.applied(broken, "k") == meant
    assert first.explanation
    assert first.weight >= CONFIDENCE["high"]


DOUBTFUL = {
    "a missing operator": "if (x > 3 y < 4):\n    pass\n",
    "a missing operator in a loop": "while (a b):\n    pass\n",
    "a missing operator in a group": "t = (price quantity)\n",
    "a missing operator in a call": "f(x > 3 y < 4)\n",
    "a pair without a colon": "x = {'a' 1}\n",
    "a text beside a name": "greet('Hello ' + name '!')\n",
    "a missing dot": "f(self name)\n",
    "a type before a parameter": "def f(int x):\n    pass\n",
    "a value that a loop reads on or compares": "line = ''\nwhile line = f.readline():\n    pass\n",
    "a value to return": "def f(a, b):\n    return total = a + b\n",
    "an arrow": "if any(x => x > 1):\n    pass\n",
    "an exception or its name": "try:\n    f()\nexcept ValueError, E:\n    g()\n",
    "a command of a notebook": "!ls\n",
    "a bracket that may close in two places": "if f(x > 3:\n    pass\n",
    "a bracket that may close behind either": "x = f(a, g(b, c)\n",
    "a missing pair of brackets": "stop)\n",
    "a missing bracket between words": "def f(x):\n    return (lenx))\n",
    "a quote that may close in two places": "f('a, b)\n",
    "a brace that may close in two places": "x = f'{name is here'\n",
    "a bracket of a tuple or of a call": "def f(p):\n    return g(p), 'a', h('b'))\n",
    "a call without its bracket": "x = f['a', 'b'])\n",
    "a text of one quote or an empty one": "x = b'\n",
    "a body two steps deep, or a line one short": "def f():\n        x = 1\n    y = 2\n",
    "backticks around a name": "print(`x`)\n",
    "a word that has a value": "retrun = 1\nretrun x\n",
    "a block of one line or of several": "if x:\ny = 1\nz = 2\n",
    "a print that keeps the line open": "print 'a',\n",
}


@pytest.mark.parametrize("broken", DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_what_may_mean_something_else_is_not_repaired_for_certain(broken: str) -> None:
    assert not [fix.title for fix in syntax_fixes(broken, "k") if fix.weight >= CONFIDENCE["high"]]


def test_a_slip_in_a_long_text_is_found_by_reading_what_stands_around_it() -> None:
    above = "".join(f"@wrapped\ndef f{number}(x):\n    return x\n\n\n" for number in range(50))
    broken = f"{above}def g(x):\r\n    retrun f1(x))\r\n{above}"
    first = next(syntax_fixes(broken, "k"))
    assert first.applied(broken, "k") == f"{above}def g(x):\r\n    return f1(x)\r\n{above}"


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
