"""Another expression of the same function in the place of one: the plastic surgery hypothesis (Barr et al. 2014)."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit

PRIOR = 0.08
AFTER: dict[str, float] = {}
_WHY = "The function already has the expression that is meant here."


def propose(unit: Unit) -> Iterator[Proposal]:
    """Calls, subscripts and attributes replaced by names and by one another; subscripts assigned to as well."""
    pieces = [
        n for n in unit.expressions if isinstance(n, ast.Name | ast.Attribute | ast.Subscript | ast.Call | ast.BinOp)
    ]
    texts: dict[str, ast.expr] = {unit.text(p): p for p in pieces if not _called(unit, p)}
    for node in pieces:
        if isinstance(node, ast.Name) or _called(unit, node):
            yield from _grown(unit, node, texts)
            continue
        for name in unit.variables:
            yield unit.instead(node, name, 1.0, why=_WHY)
        for text, other in texts.items():
            if type(other) is type(node) and not isinstance(node, ast.BinOp) and text != unit.text(node):
                yield unit.instead(node, text, 0.5, why=_WHY)
    yield from _targets(unit, texts)


def _called(unit: Unit, node: ast.expr) -> bool:
    parent = unit.parents.get(node)
    return isinstance(parent, ast.Call) and parent.func is node


def _grown(unit: Unit, node: ast.expr, texts: dict[str, ast.expr]) -> Iterator[Proposal]:
    """A name for a larger expression that is about the same name."""
    if isinstance(node, ast.Name) and not _called(unit, node):
        for text, other in texts.items():
            if not isinstance(other, ast.Name) and any(
                isinstance(n, ast.Name) and n.id == node.id for n in ast.walk(other)
            ):
                yield unit.instead(node, text, 0.3, why=_WHY)


def _targets(unit: Unit, texts: dict[str, ast.expr]) -> Iterator[Proposal]:
    places = [
        text for text, other in texts.items() if isinstance(other, ast.Subscript | ast.Attribute) and "(" not in text
    ]
    for node in unit.nodes:
        if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            for text in dict.fromkeys((*places, *unit.variables)):
                if text != unit.text(node):
                    yield unit.instead(node, text, 0.6, why="The result belongs in another place.")
