"""The rules of tidying, each with the case that made it needed, and what holds for any answer."""

from __future__ import annotations

from functools import partial
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.facts import Document
from winnow.llm import Answer, tidy
from winnow.llm.shape import shape_of
from winnow.text import Text
from winnow.workspace import Syntax, syntax_of

from .conftest import Make, context_of

known = syntax_of("python")
assert known is not None
PYTHON: Syntax = known
numbers = count()


def problems(file: str) -> int:
    """How many places of a file do not parse, read from scratch."""
    uri = f"file:///{next(numbers)}.py"
    return len(PYTHON.problems(Document(uri=uri, language="python", version=1, text=Text.of(file))))


def left_of(source: str, answer: str, *, finished: str = "stop", multiline: bool | None = None) -> str | None:
    """The file after what tidying leaves of an answer, None when it leaves nothing."""
    context = context_of(source, uri=f"file:///{next(numbers)}.py")
    candidate = tidy(
        Answer(text=answer, finished=finished),
        context,
        partial(PYTHON.problems_with, context.moment.document),
        multiline=multiline,
    )
    if candidate is None:
        return None
    file, (edit,) = str(context.moment.document.text), candidate.edits
    return file[: edit.start] + edit.text + file[edit.end :]


CASES = {
    "the rest of a line": ("x = <CURSOR>\n", "1\n", "x = 1\n"),
    "a chat model says the line again": ("    return <CURSOR>\n", "    return total\n", "    return total\n"),
    "a chat model says the word again": ("value = sel<CURSOR>\n", "self.total", "value = self.total\n"),
    "a chat model says the chain again": ("value = self.st<CURSOR>\n", "self.stock", "value = self.stock\n"),
    "it runs on after the statement": ("x = <CURSOR>\nz = 3\n", "1\ny = 2\n", "x = 1\nz = 3\n"),
    "a statement over several lines": ("x = <CURSOR>\n", "f(\n    1,\n)\ny = 2", "x = f(\n    1,\n)\n"),
    "it says the next line again": (
        "def f(a):\n    <CURSOR>\n    return a + 1\n",
        "a = a * 2\n    return a + 1\n",
        "def f(a):\n    a = a * 2\n    return a + 1\n",
    ),
    "the bracket is there already": ("f(<CURSOR>)\n", "a, b)", "f(a, b)\n"),
    "the bracket and the colon are there already": (
        "def f(<CURSOR>):\n    pass\n",
        "a, b):",
        "def f(a, b):\n    pass\n",
    ),
    "it closes what is closed and goes on": ("x = f(<CURSOR>)\n", "a) + 1", "x = f(a) + 1\n"),
    "the quote is there already": ('x = "<CURSOR>"\n', 'name"', 'x = "name"\n'),
    "the end of the line is there already": ("x = a <CURSOR> + beta\n", "* 2 + beta", "x = a * 2 + beta\n"),
    "it repeats itself line by line until it is cut off": (
        "def f():\n    <CURSOR>\n",
        "step()\n    step()\n    step()\n    step()\n",
        "def f():\n    step()\n",
    ),
    "it repeats itself within a line until it is cut off": (
        "x = <CURSOR>\n",
        "alpha + alpha + alpha + alpha + alpha + alpha",
        "x = alpha\n",
    ),
    "code that repeats itself and comes to an end": (
        "def test(m):\n    <CURSOR>\n",
        "m.tick()\n    m.tick()\n    m.tick()\n    assert m.count == 3",
        "def test(m):\n    m.tick()\n    m.tick()\n    m.tick()\n    assert m.count == 3\n",
    ),
    "a type that repeats itself": (
        "x: <CURSOR>\n",
        "tuple[int, int, int, int, int]",
        "x: tuple[int, int, int, int, int]\n",
    ),
    "an item with its comma": ("x = [\n    1,\n    <CURSOR>\n]\n", "2,", "x = [\n    1,\n    2,\n]\n"),
    "arguments with their commas": (
        "run(\n    a,\n    <CURSOR>\n)\n",
        "b=1,\n    c=2,",
        "run(\n    a,\n    b=1,\n    c=2,\n)\n",
    ),
    "a comma that hangs": ("def f():\n    <CURSOR>\n", "a = 1\n    b = 2,", "def f():\n    a = 1\n"),
    "a return of nothing": (
        "def f(x):\n    <CURSOR>\n",
        "if x:\n        return",
        "def f(x):\n    if x:\n        return\n",
    ),
    "a body of dots": (
        "class A:\n    <CURSOR>\n",
        "def f(self):\n        ...",
        "class A:\n    def f(self):\n        ...\n",
    ),
    "it starts with empty lines": ("def f():\n    <CURSOR>\n", "\n\n    return 1\n", "def f():\n    return 1\n"),
    "it indents what is indented": ("def f():\n    <CURSOR>\n", "    return 1", "def f():\n    return 1\n"),
    "it does not indent a body": ("def f():\n<CURSOR>\n", "return 1", "def f():\n    return 1\n"),
    "it starts over at column 0": (
        "def f(a):\n    <CURSOR>\n",
        "if a:\n    return 1\nreturn 2",
        "def f(a):\n    if a:\n        return 1\n    return 2\n",
    ),
    "its body is on the line of the head": ("def f(a):<CURSOR>\n", "return a", "def f(a):\n    return a\n"),
    "its body is at column 0": ("def f(a):<CURSOR>\n", "\nreturn a", "def f(a):\n    return a\n"),
    "it writes spaces in a file of tabs": (
        "class A:\n\tdef f(self):\n\t\t<CURSOR>\n",
        "if self.a:\n            return 1\n        return 2",
        "class A:\n\tdef f(self):\n\t\tif self.a:\n\t\t\treturn 1\n\t\treturn 2\n",
    ),
    "a body ends where the next begins": (
        "def f():<CURSOR>\n",
        "\n    return 1\n\n\ndef g():\n    return 2\n",
        "def f():\n    return 1\n",
    ),
    "a paragraph ends at an empty line": (
        "def f(a):\n    a += 1\n    <CURSOR>\n",
        "b = a\n    c = b\n\n    d = c",
        "def f(a):\n    a += 1\n    b = a\n    c = b\n",
    ),
    "it was cut off within a line": (
        "def f(a):\n    <CURSOR>\n",
        "b = a + 1\n    return b + so",
        "def f(a):\n    b = a + 1\n",
    ),
    "it ends with half a statement": (
        "def f(a):\n    <CURSOR>\n",
        "b = a + 1\n    c = (b +",
        "def f(a):\n    b = a + 1\n",
    ),
    "it opens a block and leaves it empty": (
        "def f(a):\n    <CURSOR>\n",
        "b = a + 1\n    if b:",
        "def f(a):\n    b = a + 1\n",
    ),
    "the body stands below, only its head is missing": (
        "class A:\n    <CURSOR>\n        return 1\n",
        "def f(self):\n        return 2\n",
        "class A:\n    def f(self):\n        return 1\n",
    ),
    "comments within a comment": ("# The sum of<CURSOR>\n", " all items", "# The sum of all items\n"),
    "lines that end with CR LF": (
        "def f():\r\n    <CURSOR>\r\n",
        "a = 1\n    b = 2",
        "def f():\r\n    a = 1\r\n    b = 2\r\n",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_tidying(case: str) -> None:
    source, answer, wanted = CASES[case]
    assert left_of(source, answer, finished="length" if "cut off" in case else "stop") == wanted


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("x = <CURSOR>\n", " \n\t\n"),
        ("x = 1\n<CURSOR>\n", "# TODO\n# more"),
        ("def f(a):\n    <CURSOR>\n    return a + 1\n", "return a + 1"),
        ("total = price * count\n<CURSOR>\n", "total = price * count"),
        ("x = <CURSOR>\n", ")))"),
        ("x = <CURSOR>\n", "y +"),
    ],
)
def test_nothing_is_left_of_an_answer_that_says_nothing(source: str, answer: str) -> None:
    assert left_of(source, answer) is None


