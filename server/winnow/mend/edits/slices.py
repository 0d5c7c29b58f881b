"""A part of a sequence instead of the whole, the whole instead of a part, or another part."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit

PRIOR = 0.06
AFTER = {"IndexError": 1.5, "RecursionError": 2.0}


def propose(unit: Unit) -> Iterator[Proposal]:
    """Slice a name; cut elsewhere; drop a slice; take an item."""
    sliced = {ast.dump(n.value) for n in unit.nodes if isinstance(n, ast.Subscript)}
    for node in unit.expressions:
        if isinstance(node, ast.Name | ast.Attribute) and not isinstance(unit.parents.get(node), ast.Subscript):
            if _indexable(unit, node):
                number = isinstance(node, ast.Name) and node.id in unit.numbers
                yield from _parts(unit, node, 1.0 if ast.dump(node) in sliced else 0.05 if number else 0.4)
        elif isinstance(node, ast.Subscript):
            whole = unit.text(node.value)
            yield unit.instead(node, whole, 0.5, f"take the whole `{whole}`", "All of it is meant, not a part.")
            if isinstance(node.slice, ast.Slice):
                yield from _recut(unit, node, node.slice)


def _indexable(unit: Unit, node: ast.expr) -> bool:
    parent = unit.parents.get(node)
    return not isinstance(parent, ast.Attribute | ast.BinOp | ast.UnaryOp) and not (
        isinstance(parent, ast.Call) and parent.func is node
    )


def _parts(unit: Unit, node: ast.expr, weight: float) -> Iterator[Proposal]:
    text = unit.text(node)
    why = "Only a part of the sequence is meant."
    for cut, share in (("[1:]", 1.0), ("[:-1]", 0.7), ("[::-1]", 0.4), ("[:]", 0.4), ("[0]", 0.4), ("[-1]", 0.4)):
        yield unit.instead(node, text + cut, weight * share, why=why)
    for name in unit.variables:
        if name != text:
            for cut in (f"[{name}:]", f"[:{name}]", f"[{name}]"):
                yield unit.instead(node, text + cut, weight * 0.25, why=why)


def _recut(unit: Unit, node: ast.Subscript, cut: ast.Slice) -> Iterator[Proposal]:
    whole = unit.text(node.value)
    lower, upper = (unit.text(end) if end else "" for end in (cut.lower, cut.upper))
    others = {f"{upper}:{lower}": 0.5, f":{upper}": 0.4, f"{lower}:": 0.4, "1:": 0.2, ":-1": 0.2, "::-1": 0.2}
    for name in unit.variables:
        others |= {f"{name}:{upper}": 0.1, f"{lower}:{name}": 0.1}
    for other, weight in others.items():
        if other not in {":", f"{lower}:{upper}"} and cut.step is None:
            yield unit.instead(node, f"{whole}[{other}]", weight, why="The part begins or ends elsewhere.")
