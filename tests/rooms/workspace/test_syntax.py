"""What the syntax says about the place where the cursor stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.facts import Document
from winnow.text import Text
from winnow.workspace import syntax_of
from winnow.workspace.syntax import SIZE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from winnow.workspace import Syntax

    Marked = Callable[[str], tuple[Document, int]]

PIECES = [
    "def f(a):\n",
    "    ",
    "x = ",
    "(",
    ")",
    "'é",
    "'",
    "🦉",
    "\n",
    "\r\n",
    "\f",
    "\ud800",
    "class A:\n",
    "# c",
    "1",
]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("def f():\n    x|\n", "f"),
        ("def f():\n    x = 1\n    |\n", "f"),
        ("def f():\n    x = 1\n|\n", ""),
        ("def f():\n    |", "f"),
        ("class A:\n    def f(self):\n        |\n\n    def g(self): ...\n", "A.f"),
        ("class A:\n    def f(self):\n        x\n    |\n", "A"),
        ("class A:\n    def f(self):\n        x\n\n    |\n    y = 1\n", "A"),
        ("def f():\n    x\n|\n    y\n", "f"),
        ("# é🦉\r\ndef f():\r\n    '🦉'\r\n    |\r\n", "f"),
        ("|x = 1", ""),
    ],
)
def test_the_scope_around_the_cursor(python: Syntax, marked: Marked, text: str, name: str) -> None:
    scope = python.scope_at(*marked(text))
    assert (scope.name if scope else "") == name


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x = |1", "code"),
        ("x = 'a|b'", "string"),
        ("x = |'ab'", "code"),
        ("x = 'ab'|", "code"),
        ("x = 'ab|\ny = 1", "string"),
        ("x = 'ab\ny = |1", "code"),
        ("'''a\n|b'''", "string"),
        ("f'a {na|me}'", "code"),
        ("f'a| {name}'", "string"),
        ("x  # a|\n", "comment"),
        ("x  # 🦉🦉a|\n", "comment"),
        ("x  # a\n|y", "code"),
        ("|", "code"),
    ],
)
def test_the_kind_of_place_the_cursor_is_in(python: Syntax, marked: Marked, text: str, kind: str) -> None:
    assert python.kind_at(*marked(text)) == kind


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("def f():\n    |", True),
        ("def f():|", True),
        ("def f(\n    a,\n) -> None:\n    |\n\nx = 1\n", True),
        ("def f():  # why\n    |\n", True),
        ("def f():\n    '''Doc.'''\n    |\n", True),
        ("def f():\n    # why\n    |\n", True),
        ("def f():\n    |\n    return 1\n", False),
        ("def f():\n    x = 1\n    |\n", False),
        ("def f():\n    x|\n", False),
        ("for a in b:\n    |\n", True),
        ("try:\n    x\nexcept E:\n    |\n", True),
        ("x = {1:\n    |}", False),
        ("x[1:|", False),
        ("|", False),
        ("x = 'a'\n|\n", False),
    ],
)
def test_the_start_of_an_empty_block_is_known(python: Syntax, marked: Marked, text: str, opens: bool) -> None:  # noqa: FBT001 - a column of the table
    assert python.block_opens_at(*marked(text)) is opens


def test_the_names_in_scope_are_those_bound_around_and_above(python: Syntax, marked: Marked) -> None:
    document, offset = marked(
        "import os.path\nfrom a import b as c, d\nTOP = 1\n\n"
        "@decorate\ndef first(hidden): inner = 1\n\n"
        "class A:\n    field = 1\n    def method(self, one: int, *args, two=2, **rest):\n"
        "        local = [each for each in one]\n        for i, j in local:\n            with x as handle:\n"
        "                |\n        below = 1\n\n    def other(self): ...\n\n"
        "def last(): ...\nBOTTOM: int = 2\ntry:\n    import maybe\nexcept E as error:\n    pass\n"
    )
    names = python.names_in_scope(document, offset)
    assert names[:8] == ("self", "one", "args", "two", "rest", "local", "i", "j")
    assert names[8:] == ("handle", "os", "c", "d", "TOP", "first", "A", "last", "BOTTOM", "maybe", "error")
    in_class = python.names_in_scope(*marked("x = 1\nclass A:\n    y = 2\n    |\n    z = 3\n"))
    assert in_class == ("y", "x", "A")
    nested = python.names_in_scope(*marked("def f(a):\n    b = lambda c: |c\n    e = 1\n"))
    assert nested == ("c", "a", "b", "e", "f")


def test_a_document_too_large_to_parse_is_code_without_definitions(python: Syntax, marked: Marked) -> None:
    document, _ = marked("def f(): ...\n" * (SIZE_LIMIT // 12))
    assert not python.definitions(document)
    assert not python.problems(document)
    assert python.scope_at(document, 3) is None
    assert python.kind_at(document, 3) == "code"


def test_problems_stand_where_the_text_does_not_parse(python: Syntax, marked: Marked) -> None:
    document, _ = marked("é = 1\nx = = 2\n")
    (problem,) = python.problems(document)
    assert document.text.position(problem.start)[0] == 1
    assert python.problems_with(document, 0, 0, "") == 1
    assert python.problems_with(document, 10, 11, "") == 0


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=15).map("".join),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 5), st.sampled_from(PIECES)), min_size=1, max_size=6),
)
def test_a_tree_that_follows_the_typing_says_what_a_new_one_does(text: str, typing: list[tuple[int, int, str]]) -> None:
    following = syntax_of("python")
    assert following is not None
    document = Document(uri="file:///typed.py", language="python", version=0, text=Text.of(text))
    following.definitions(document)
    for version, (start, length, typed) in enumerate(typing, 1):
        changed = document.text.replace(start, start + length, typed)
        document = Document(uri=document.uri, language="python", version=version, text=changed)
        source, anew = following.source(document), type(following)(following.language).source(document)
        assert source is not None
        assert anew is not None
        assert following.definitions(document) == type(following)(following.language).definitions(document)
        for offset in range(len(changed) + 1):
            assert source.offset(source.byte(offset)) == offset
            following.kind_at(document, offset)
            following.scope_at(document, offset)
            following.block_opens_at(document, offset)
            following.names_in_scope(document, offset)


@settings(deadline=None)
@given(st.text(max_size=30), st.integers(0, 400))
def test_bytes_and_code_points_agree_in_long_texts(piece: str, times: int) -> None:
    syntax = syntax_of("python")
    assert syntax is not None
    text = "# é" + piece * times
    source = syntax.source(Document(uri="file:///long.py", language="python", version=times, text=Text.of(text)))
    assert source is not None
    for offset in range(0, len(text), max(len(text) // 40, 1)):
        assert source.byte(offset) == len(text[:offset].encode("utf-8", "replace"))
        assert source.offset(source.byte(offset)) == offset
