"""Whether a function that became shorter was written anew, or has only lost something."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.unit import Function

_BLOCKS = (ast.stmt, ast.excepthandler, ast.match_case)
_WORK = (
    ast.Call | ast.BinOp | ast.UnaryOp | ast.Compare | ast.BoolOp | ast.Subscript | ast.ListComp | ast.SetComp
    | ast.DictComp | ast.GeneratorExp | ast.JoinedStr
)  # fmt: skip
_SHORT = 2


def made(before: Function, after: Function) -> int:
    """The size of what was not there before: simple statements, and the heads of compound ones."""
    known = {ast.dump(piece) for piece in _pieces(before)}
    return sum(sum(1 for _ in ast.walk(piece)) for piece in _pieces(after) if ast.dump(piece) not in known)


def _pieces(function: Function) -> Iterator[ast.AST]:
    for node in ast.walk(function):
        if isinstance(node, ast.stmt) and node is not function:
            if hasattr(node, "body"):
                yield from (part for part in ast.iter_child_nodes(node) if not isinstance(part, _BLOCKS))
            else:
                yield node


def rewritten(before: Function, after: Function) -> bool:
    """Whether a function works its answer out anew, in a line or two, from all the parameters that it used before.

    Not one that changed what it was given: that would be lost.
    """
    body = [node for node in after.body if not isinstance(node, ast.Expr | ast.Pass)]
    last = body[-1] if body else None
    if len(body) > _SHORT or not isinstance(last, ast.Return) or not isinstance(last.value, _WORK):
        return False
    known = {ast.dump(node) for node in ast.walk(before)}
    values = [node.value for node in body if isinstance(node, ast.Return | ast.Assign)]
    new = any(ast.dump(value) not in known for value in values if value)
    return new and _used(before) <= _used(after) and not _effects(before)


def _parameters(function: Function) -> set[str]:
    return {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}


def _used(function: Function) -> set[str]:
    read = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    return _parameters(function) & read


def _effects(function: Function) -> bool:
    """Whether it changes a parameter, or calls a method of one for what that does."""
    given = _parameters(function)
    for node in ast.walk(function):
        match node:
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                if _root(node) in given:
                    return True
            case ast.Expr(value=ast.Call(func=ast.Attribute() as method)) if _root(method) in given:
                return True
    return False


def _root(node: ast.AST) -> str:
    """The name that an attribute or an element belongs to in the end."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
