"""A call that is missing around a value, or too many: a copy, a length, a limit, the best so far, a conversion."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from winnow.mend.unit import brief

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit

PRIOR = 0.08
AFTER = {"TypeError": 2.5, "AttributeError": 1.3, "RuntimeError": 2.0}

_WRAPS = {
    "len({})": 0.5, "list({})": 0.5, "str({})": 0.4, "int({})": 0.4, "abs({})": 0.4, "sorted({})": 0.4, "set({})": 0.3,
    "tuple({})": 0.2, "float({})": 0.2, "sum({})": 0.1, "reversed({})": 0.1, "dict({})": 0.1, "max({})": 0.05,
    "min({})": 0.05,
}  # fmt: skip
_BOTH = {"set({})": 0.4, "sorted({})": 0.4, "{}.lower()": 0.3, "len({})": 0.3, "str({})": 0.2, "abs({})": 0.2}
_METHODS = {".copy()": 0.3, ".strip()": 0.2, ".lower()": 0.2, ".items()": 0.3, ".keys()": 0.05, ".values()": 0.15}


def propose(unit: Unit) -> Iterator[Proposal]:
    """Wrap a name or a call, or take a wrapping away."""
    for node in unit.expressions:
        if _called(unit, node):
            continue
        text = unit.text(node)
        if isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript) and _value_is_used(unit, node):
            place = 0.3 if isinstance(node, ast.Call) else 1.0
            for form, weight in _WRAPS.items():
                yield unit.instead(node, form.format(text), weight * place, why="The value needs a step in between.")
            for method, weight in _METHODS.items():
                yield unit.instead(node, text + method, weight * place, why="The value needs a step in between.")
        if isinstance(node, ast.Call):
            yield from _unwrapped(unit, node)
    yield from _compared(unit)
    for statement in unit.statements:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            yield from _kept_best(unit, statement.targets[0], statement.value)


def _called(unit: Unit, node: ast.expr) -> bool:
    parent = unit.parents.get(node)
    return isinstance(parent, ast.Call) and parent.func is node


def _value_is_used(unit: Unit, node: ast.expr) -> bool:
    return not isinstance(unit.parents.get(node), ast.Expr | ast.Attribute)


def _compared(unit: Unit) -> Iterator[Proposal]:
    """Both sides of a comparison wrapped in the same way."""
    for node in unit.nodes:
        match node:
            case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
                sides = (left, right)
                if all(isinstance(side, ast.Name | ast.Attribute | ast.Subscript) for side in sides):
                    (start, first), (second, end) = map(unit.source.span, sides)
                    between, texts = unit.source.text[first:second], [unit.text(side) for side in sides]
                    for form, weight in _BOTH.items():
                        one, other = map(form.format, texts)
                        title = f"compare `{brief(one)}` with `{brief(other)}`"
                        why = "The two are alike in this respect, not wholly."
                        yield unit.splice((start, end), one + between + other, weight, title, why)


def _unwrapped(unit: Unit, node: ast.Call) -> Iterator[Proposal]:
    if len(node.args) == 1 and not isinstance(node.args[0], ast.Starred):
        inner = unit.text(node.args[0])
        why = "The call changes a value that is right as it is."
        yield unit.instead(node, inner, 0.6, f"write `{inner}` without `{unit.text(node.func)}`", why)
    if isinstance(node.func, ast.Attribute):
        inner = unit.text(node.func.value)
        yield unit.instead(
            node, inner, 0.3, f"write `{inner}` without `.{node.func.attr}`", "The value is right as it is."
        )


def _kept_best(unit: Unit, target: ast.expr, value: ast.expr) -> Iterator[Proposal]:
    """The best so far, or a sum that never falls below a limit."""
    name, text = unit.text(target), unit.text(value)
    if isinstance(target, ast.Tuple) or isinstance(value, ast.Constant):
        return
    for chooser in ("max", "min"):
        why = f"The {'largest' if chooser == 'max' else 'smallest'} value so far has to be kept."
        for other, weight in ((name, 0.5), ("0", 0.3)):
            better = f"{chooser}({other}, {text})"
            yield unit.instead(value, better, weight, f"keep `{better}`", why)
    for part in (value.left, value.right) if isinstance(value, ast.BinOp) else ():
        for chooser in ("max", "min"):
            better = f"{chooser}(0, {unit.text(part)})"
            yield unit.instead(part, better, 0.2, f"count with `{better}`", "The value must not cross the limit.")
