"""Python's own syntax tree of a text, from any thread.

``ast.parse`` counts its depth in one place for all threads, and before Python 3.12 two that build trees at once may
both fail with a SystemError (https://github.com/python/cpython/issues/106905). So the server parses one text at a time,
which costs nothing: a thread that parses holds the interpreter's lock anyway.
"""

from __future__ import annotations

import ast
import warnings
from threading import Lock
from typing import Any

_ONE_AT_A_TIME = Lock()


def parse(text: str) -> ast.Module:
    """The tree of a module. Raises SyntaxError; ValueError for a null byte, RecursionError or MemoryError for depth."""
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a text is warned for is not Winnow's to print
        return ast.parse(text)  # noqa: TID251 - the one place


def parse_expression(text: str) -> ast.expr:
    """The tree of one expression. Raises what ``parse`` does."""
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text, mode="eval").body  # noqa: TID251 - the one place


def literal(text: str | ast.expr) -> Any:
    """The value of a literal. Raises ValueError where it is none, and what ``parse`` does."""
    expression = parse_expression(text.lstrip(" \t")) if isinstance(text, str) else text
    return ast.literal_eval(expression)  # noqa: TID251 - it is a tree already
