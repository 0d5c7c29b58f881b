"""Brackets that are missing: an operator binds closer than was meant."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from winnow.mend.edits.operators import SYMBOLS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit

PRIOR = 0.04
AFTER = {"IndexError": 1.3, "TypeError": 1.3}
_WHY = "Without brackets the other operator takes its operands first."
_ALIKE = ({"+"}, {"*"}, {"&"}, {"|"}, {"^"})


def propose(unit: Unit) -> Iterator[Proposal]:
    """Each two operators without brackets between them, the other one first."""
    for node in unit.nodes:
        if isinstance(node, ast.BinOp):
            yield from _arithmetic(unit, node)
        elif isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            yield from _conditions(unit, node)


def _arithmetic(unit: Unit, node: ast.BinOp) -> Iterator[Proposal]:
    """``a - b // c`` as ``(a - b) // c``, and ``a * b + c`` as ``a * (b + c)``."""
    own, left, right = SYMBOLS[type(node.op)], unit.text(node.left), unit.text(node.right)
    match node.right:
        case ast.BinOp(left=first, op=op, right=second) if not _bracketed(unit, node, node.right):
            symbol = SYMBOLS[type(op)]
            if {own, symbol} not in _ALIKE:
                text = f"({left} {own} {unit.text(first)}) {symbol} {unit.text(second)}"
                yield unit.instead(node, text, 1.0, why=_WHY)
    match node.left:
        case ast.BinOp(left=first, op=op, right=second) if not _bracketed(unit, node, node.left):
            symbol = SYMBOLS[type(op)]
            if {own, symbol} not in _ALIKE:
                text = f"{unit.text(first)} {symbol} ({unit.text(second)} {own} {right})"
                yield unit.instead(node, text, 0.7, why=_WHY)


def _conditions(unit: Unit, node: ast.BoolOp) -> Iterator[Proposal]:
    """``a or b and c`` as ``(a or b) and c``."""
    for place, value in enumerate(node.values):
        if place and isinstance(value, ast.BoolOp) and not _bracketed(unit, node, value):
            before = " or ".join(unit.text(each) for each in (*node.values[:place], value.values[0]))
            after = " and ".join(unit.text(each) for each in value.values[1:])
            behind = "".join(f" or {unit.text(each)}" for each in node.values[place + 1 :])
            yield unit.instead(node, f"({before}) and {after}{behind}", 1.0, why=_WHY)


def _bracketed(unit: Unit, node: ast.expr, part: ast.expr) -> bool:
    """Whether an operand stands in brackets of its own already."""
    (start, end), (first, last) = unit.source.span(node), unit.source.span(part)
    text = unit.source.text
    return text[start:first].rstrip().endswith("(") or text[last:end].lstrip().startswith(")")
