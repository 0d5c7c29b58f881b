"""Which statements of a function are never reached, as far as its text tells for certain."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from winnow.mend.unit import Function

_LEAVING = ast.Return | ast.Raise | ast.Continue | ast.Break
_LEFT_OVER = ast.Return | ast.Pass | ast.Continue | ast.Break
"""What may stand behind the end of a block without anything being lost."""


def lost_reach(before: Function, after: Function) -> bool:
    """Whether a statement that was reached before is still there, and is not reached now."""
    lost = Counter(map(ast.dump, _reached(before.body))) - Counter(map(ast.dump, _reached(after.body)))
    dead = set(map(id, _reached(after.body)))
    there = (node for node in ast.walk(after) if isinstance(node, ast.stmt) and node is not after)
    return any(id(node) not in dead and ast.dump(node) in lost for node in there)


def _reached(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The simple statements that may be reached."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _reached(node.body)
            continue
        blocks = [*_blocks(node)]
        for block in blocks:
            yield from _reached(block)
        if not blocks and not isinstance(node, _LEFT_OVER):
            yield node
        if _leaves(node):
            return


def _blocks(node: ast.stmt) -> Iterator[Sequence[ast.stmt]]:
    """The blocks of a statement that may be run."""
    known = _truth(node.test) if isinstance(node, ast.If | ast.While) else None
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, [])
        if block and not (name == "body" and known is False) and not (name == "orelse" and known is True):
            yield block
    for inner in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield inner.body


def _leaves(node: ast.stmt) -> bool:
    """Whether what stands behind a statement is never reached."""
    match node:
        case ast.If(test=test, body=body, orelse=orelse):
            known = _truth(test)
            return (known is False or _end(body)) and (known is True or _end(orelse))
    return isinstance(node, _LEAVING)


def _end(body: Sequence[ast.stmt]) -> bool:
    return any(_leaves(node) for node in body)


def _truth(test: ast.expr) -> bool | None:
    """What a condition always is; None where that is not known."""
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            known = _truth(operand)
            return None if known is None else not known
        case ast.BoolOp(op=op, values=values):
            each = [_truth(value) for value in values]
            settled = isinstance(op, ast.Or)
            return settled if settled in each else (None if None in each else not settled)
    return None
