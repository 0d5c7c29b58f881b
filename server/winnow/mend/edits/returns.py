"""What a function gives back: a return that is missing, of the wrong value, or of a verdict not yet worked out."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from winnow.mend.unit import Function

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit

PRIOR = 0.08
AFTER = {"None": 5.0}


def propose(unit: Unit) -> Iterator[Proposal]:
    """Return at the end, return what a call gives, return another value."""
    yield from _at_the_end(unit)
    for node in unit.statements:
        match node:
            case ast.Expr(value=ast.Call() as call):
                start = unit.source.span(node)[0]
                yield unit.splice(
                    (start, start), "return ", 0.8, f"return `{unit.text(call)}`", "What it gives was lost."
                )
            case ast.Return(value=ast.expr() as value):
                yield from _others(unit, value)
            case ast.Return(value=None):
                for name in unit.variables:
                    end = unit.source.span(node)[1]
                    yield unit.splice((end, end), f" {name}", 0.4, f"return `{name}`", "The result was not given back.")


def _at_the_end(unit: Unit) -> Iterator[Proposal]:
    last = unit.body[-1] if unit.body else None
    if last is None or isinstance(last, ast.Return | ast.Raise) or unit.function.name == "__init__":
        return
    if any(isinstance(n, ast.Yield | ast.YieldFrom) for n in unit.nodes):
        return
    own = [n.id for n in unit.nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    for name in unit.variables:
        weight = 1.0 if name in own[:1] else 0.5
        yield unit.insert_after(
            last, f"return {name}", weight, f"return `{name}` at the end", "No value was given back."
        )
    for value in ("False", "True", "None", "[]"):
        yield unit.insert_after(
            last, f"return {value}", 0.2, f"return `{value}` at the end", "No value was given back."
        )


def _others(unit: Unit, value: ast.expr) -> Iterator[Proposal]:
    if isinstance(value, ast.Constant) and isinstance(value.value, bool):
        why = "The answer depends on what was found on the way."
        for name in _counted(unit):
            for verdict, weight in ((f"{name} == 0", 0.5), (f"not {name}", 0.3), (f"bool({name})", 0.2)):
                yield unit.instead(value, verdict, weight, f"return `{verdict}`", why)
    if not isinstance(value, ast.Name):
        return
    for other in (f"{value.id}[::-1]", f"sorted({value.id})", f"not {value.id}", f"-{value.id}"):
        yield unit.instead(value, other, 0.1, f"return `{other}`", "The result needs a last step.")


def _counted(unit: Unit) -> Iterator[str]:
    """The variables that the body, not an inner function, changes or fills."""
    for name in unit.variables:
        for node in unit.nodes:
            if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
                yield name
                break
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="append" | "add" | "pop" | "push")):
                    if owner == name and not isinstance(node, Function):
                        yield name
                        break
