"""A change that loses what the code did: functions, steps, branches, errors that it raised."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from winnow.mend.tricks.reach import lost_reach
from winnow.mend.tricks.rewriting import made, rewritten
from winnow.mend.tricks.values import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.tricks.change import Change
    from winnow.mend.unit import Function

_KEPT = 0.5  # a function that keeps less of its statements than this has lost behaviour
_WHOLE = 10  # unless it is written anew: so many nodes of the tree say more than an answer that is given away


def lost_functions(change: Change) -> Iterator[str]:
    """A function that is no longer there."""
    for name in change.before.functions:
        if name not in change.after.functions:
            yield f"It removes `{name}`."


def lost_statements(change: Change) -> Iterator[str]:
    """A function that raises, asserts or does less than before."""
    for name, before, after in _both(change):
        if _raises_less(before, after):
            yield f"It no longer raises an error that `{name}` raised."
        if _count(after, ast.Assert) < _count(before, ast.Assert):
            yield f"It drops an assertion from `{name}`."
        if made(before, after) < _WHOLE and not rewritten(before, after):
            yield from _reduced(name, before, after)


def unreachable(change: Change) -> Iterator[str]:
    """A step that is still there, and is never reached any more."""
    for name, before, after in _both(change):
        if lost_reach(before, after):
            yield f"It leaves a step of `{name}` where it is never reached."


def _both(change: Change) -> Iterator[tuple[str, Function, Function]]:
    for name, (function, _) in change.before.functions.items():
        if name in change.after.functions:
            yield name, function, change.after.functions[name][0]


def _reduced(name: str, before: Function, after: Function) -> Iterator[str]:
    had, has = _count(before, ast.stmt), _count(after, ast.stmt)
    if had > 3 and has < had * _KEPT:  # noqa: PLR2004 - a function of two lines may well become one
        yield f"It deletes most of what `{name}` does."
    elif _count(after, ast.If) < _count(before, ast.If) and has < had - 1:
        yield f"It drops a whole branch of `{name}`."
    elif had - _count(before, ast.Pass) > has - _count(after, ast.Pass) + 1 or (
        _count(after, ast.Pass) > _count(before, ast.Pass)
    ):
        yield f"It leaves out a step of `{name}`."


def _count(function: Function, kind: type[ast.AST]) -> int:
    return sum(isinstance(node, kind) for node in ast.walk(function))


def _raises_less(before: Function, after: Function) -> bool:
    """Whether there are fewer errors, unless the conditions of those of one class were put together."""
    if _count(after, ast.Raise) >= _count(before, ast.Raise):
        return False
    had, has = _guards(before), _guards(after)
    return any(atoms - has.get(kind, set()) for kind, atoms in had.items()) or not has.keys() >= had.keys()


def _guards(function: Function) -> dict[str, set[str]]:
    """Of each class of error what the conditions under which it is raised ask about; one without any counts as one."""
    found: dict[str, set[str]] = {}
    parents = {child: node for node in ast.walk(function) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(function):
        if isinstance(node, ast.Raise):
            guard = parents[node]
            asked = [*ast.walk(guard.test)] if isinstance(guard, ast.If) else []
            atoms = {ast.dump(each) for each in asked if isinstance(each, ast.Name | ast.Constant)}
            found.setdefault(_kind(node), set()).update(atoms or {ast.dump(guard)})
    return found


def _kind(node: ast.Raise) -> str:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return last_name(raised) if raised else ""