def test_a_candidate_says_where_it_goes_and_whose_it_is(at: Make) -> None:
    context = at("x = <CURSOR>\n")
    answer = Answer(text="1", logprobs=(-0.1,))
    candidate = tidy(answer, context)
    assert candidate is not None
    assert (candidate.edits[0].start, candidate.edits[0].end) == (4, 4)
    assert candidate.versions == {context.moment.uri: 1}
    assert candidate.origin == answer.origin
    assert candidate.logprobs == (-0.1,)
    assert len(candidate.id) == 32


def test_syntax_decides_over_the_lines_whether_a_block_is_wanted() -> None:
    source, answer = "def f(a):\n    <CURSOR>\n", "b = a\n    return b"
    assert left_of(source, answer, multiline=False) == "def f(a):\n    b = a\n"
    assert left_of(source, answer, multiline=True) == "def f(a):\n    b = a\n    return b\n"


def test_a_block_opens_at_the_end_of_a_line_whatever_characters_stand_in_it() -> None:
    source = "def f(a):  # a\u2028line\n    <CURSOR>\n"
    assert shape_of(context_of(source)).want == "body"


def test_what_was_hidden_from_a_model_is_not_proposed() -> None:
    assert left_of("def f():\n    return <CURSOR>\n", 'Client(password="REDACTED")') is None
    assert left_of("REDACTED = 1\nx = <CURSOR>\n", "REDACTED") == "REDACTED = 1\nx = REDACTED\n"


def test_what_stands_behind_the_cursor_is_not_proposed_again() -> None:
    assert left_of("left = self.left(<CURSOR>)\n", ")]") is None


SOURCE = """import os


class Stock:
    \'\'\'Goods.\'\'\'

    def reserve(self, name, count=1):
        if count > self.left(name):
            raise ValueError(f"only {self.left(name)} left")
        self.items[name] -= count
        return [
            name,
            count,
        ]


def main():
    print(Stock().reserve('pen', 2))
"""
marks = [*"()[]{}:,.\"'#\\ \n\t", "    ", "self", "return ", "if ", "\r\n", "é", "def g():\n"]
answers = st.lists(st.sampled_from([*SOURCE.splitlines(keepends=True), *marks]), max_size=12).map("".join)
endings = st.sampled_from(["\n", "\r\n"])


@settings(max_examples=300)
@given(cursor=st.integers(0, len(SOURCE)), answer=answers, ending=endings)
def test_a_candidate_never_parses_worse_and_is_never_blank(cursor: int, answer: str, ending: str) -> None:
    source = (SOURCE[:cursor] + "<CURSOR>" + SOURCE[cursor:]).replace("\n", ending)
    before = source.replace("<CURSOR>", "")
    left = left_of(source, answer)
    if left is not None:
        assert left.strip() != ""
        assert left != before
        assert problems(left) <= problems(before)


@settings(max_examples=200)
@given(cursor=st.integers(0, len(SOURCE)), answer=st.text(max_size=60))
def test_any_text_is_borne(cursor: int, answer: str) -> None:
    context = context_of(SOURCE[:cursor] + "<CURSOR>" + SOURCE[cursor:])
    candidate = tidy(Answer(text=answer), context)
    assert candidate is None or candidate.text.strip()
