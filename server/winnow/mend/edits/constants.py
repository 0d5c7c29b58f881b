"""The wrong constant: a number beside it, the other boolean, another one of the function, a slip in a text, nesting."""

from __future__ import annotations

import ast
import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit

PRIOR = 0.12
AFTER = {"IndexError": 1.3, "None": 1.3}
_BRACKETS = {"(": "[{<", ")": "]}>", "[": "({<", "]": ")}>", "{": "([<", "}": ")]>", "<": "([{", ">": ")]}"}
_FEW = 8
"""Constants of a kind; a function with more of them holds a table."""
_WORD, _SLIP = 4, 0.75
"""Words so long that are so much alike, 0 to 1, are taken for one with a slip in it."""


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
    yield from _borrowed(unit)


def _numbers(unit: Unit, node: ast.Constant, number: complex) -> Iterator[Proposal]:
    if isinstance(number, complex):
        return
    choices: dict[float, float] = {number + 1: 0.8, number - 1: 0.8, 0: 0.4, 1: 0.4, -number: 0.2, 2: 0.1}
    choices |= {number * 2: 0.1, number / 2 if number % 2 else number // 2: 0.1, number * 10: 0.05}
    idle = _idle(unit.parents.get(node), node)
    for other, weight in choices.items():
        if other not in {number, idle}:
            yield unit.instead(node, repr(other), weight, why="The number is off.")
    if number in {0, 1}:
        yield unit.instead(node, "float('inf')", 0.05, why="Nothing was measured yet, so any value is better.")
        yield unit.instead(node, "float('-inf')", 0.05, why="Nothing was measured yet, so any value is better.")


def _idle(operation: ast.AST | None, node: ast.Constant) -> int | None:
    """The number that would change nothing as this operand: nobody writes it, as the operand can be left out."""
    match operation:
        case ast.BinOp(op=ast.Add()):
            return 0
        case ast.BinOp(op=ast.Mult()):
            return 1
        case ast.BinOp(op=ast.Sub(), right=right) if right is node:
            return 0
        case ast.BinOp(op=ast.Div() | ast.FloorDiv() | ast.Pow(), right=right) if right is node:
            return 1
    return None


def _texts(unit: Unit, node: ast.Constant, text: str) -> Iterator[Proposal]:
    others = {"": " ", " ": ""}.get(text)
    if others is not None:
        yield unit.instead(node, _written(unit, node, others), 0.5, why="A space more or less.")
    elif text != text.strip():
        yield unit.instead(node, _written(unit, node, text.strip()), 0.4, why="A space more or less.")
    if text.strip() and text[0].isspace() != text[-1].isspace():
        turned = text[1:] + text[0] if text[0].isspace() else text[-1] + text[:-1]
        yield unit.instead(node, _written(unit, node, turned), 0.3, why="The space belongs at the other end.")
    for other in _BRACKETS.get(text, ""):
        yield unit.instead(node, _written(unit, node, other), 0.3, why="Another kind of bracket is meant.")
    for word in _told(unit, text):
        yield unit.instead(node, _written(unit, node, word), 2.0, why=f"The docstring writes `{word}`.")
    if text.isalpha():
        other_case = text.lower() if text != text.lower() else text.upper()
        yield unit.instead(node, _written(unit, node, other_case), 0.1, why="Case matters.")


def _written(unit: Unit, node: ast.Constant, text: str) -> str:
    """A text as a literal, in the quotes that the function has there."""
    plain = text.isprintable() and not set(text) & {'"', "\\"}
    return f'"{text}"' if plain and unit.text(node).startswith('"') else repr(text)


def _told(unit: Unit, text: str) -> Iterator[str]:
    """The words of the docstring that are almost this one."""
    told = ast.get_docstring(unit.function, clean=False) or ""
    words = dict.fromkeys(re.findall(r"\w+", told)) if len(text) >= _WORD and text.isidentifier() else {}
    return (word for word in words if word != text and SequenceMatcher(None, word, text).ratio() >= _SLIP)


def _borrowed(unit: Unit) -> Iterator[Proposal]:
    """Each constant exchanged for the others of its kind, in a function that has few of them: else they are data."""
    held = [node for node in unit.expressions if isinstance(node, ast.Constant) and not _said(unit, node)]
    for kind in (str, int, float):
        alike = {unit.text(node): node for node in held if type(node.value) is kind and node.value not in (0, 1)}
        if len(alike) <= _FEW:
            for node in held:
                others = (text for text, other in alike.items() if other.value != node.value)
                for text in others if type(node.value) is kind else ():
                    yield unit.instead(node, text, 0.05, why="The function has the value that is meant here.")


def _said(unit: Unit, node: ast.Constant) -> bool:
    """Whether a constant only stands there, as the docstring of an inner function does."""
    return isinstance(unit.parents.get(node), ast.Expr)


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
