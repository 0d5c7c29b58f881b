"""A step that was forgotten: a collection never filled, a variable never moved on, a case not ended, a call."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit

PRIOR = 0.08
AFTER = {"timeout": 2.0, "RecursionError": 2.0}
_GROWS = ("add", "append", "update", "extend", "insert", "push", "setdefault")


def propose(unit: Unit) -> Iterator[Proposal]:
    """Insert one statement, made of what the function already does."""
    leaves = ast.Return | ast.Raise | ast.Break | ast.Continue
    yield from _end_of_case(unit)
    for statement in unit.statements:
        if isinstance(statement, ast.Pass):
            continue
        for line, weight, why in _steps(unit, statement):
            if isinstance(statement, leaves):
                yield unit.insert_before(statement, line, weight, f"add `{line}` before line {statement.lineno}", why)
            else:
                yield unit.insert_after(statement, line, weight, f"add `{line}` after line {statement.end_lineno}", why)


def _end_of_case(unit: Unit) -> Iterator[Proposal]:
    """A case in a loop that is dealt with, and yet goes on to what is done for the others."""
    for node in unit.statements:
        if isinstance(node, ast.If) and _in_loop(unit, node) and _goes_on(unit, node):
            last = node.body[-1]
            if not isinstance(last, ast.Return | ast.Raise | ast.Break | ast.Continue):
                for line, weight in (("continue", 2.0), ("break", 0.5)):
                    title = f"add `{line}` after line {last.end_lineno}"
                    yield unit.insert_after(last, line, weight, title, "What follows is not meant for this case.")


def _goes_on(unit: Unit, node: ast.stmt) -> bool:
    """Whether another statement follows in the same block, or in one around it that is still of the loop."""
    while not isinstance(node, ast.For | ast.While):
        parent = unit.parents.get(node)
        blocks = [getattr(parent, field, []) for field in ("body", "orelse", "finalbody")]
        if any(node in block and block[-1] is not node for block in blocks if isinstance(block, list)):
            return True
        if not isinstance(parent, ast.stmt):
            return False
        node = parent
    return False


def _steps(unit: Unit, statement: ast.stmt) -> Iterator[tuple[str, float, str]]:
    yield from _fill(unit)
    if _in_loop(unit, statement):
        yield from _move_on(unit)
    yield from _repeat(unit, 4.0 if isinstance(statement, ast.For | ast.While) else 1.0)


def _in_loop(unit: Unit, statement: ast.AST) -> bool:
    node = unit.parents.get(statement)
    while node is not None and not isinstance(node, ast.For | ast.While):
        node = unit.parents.get(node)
    return node is not None


def _fill(unit: Unit) -> Iterator[tuple[str, float, str]]:
    asked = {
        n.comparators[0].id for n in unit.nodes
        if isinstance(n, ast.Compare) and isinstance(n.ops[0], ast.In | ast.NotIn)
        and isinstance(n.comparators[0], ast.Name)
    }  # fmt: skip
    for name in sorted(asked):
        if name in unit.variables and not any(_grows(n, name) for n in unit.nodes):
            for value in unit.variables:
                if value != name:
                    yield f"{name}.add({value})", 1.0, f"`{name}` is asked what it holds, but nothing is ever put in."


def _grows(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=method)):
            return owner == name and method in _GROWS
        case ast.Subscript(value=ast.Name(id=owner), ctx=ast.Store()):
            return owner == name
    return False


def _move_on(unit: Unit) -> Iterator[tuple[str, float, str]]:
    """A local that is assigned once, before a loop that reads it or a return that gives it back."""
    stores = [n.id for n in unit.nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    if not any(isinstance(n, ast.For | ast.While) for n in unit.nodes):
        return
    bound = {
        n.id
        for f in unit.nodes
        if isinstance(f, ast.For | ast.comprehension)
        for n in ast.walk(f.target)
        if isinstance(n, ast.Name)
    }
    for name in unit.variables:
        if stores.count(name) == 1 and name not in bound:
            why = f"`{name}` is never moved on."
            yield from ((f"{name} = {other}", 0.25, why) for other in unit.variables if other != name)
            yield from ((f"{name} {step} 1", 0.3, why) for step in ("+=", "-="))


def _repeat(unit: Unit, fitness: float) -> Iterator[tuple[str, float, str]]:
    """A call the function makes as a statement, with one name changed, or just as it is; fittest behind a loop."""
    for node in unit.statements:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            text = unit.text(node)
            yield text, 0.1 * fitness, "The same step is needed here."
            for argument in node.value.args:
                if isinstance(argument, ast.Name) and "\n" not in text:
                    start, base = unit.source.span(argument)[0], unit.source.span(node)[0]
                    head, tail = text[: start - base], text[start - base + len(argument.id) :]
                    why = "What is left over needs the same step."
                    yield from (
                        (f"{head}{other}{tail}", 0.1 * fitness, why) for other in unit.variables if other != argument.id
                    )
