"""Whether the line on which a test failed is about what a function said."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from winnow.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def answers_for(function: str, text: str, line: int) -> bool:
    """Whether the statement at a line (from 0) calls a function, or uses a variable that was assigned a call of it."""
    try:
        module = parse(text)
    except SyntaxError:
        return False
    around = [node for node in ast.walk(module) if isinstance(node, ast.stmt) and _covers(node, line)]
    statement = max(around, key=lambda node: node.lineno, default=None)
    if statement is None or isinstance(statement, _DEFINITIONS):
        return False
    used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    assigned = (value for value in _assigned(around, used) if value.lineno <= line)
    return any(_calls(node, function) for node in (statement, *assigned))


def _covers(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line + 1 <= (node.end_lineno or node.lineno)


def _assigned(around: list[ast.stmt], used: set[str]) -> Iterator[ast.expr]:
    """What is assigned to the variables that are used, in the innermost definition around."""
    definitions = [node for node in around if isinstance(node, _DEFINITIONS)]
    for node in ast.walk(definitions[-1]) if definitions else ():
        match node:
            case ast.Assign(targets=targets, value=value):
                named = {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
                if named & used:
                    yield value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if name in used:
                yield value


def _calls(node: ast.AST, function: str) -> bool:
    return any(isinstance(each, ast.Call) and _name(each.func) == function for each in ast.walk(node))


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
