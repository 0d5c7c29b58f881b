from __future__ import annotations

import gc
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from winnow.parsing import literal, parse, parse_expression

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


def test_a_literal_may_stand_after_blanks() -> None:
    assert literal("  (1, 'two')") == (1, "two")
    with pytest.raises(ValueError, match="malformed"):
        literal("print()")
