"""How a value is changed: assigned or added to, a method that adds one or many, in place or anew."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from winnow.mend.edits.operators import SYMBOLS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit

PRIOR = 0.06
AFTER = {"RuntimeError": 2.0, "timeout": 1.3}
_ADDS = {"append", "extend", "add", "update", "insert", "appendleft", "push"}


def propose(unit: Unit) -> Iterator[Proposal]:
    """Plain against augmented assignment; a changing call against an assignment."""
    for node in unit.statements:
        match node:
            case ast.Assign(targets=[ast.Name() | ast.Attribute() | ast.Subscript() as target], value=value):
                yield from _augmented(unit, node, target, value)
            case ast.Expr(value=ast.Call(func=ast.Attribute() as method, args=[one])) if method.attr in _ADDS:
                yield from _assigned(unit, node, method, one)
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="sort" | "reverse")) as call):
                yield unit.instead(call, unit.text(call.func)[: -len("sort")], 0.1, why="Nothing is changed.")


def _augmented(unit: Unit, node: ast.Assign, target: ast.expr, value: ast.expr) -> Iterator[Proposal]:
    name = unit.text(target)
    if isinstance(value, ast.BinOp) and unit.text(value.left) == name:
        return
    at = unit.source.text.index("=", unit.source.span(target)[1], unit.source.span(node)[1])
    for symbol, weight in (("+", 0.6), ("-", 0.3), ("*", 0.15), ("|", 0.05)):
        why = f"`{name}` is built up step by step, so what it held must not be lost."
        yield unit.splice((at, at + 1), f"{symbol}=", weight, f"change `{name}` with {symbol}= instead of =", why)


def _assigned(unit: Unit, node: ast.Expr, method: ast.Attribute, one: ast.expr) -> Iterator[Proposal]:
    owner, value = unit.text(method.value), unit.text(one)
    start, end = unit.source.span(node)
    why = f"`{owner}` should be this value itself, shared or replaced, not filled from it."
    yield unit.splice((start, end), f"{owner} = {value}", 0.6, f"assign `{value}` to `{owner}`", why)
    for symbol in SYMBOLS.values():
        if symbol == "+" and method.attr == "append":
            why = "Each of the values is added, not the sequence as one."
            yield unit.splice((start, end), f"{owner} += {value}", 0.2, f"add each of `{value}` to `{owner}`", why)
