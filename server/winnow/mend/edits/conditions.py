"""The wrong condition: negated, a part too many, a part missing, a loop that asks the wrong thing."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit

PRIOR = 0.10
AFTER = {"timeout": 2.0, "IndexError": 2.0, "AttributeError": 1.5, "RecursionError": 1.5, "TypeError": 1.3}


def propose(unit: Unit) -> Iterator[Proposal]:
    """Each condition, and what may join it."""
    for node in unit.nodes:
        match node:
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
                endless = isinstance(node, ast.While) and "timeout" in unit.words
                yield from _changed(unit, test)
                yield from _joined(unit, test, ("and",) if endless else ("or", "and"))
            case ast.comprehension(ifs=[test, *_]):
                yield from _changed(unit, test)
        if isinstance(node, ast.BoolOp):
            yield from _fewer(unit, node)


def _changed(unit: Unit, test: ast.expr) -> Iterator[Proposal]:
    text = unit.text(test)
    if isinstance(test, ast.Constant):
        for name in unit.variables:
            yield unit.instead(test, name, 1.0, f"go on only while there is `{name}`", "The loop must come to an end.")
        return
    closed = f"({text})" if isinstance(test, ast.BoolOp | ast.IfExp) else text
    if not isinstance(test, ast.UnaryOp):
        yield unit.instead(test, f"not {closed}", 0.6, f"negate `{text}`", "The two branches are swapped.")


def _joined(unit: Unit, test: ast.expr, words: Sequence[str]) -> Iterator[Proposal]:
    """The test with one more condition about a variable: none, empty, or there."""
    if isinstance(test, ast.Constant):
        return
    text = unit.text(test)
    used = {n.id for n in ast.walk(test) if isinstance(n, ast.Name)}
    for name in unit.variables:
        near = 1.0 if name in used else 0.5
        for extra, weight in (
            (f"not {name}", 0.3), (f"{name} is None", 0.2), (name, 0.15), (f"{name} is not None", 0.1),
        ):  # fmt: skip
            none = extra.endswith("None")
            share = 0.2 if none and name in unit.numbers and not unit.knows_none else 1.0
            for word in words:
                if none or (word == "or") == extra.startswith("not "):
                    yield from _both_ways(unit, test, (extra, word, text), weight * near * share)


def _both_ways(unit: Unit, test: ast.expr, parts: tuple[str, str, str], weight: float) -> Iterator[Proposal]:
    extra, word, text = parts
    other = ast.And if word == "or" else ast.Or
    closed = f"({text})" if isinstance(test, ast.BoolOp) and isinstance(test.op, other) and word == "and" else text
    title = f"also ask for `{extra}` ({word})"
    why = "A case was forgotten: the condition has to look at it too."
    yield unit.instead(test, f"{extra} {word} {closed}", weight, title, why)
    yield unit.instead(test, f"{closed} {word} {extra}", weight * 0.5, title, why)


def _fewer(unit: Unit, node: ast.BoolOp) -> Iterator[Proposal]:
    word = "and" if isinstance(node.op, ast.And) else "or"
    for left_out in node.values:
        rest = f" {word} ".join(unit.operand(value) for value in node.values if value is not left_out)
        title = f"no longer ask for `{unit.text(left_out)}`"
        yield unit.instead(node, rest, 0.5, title, "This part of the condition decides wrongly.")
