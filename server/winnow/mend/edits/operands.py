"""An operand that is missing: a step in a recursive call, a power, a remainder, a sum."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit

PRIOR = 0.06
AFTER = {"RecursionError": 2.0, "timeout": 1.3}
_SIGNS = {"-": 0.8, "+": 0.8, "*": 0.4, "//": 0.15, "%": 0.15, "/": 0.1}


def propose(unit: Unit) -> Iterator[Proposal]:
    """A name or call joined by an operator to a variable of the function or a small number."""
    for node in unit.expressions:
        if isinstance(node, ast.Name) and _is_operand(unit, node):
            text = unit.text(node)
            recursive = 4.0 if _passed_on(unit, node) else 1.0  # unchanged, the recursion makes no step
            why = "The value lacks a term."
            for other in unit.variables:
                for sign, weight in _SIGNS.items():
                    if other != text or sign == "*":
                        yield unit.instead(node, f"{text} {sign} {other}", weight * recursive, why=why)
            for tail, weight in {" ** 2": 0.8, " // 2": 0.4, " * 2": 0.4, " % 2": 0.2, " / 2": 0.2}.items():
                yield unit.instead(node, text + tail, weight, why=why)


def _is_operand(unit: Unit, node: ast.expr) -> bool:
    parent = unit.parents.get(node)
    if isinstance(parent, ast.Call):
        return parent.func is not node
    return isinstance(
        parent, ast.BinOp | ast.Compare | ast.Return | ast.Subscript | ast.Assign | ast.Slice | ast.AugAssign
    )


def _passed_on(unit: Unit, node: ast.expr) -> bool:
    parent = unit.parents.get(node)
    return isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id == unit.function.name
