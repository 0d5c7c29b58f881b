"""A change of a test that lets it ask for less."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.tricks.change import Change

_SKIPS = ("skip", "xfail", "deselect", "approx")


def weaker_tests(change: Change) -> Iterator[str]:
    """An assertion of a test that is changed or dropped, and a test that is skipped."""
    if not change.of_tests:
        return
    if change.less(_assertions):
        yield "It changes or drops an assertion of a test."
    if any(change.after.text.count(word) > change.before.text.count(word) for word in _SKIPS):
        yield "It skips a test, or makes it less exact."


def _assertions(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            yield ast.dump(node.test)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _asserts(node.func.attr):
            yield ast.dump(node)


def _asserts(method: str) -> bool:
    return method.startswith("assert") or method == "raises"
