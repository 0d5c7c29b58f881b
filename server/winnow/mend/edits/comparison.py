"""The wrong comparison: an operator beside the right one, a bound one off, a condition the wrong way round."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit

PRIOR = 0.16
AFTER = {"timeout": 2.0, "IndexError": 2.0, "RecursionError": 2.0, "ZeroDivisionError": 1.5}

SYMBOLS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_INSTEAD: dict[str, dict[str, float]] = {
    "<": {"<=": 1.0, ">": 0.6, ">=": 0.35, "!=": 0.15, "==": 0.1},
    "<=": {"<": 1.0, ">=": 0.6, ">": 0.35, "==": 0.15, "!=": 0.1},
    ">": {">=": 1.0, "<": 0.6, "<=": 0.35, "!=": 0.15, "==": 0.1},
    ">=": {">": 1.0, "<=": 0.6, "<": 0.35, "==": 0.15, "!=": 0.1},
    "==": {"!=": 0.8, "<=": 0.4, ">=": 0.4, "<": 0.15, ">": 0.15, "in": 0.2, "is": 0.05},
    "!=": {"==": 0.8, "<": 0.3, ">": 0.3, "<=": 0.15, ">=": 0.15, "not in": 0.2, "is not": 0.05},
    "is": {"is not": 0.8, "==": 0.8},
    "is not": {"is": 0.8, "!=": 0.8},
    "in": {"not in": 0.9, "==": 0.3},
    "not in": {"in": 0.9, "!=": 0.3},
}
_PLAIN = ast.Name | ast.Attribute | ast.Subscript | ast.Call
_OPPOSITE = ({"<", ">="}, {">", "<="}, {"==", "!="}, {"is", "is not"}, {"in", "not in"})
_TURNED = ({"<", ">"}, {"<=", ">="})
_ORDERS = {"<", "<=", ">", ">=", "=="}


def propose(unit: Unit) -> Iterator[Proposal]:
    """Other operators in each comparison, and bounds moved by one."""
    for node in unit.nodes:
        if isinstance(node, ast.Compare):
            for index in range(len(node.ops)):
                yield from _operators(unit, node, index)
            if len(node.ops) == 1:
                yield from _bounds(unit, node)
                yield from _turned(unit, node)


def _operators(unit: Unit, node: ast.Compare, index: int) -> Iterator[Proposal]:
    left, right = (node.left, *node.comparators)[index], node.comparators[index]
    symbol = SYMBOLS[type(node.ops[index])]
    start, end = unit.source.span(left)[1], unit.source.span(right)[0]
    gap = unit.source.text[start:end]
    found = re.search(r"\s+".join(map(re.escape, symbol.split())), gap)
    if found is None:
        return
    for other, weight in _INSTEAD[symbol].items():
        why = f"The condition `{unit.text(node)}` would compare with `{other}`, {_meaning(symbol, other)}."
        at = start + found.start()
        yield unit.splice((at, start + found.end()), _spaced(other, gap), weight, f"compare with {other}", why)


def _meaning(symbol: str, other: str) -> str:
    """What a comparison changes with another operator."""
    if {symbol, other} in _OPPOSITE:
        return "which holds precisely where this does not"
    if {symbol, other} in _TURNED:
        return "the other way round"
    if symbol[0] == other[0] and {symbol, other} <= _ORDERS:
        return "which changes what happens at its limit"
    return "which asks something else of the two"


def _spaced(symbol: str, gap: str) -> str:
    return f" {symbol} " if symbol[0].isalpha() and gap == gap.strip() else symbol


def _turned(unit: Unit, node: ast.Compare) -> Iterator[Proposal]:
    """What is looked for, and where, the other way round."""
    left, right = node.left, node.comparators[0]
    plain = all(isinstance(side, _PLAIN) for side in (left, right))
    if plain and isinstance(node.ops[0], ast.In | ast.NotIn):
        text = f"{unit.text(right)} {SYMBOLS[type(node.ops[0])]} {unit.text(left)}"
        yield unit.instead(node, text, 0.3, why="What is looked for stands in the place of what it is looked for in.")


def _bounds(unit: Unit, node: ast.Compare) -> Iterator[Proposal]:
    """A limit moved by one together with the operator, as in ``n == 0`` for ``n <= 1``."""
    right, symbol = node.comparators[0], SYMBOLS[type(node.ops[0])]
    if not (symbol in _ORDERS and isinstance(right, ast.Constant) and type(right.value) is int):
        return
    left = unit.text(node.left)
    for limit in (right.value + 1, right.value - 1):
        for other in ("<=", "<", ">=", ">", "==", "!="):
            weight = 0.3 if other == symbol else 0.1
            why = "The limit is one off: the case beside it was decided the wrong way."
            yield unit.instead(node, f"{left} {other} {limit}", weight, f"compare with {other} {limit}", why)
