"""One too few or one too many: in an index, the end of a slice or of a range, a returned value."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit

PRIOR = 0.12
AFTER = {"IndexError": 3.0, "KeyError": 1.5, "timeout": 2.0}
_WHY = "It is one off: counting from 0, and ends that are left out, make this an easy slip."


def propose(unit: Unit) -> Iterator[Proposal]:
    """Each place where a count or a position is expected, one more and one less."""
    for node, weight in _places(unit):
        yield from _moved(unit, node, weight)


def _places(unit: Unit) -> Iterator[tuple[ast.expr, float]]:
    seen: set[ast.expr] = set()
    for node in unit.nodes:
        for part, weight in _positions(node):
            if part not in seen and not _weightless(part):
                seen.add(part)
                yield part, weight


def _positions(node: ast.AST) -> Iterator[tuple[ast.expr, float]]:
    match node:
        case ast.Subscript(slice=ast.Tuple(elts=parts)):
            yield from ((part, 0.6) for part in parts)
        case ast.Subscript(slice=ast.Slice(lower=lower, upper=upper)):
            yield from ((part, 1.0) for part in (lower, upper) if part)
        case ast.Subscript(slice=index) if not isinstance(index, ast.Slice):
            yield index, 0.8
        case ast.Call(func=ast.Name(id="range"), args=ends):
            yield from ((end, 1.2) for end in ends)
        case ast.Call(args=given):
            yield from ((value, 0.35) for value in given)
        case ast.Return(value=ast.expr() as value):
            yield value, 0.5
        case ast.Assign(value=value):
            yield value, 0.4
        case ast.Compare(left=left, comparators=right):
            yield from ((side, 0.4) for side in (left, *right))


def _weightless(node: ast.expr) -> bool:
    """Whether adding one to it makes no sense: texts, booleans, conditions, displays, what constants cover."""
    return isinstance(
        node,
        ast.Constant | ast.Compare | ast.BoolOp | ast.List | ast.Tuple | ast.Dict | ast.Set | ast.ListComp | ast.Slice
        | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.JoinedStr | ast.Lambda | ast.IfExp
        | ast.Starred | ast.Yield,
    )  # fmt: skip


def _moved(unit: Unit, node: ast.expr, weight: float) -> Iterator[Proposal]:
    text = unit.text(node)
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=ast.Constant(value=1)):
            sign = "+" if isinstance(node.op, ast.Add) else "-"
            yield unit.instead(node, unit.text(left), weight * 1.2, f"drop the {sign} 1 in `{text}`", _WHY)
            yield unit.instead(node, f"{unit.text(left)} {sign} 2", weight * 0.2, why=_WHY)
        case ast.BinOp(left=ast.Constant(value=1), op=ast.Add(), right=right):
            yield unit.instead(node, unit.text(right), weight * 1.2, f"drop the 1 + in `{text}`", _WHY)
            yield unit.instead(node, f"2 + {unit.text(right)}", weight * 0.2, why=_WHY)
        case _:
            yield unit.instead(node, f"{text} + 1", weight, why=_WHY)
            yield unit.instead(node, f"{text} - 1", weight, why=_WHY)
