"""What Python makes of a text: its syntax tree, its symbols, the value of a literal; from any thread.

``ast.parse`` counts its depth in one place for all threads, and before Python 3.12 two that build trees at once may
both fail with a SystemError (https://github.com/python/cpython/issues/106905). So the server parses one text at a time,
which costs nothing: a thread that parses holds the interpreter's lock anyway.
"""

from __future__ import annotations

import ast
import symtable
import warnings
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_ONE_AT_A_TIME = Lock()


@contextmanager
def _reading() -> Iterator[None]:
    """Whatever makes a text unreadable is a SyntaxError: a null byte, half a character and too great a depth are, too.

    What a text is warned for is not Winnow's to print.
    """
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except ValueError as error:
            raise SyntaxError(str(error)) from None
        except (RecursionError, MemoryError):
            raise SyntaxError("nested too deeply to be read") from None


def parse(text: str) -> ast.Module:
    """The tree of a module. Raises SyntaxError where there is none, and nothing else."""
    with _reading():
        return ast.parse(text)  # noqa: TID251 - the one place


def parse_expression(text: str) -> ast.expr:
    """The tree of one expression. Raises SyntaxError where there is none, and nothing else."""
    with _reading():
        return ast.parse(text, mode="eval").body  # noqa: TID251 - the one place


def symbols_of(text: str) -> symtable.SymbolTable:
    """The symbols of a module, by scope. Raises SyntaxError where there are none, and nothing else."""
    with _reading():
        return symtable.symtable(text, "candidate", "exec")


def literal(text: str | ast.expr) -> Any:
    """The value of a literal. Raises ValueError where it is none, and nothing else."""
    try:
        expression = parse_expression(text.lstrip(" \t")) if isinstance(text, str) else text
        return ast.literal_eval(expression)  # noqa: TID251 - it is a tree already
    except (SyntaxError, TypeError, RecursionError, MemoryError) as error:
        raise ValueError(str(error)) from None
