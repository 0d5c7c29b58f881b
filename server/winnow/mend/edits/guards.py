"""A case nobody thought of: return early, or skip a turn, when something is empty, missing, or already done."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit

PRIOR = 0.08
AFTER = {
    "IndexError": 2.0, "AttributeError": 2.5, "ZeroDivisionError": 3.0, "RecursionError": 3.0, "KeyError": 1.5,
    "ValueError": 1.5, "TypeError": 1.5,
}  # fmt: skip


def propose(unit: Unit) -> Iterator[Proposal]:
    """Guards at the top of the function and at the top of its loops."""
    if unit.body:
        yield from _at_the_top(unit, unit.body[0])
    for node in unit.statements:
        if isinstance(node, ast.For | ast.While):
            yield from _in_loop(unit, node)
            yield from _where_alike(unit, node)


def _at_the_top(unit: Unit, first: ast.stmt) -> Iterator[Proposal]:
    values = _sensible(unit)
    generator = any(isinstance(n, ast.Yield | ast.YieldFrom) for n in unit.nodes)
    for name in unit.parameters:
        for condition, weight in ((f"not {name}", 1.0), (f"{name} is None", 0.5), (f"{name} < 0", 0.1)):
            for value, fitness in {"": 1.0}.items() if generator else values.items():
                lines = f"if {condition}:\n    return {value}".rstrip()
                title = f"return {f'`{value}`' if value else 'at once'} if `{condition}`"
                why = f"The case `{condition}` was not thought of."
                yield unit.insert_before(first, lines, weight * fitness, title, why)


def _sensible(unit: Unit) -> dict[str, float]:
    """Values that the function may give back for nothing: those it returns elsewhere, then the empty ones."""
    returned = [
        unit.text(n.value) for n in unit.nodes if isinstance(n, ast.Return) and n.value and _simple(n.value, unit)
    ]
    return dict.fromkeys(("None", "0", "[]", "False", "''", "True"), 0.3) | dict.fromkeys(returned, 1.0)


def _simple(value: ast.expr, unit: Unit) -> bool:
    if isinstance(value, ast.Name):
        return value.id in unit.parameters
    return isinstance(value, ast.Constant) or (isinstance(value, ast.List | ast.Tuple) and len(value.elts) <= 1)


def _in_loop(unit: Unit, loop: ast.For | ast.While) -> Iterator[Proposal]:
    bound = [n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)] if isinstance(loop, ast.For) else []
    for name in bound:
        for other in unit.variables:
            if other != name and other not in bound:
                lines = f"if {name} in {other}:\n    continue"
                yield unit.insert_before(
                    loop.body[0], lines, 0.03, f"skip `{name}` if it is in `{other}`", "It was done."
                )
        lines = f"if not {name}:\n    continue"
        yield unit.insert_before(
            loop.body[0], lines, 0.1, f"skip an empty `{name}`", "An empty one has no part in this."
        )


def _where_alike(unit: Unit, loop: ast.For | ast.While) -> Iterator[Proposal]:
    """A step of a loop within a loop, taken only where the two variables are equal, or differ."""
    outer = unit.parents.get(loop)
    if not (isinstance(loop, ast.For) and isinstance(outer, ast.For) and loop in outer.body and len(loop.body) == 1):
        return
    match loop.target, outer.target, loop.body[0]:
        case ast.Name(id=inner), ast.Name(id=other), ast.Expr() | ast.Assign() | ast.AugAssign() as step:
            text, newline = unit.text(step), unit.source.newline
            deeper = unit.indent(step) + unit.indent(step).removeprefix(unit.indent(loop))
            for sign in ("==", "!=") if loop.lineno < step.lineno == step.end_lineno else ():
                condition = f"{other} {sign} {inner}"
                lines = f"if {condition}:{newline}{deeper}{text}"
                why = "The step is not meant for every pair."
                yield unit.splice(unit.source.span(step), lines, 0.2, f"ask for `{condition}`", why)
