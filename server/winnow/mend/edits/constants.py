"""The wrong constant: a number beside it, the other boolean, another empty value, nested once more."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit

PRIOR = 0.12
AFTER = {"IndexError": 1.3, "None": 1.3}


def propose(unit: Unit) -> Iterator[Proposal]:
    """Every literal, changed a little."""
    for node in unit.expressions:
        match node:
            case ast.Constant(value=bool() as truth):
                yield unit.instead(node, str(not truth), 1.0, why="The answer is the opposite.")
            case ast.Constant(value=int() | float() as number):
                yield from _numbers(unit, node, number)
            case ast.Constant(value=str() as text):
                yield from _texts(unit, node, text)
            case ast.Constant(value=None):
                for other in ("[]", "0", "False", "''", "{}"):
                    yield unit.instead(node, other, 0.3, why="Who uses the value expects something other than None.")
            case ast.List() | ast.Tuple() | ast.Dict() | ast.Set():
                yield from _displays(unit, node)


def _numbers(unit: Unit, node: ast.Constant, number: complex) -> Iterator[Proposal]:
    if isinstance(number, complex):
        return
    choices: dict[float, float] = {number + 1: 0.8, number - 1: 0.8, 0: 0.4, 1: 0.4, -number: 0.2, 2: 0.1}
    choices |= {number * 2: 0.1, number / 2 if number % 2 else number // 2: 0.1, number * 10: 0.05}
    for other, weight in choices.items():
        if other != number:
            yield unit.instead(node, repr(other), weight, why="The number is off.")
    if number in {0, 1}:
        yield unit.instead(node, "float('inf')", 0.05, why="Nothing was measured yet, so any value is better.")
        yield unit.instead(node, "float('-inf')", 0.05, why="Nothing was measured yet, so any value is better.")


def _texts(unit: Unit, node: ast.Constant, text: str) -> Iterator[Proposal]:
    others = {"": " ", " ": ""}.get(text)
    if others is not None:
        yield unit.instead(node, repr(others), 0.5, why="A space more or less.")
    elif text != text.strip():
        yield unit.instead(node, repr(text.strip()), 0.4, why="A space more or less.")
    if text.isalpha():
        yield unit.instead(node, repr(text.lower() if text != text.lower() else text.upper()), 0.1, why="Case matters.")


def _displays(unit: Unit, node: ast.List | ast.Tuple | ast.Dict | ast.Set) -> Iterator[Proposal]:
    empty = not (node.keys if isinstance(node, ast.Dict) else node.elts)
    if isinstance(node, ast.List):
        yield unit.instead(node, f"[{unit.text(node)}]", 0.5, why="What is expected is nested once more.")
        if len(node.elts) == 1:
            yield unit.instead(node, unit.text(node.elts[0]), 0.3, why="What is expected is nested once less.")
    if empty:
        of_returned = 0.3 if isinstance(unit.parents.get(node), ast.Return) else 0.05
        why = "The result should hold what was given, not nothing."
        for name in unit.parameters:
            yield unit.instead(node, f"[{name}]", of_returned, why=why)
        for other in {"[]": ("{}", "set()"), "{}": ("[]", "set()"), "()": ("[]",)}.get(unit.text(node), ()):
            yield unit.instead(node, other, 0.1, why="Another kind of container is needed.")
