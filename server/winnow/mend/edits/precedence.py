"""Brackets that are missing: an operator binds closer than was meant."""

from __future__ import annotations

import ast
from itertools import pairwise, product
from typing import TYPE_CHECKING

from winnow.mend.edits.operators import SYMBOLS
from winnow.mend.unit import brief
from winnow.parsing import parse_expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit

PRIOR = 0.04
AFTER = {"IndexError": 1.3, "TypeError": 1.3}
_ALIKE = ({"+"}, {"*"}, {"&"}, {"|"}, {"^"}, {"+", "-"}, {"*", "/"})
"""Operators between which brackets change nothing, or hardly ever what was meant."""
_MOST_BRACKETS = 3


def propose(unit: Unit) -> Iterator[Proposal]:
    """Each two operators without brackets between them, the other one first."""
    for node in unit.nodes:
        if isinstance(node, ast.BinOp):
            yield from _arithmetic(unit, node)
        elif isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            yield from _conditions(unit, node)


def _arithmetic(unit: Unit, node: ast.BinOp) -> Iterator[Proposal]:
    """``a - b // c`` as ``(a - b) // c``, and ``a * b + c`` as ``a * (b + c)``."""
    own = SYMBOLS[type(node.op)]
    match node.right:
        case ast.BinOp(left=first, op=op) if {own, SYMBOLS[type(op)]} not in _ALIKE:
            yield from _grouped(unit, node, (node, first), 1.0)
    match node.left:
        case ast.BinOp(op=op, right=second) if {own, SYMBOLS[type(op)]} not in _ALIKE:
            yield from _grouped(unit, node, (second, node), 0.7)


def _conditions(unit: Unit, node: ast.BoolOp) -> Iterator[Proposal]:
    """``a or b and c`` as ``(a or b) and c``, and ``a and b or c`` as ``a and (b or c)``."""
    for one, other in pairwise(node.values):
        if isinstance(other, ast.BoolOp):
            yield from _grouped(unit, node, (node, other.values[0]), 1.0)
        if isinstance(one, ast.BoolOp):
            yield from _grouped(unit, node, (one.values[-1], other), 1.0)


def _grouped(unit: Unit, node: ast.expr, ends: tuple[ast.expr, ast.expr], weight: float) -> Iterator[Proposal]:
    """Brackets from the first of two parts to the last, around the brackets that these have of their own."""
    text, (low, high) = unit.source.text, unit.source.span(node)
    start, end = unit.source.span(ends[0])[0], unit.source.span(ends[1])[1]
    for before, behind in product(range(_MOST_BRACKETS), repeat=2):
        first, last = _widened(text[low:start], "(", before), _widened(text[end:high][::-1], ")", behind)
        if first is None or last is None:
            continue
        inside = text[low + first : high - last]
        whole = f"{text[low : low + first]}({inside}){text[high - last : high]}"
        if _is_expression(inside) and _differs(whole, text[low:high]):
            title = f"write `{brief(whole)}` instead of `{brief(text[low:high])}`"
            why = "Without brackets the other operator takes its operands first."
            yield unit.splice((low + first, high - last), f"({inside})", weight, title, why)
            return


def _widened(outside: str, bracket: str, count: int) -> int | None:
    """Where so many brackets begin at the end of what stands outside; None where there are fewer."""
    for _ in range(count):
        outside = outside.rstrip()
        if not outside.endswith(bracket):
            return None
        outside = outside[:-1]
    return len(outside)


def _is_expression(text: str) -> bool:
    try:
        parse_expression(f"({text})")
    except SyntaxError:
        return False
    return True


def _differs(one: str, other: str) -> bool:
    """Whether two texts of an expression mean different things; those nested too deeply to be compared may not."""
    try:
        return ast.dump(parse_expression(f"({one})")) != ast.dump(parse_expression(f"({other})"))
    except (SyntaxError, RecursionError):
        return False
