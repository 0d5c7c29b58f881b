from __future__ import annotations

import gc
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from winnow.parsing import literal, parse, parse_expression, symbols_of

DEEP = "x = " + "[" * 40 + "1" + "]" * 40 + "\n" + "def f(a, b=(1, 2)):\n    return {a: [b, 'c']}\n" * 60


def test_many_threads_may_parse_at_once() -> None:
    def let_another_run(*_: object) -> None:
        time.sleep(0)

    gc.callbacks.append(let_another_run)  # what a collection calls may hand over to a thread that parses too
    try:
        with ThreadPoolExecutor(8) as threads:
            trees = list(threads.map(parse, [DEEP] * 160))
    finally:
        gc.callbacks.remove(let_another_run)
    assert {len(tree.body) for tree in trees} == {61}


@pytest.mark.filterwarnings("error")
def test_what_python_would_warn_of_in_a_text_is_not_said() -> None:
    assert parse(r"x = '\d'").body
    assert parse_expression("1 is 1")
    assert symbols_of(r"x = '\d'").lookup("x").is_assigned()


def test_a_literal_may_stand_after_blanks() -> None:
    assert literal("  (1, 'two')") == (1, "two")
    with pytest.raises(ValueError, match="malformed"):
        literal("print()")


@pytest.mark.parametrize(
    "text", ["x =", "x = '\0'", "x = '\ud800'", "x = " + "+".join("1" * 20_000), "x = " + "(" * 1_000]
)
def test_a_text_without_a_tree_is_a_syntax_error_whatever_the_reason(text: str) -> None:
    for read in (parse, symbols_of):
        with pytest.raises(SyntaxError):
            read(text)


@pytest.mark.parametrize("text", ["(", "{[]: 1}", "f()", "'\0'", "-" * 20_000 + "1"])
def test_what_is_no_literal_is_a_value_error_whatever_the_reason(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each says something else
        literal(text)
