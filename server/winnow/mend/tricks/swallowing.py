"""A change that swallows the exception that made the test fail."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from winnow.mend.tricks.values import last_name, spelt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.tricks.change import Change
    from winnow.mend.tricks.demands import Demands

_BROAD = {"Exception", "BaseException"}
_OPTIONAL = {"ImportError", "ModuleNotFoundError"}


def swallowed(change: Change) -> Iterator[str]:
    """A new handler that says nothing, or a new suppression."""
    before, after = (sum(1 for _ in _silent(source.tree, change.demands)) for source in (change.before, change.after))
    if after > before:
        yield "It swallows an exception instead of removing its cause."


def _silent(tree: ast.Module, demands: Demands) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        match node:
            case ast.ExceptHandler():
                caught = _caught(node)
                broad = not caught or bool(caught & _BROAD)
                if not _raises(node.body) and (broad or _hides(node.body, caught, demands)):
                    yield node
            case ast.withitem(context_expr=ast.Call(func=func)) if last_name(func) == "suppress":
                yield node


def _caught(handler: ast.ExceptHandler) -> set[str]:
    """The names of the classes that a handler catches; none where it catches all."""
    match handler.type:
        case None:
            return set()
        case ast.Tuple(elts=classes):
            return {last_name(each) for each in classes}
        case single:
            return {last_name(single)}


def _raises(body: list[ast.stmt]) -> bool:
    """Whether a handler lets an error through, as it is or as another."""
    inner = [each for node in body if isinstance(node, ast.With | ast.Try) for each in node.body]
    return any(isinstance(node, ast.Raise) for node in (*body, *inner))


def _hides(body: list[ast.stmt], caught: set[str], demands: Demands) -> bool:
    """Whether a handler of certain errors does nothing, or no more than to give the test what it expects.

    A plain value in place of an error is a usual fix otherwise, and None in place of a module that is not there.
    """
    if all(isinstance(node, ast.Pass | ast.Continue) for node in body):
        return True
    for node in body:
        match node:
            case ast.Return(value=value):
                if (spelt(value) if value else "None") in demands.expected:
                    return True
            case ast.Assign(value=value):
                fallback = spelt(value)
                unset = fallback == "None" and not caught & _OPTIONAL and _among(demands.errors, caught)
                if unset or fallback in demands.expected - {""}:
                    return True
            case ast.Pass() | ast.Continue():
                pass
            case _:
                return False
    return False


def _among(raised: frozenset[str], caught: set[str]) -> bool:
    """Whether one of the errors that were raised is of a class that is caught."""
    bases = {base.__name__ for name in raised if isinstance(known := _builtin(name), type) for base in known.__mro__}
    return bool((raised | bases) & caught)


def _builtin(name: str) -> object:
    return getattr(builtins, name, None)
