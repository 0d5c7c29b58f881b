"""What makes a change doubtful where only few tests speak for it: it may merely fit the number that they ask for."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

from winnow.mend.unit import Source

if TYPE_CHECKING:
    from collections.abc import Iterator


def doubts(before: str, after: str) -> tuple[str, ...]:
    """Sentences for a returned value that is an earlier one plus a number, and for what is rounded now and was not.

    Such a change turns a lone test green whatever is wrong; with many tests it may well be the fix.
    """
    try:
        old, new = Source("before", before), Source("after", after)
    except SyntaxError:
        return ()
    found: list[str] = []
    for name, (function, _) in new.functions.items():
        if name in old.functions:
            was = old.functions[name][0]
            found += [*_shifted(was, function, name), *_rounded(was, function, name)]
    return tuple(dict.fromkeys(found))


def _shifted(before: ast.AST, after: ast.AST, name: str) -> Iterator[str]:
    known = {ast.dump(value) for value in _returned(before)}
    shifts = Counter(_shift(value) for value in _returned(before))
    more = Counter(_shift(value) for value in _returned(after)) - shifts
    for value in _returned(after):
        match value:
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=ast.Constant(value=int() | float() as number)):
                if ast.dump(left) in known and ast.dump(value) not in known and more[_shift(value)]:
                    yield f"It only shifts the answer of `{name}` by {number}, which fits one number as well as any."


def _shift(value: ast.expr) -> str:
    """By what a value is shifted, as text; empty where it is not."""
    return f"{ast.dump(value.op)} {ast.dump(value.right)}" if isinstance(value, ast.BinOp) else ""


def _returned(function: ast.AST) -> Iterator[ast.expr]:
    return (node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None)


def _rounded(before: ast.AST, after: ast.AST, name: str) -> Iterator[str]:
    known = {ast.dump(node) for node in ast.walk(before)}
    for node in ast.walk(after):
        match node:
            case ast.Call(func=ast.Name(id="round"), args=[value, *_]) if ast.dump(value) in known:
                if ast.dump(node) not in known:
                    yield f"It only rounds a value of `{name}` until it fits."
