"""Where the values of a scope go, as far as its text tells: what it returns, names, looks up and passes on."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from winnow.mend.tricks.values import elements, is_telling, last_name, spelt
from winnow.mend.unit import Function

if TYPE_CHECKING:
    from collections.abc import Iterator

_SAME = frozenset({"str", "int", "float", "bytes", "list", "tuple", "set", "frozenset", "dict", "deepcopy", "copy"})
"""What returns a value such as it was given."""
_LOOKING = frozenset({"get", "pop", "setdefault"})
_OF_TEXT = frozenset(dir(str))
Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Flow:
    """A module or a function, without the functions in it."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._nodes = [*_own(scope)]

    @cached_property
    def returned(self) -> list[ast.expr]:
        """What it returns or yields."""
        found = [node.value for node in self._nodes if isinstance(node, ast.Return | ast.Yield) and node.value]
        return [*found, self.scope.body] if isinstance(self.scope, ast.Lambda) else found

    @cached_property
    def answering(self) -> set[str]:
        """The names whose values it returns as they are."""
        return {name for value in self.returned for part in ends_in(value) if (name := last_name(part))}

    @cached_property
    def looked_up(self) -> set[str]:
        """The names of what it looks up a value in."""
        return {name for each in self._sought if (name := last_name(each))}

    @cached_property
    def tables(self) -> list[ast.expr]:
        """The displays that it looks up a value in at once."""
        return [each for each in self._sought if elements(each)]

    @cached_property
    def _sought(self) -> list[ast.expr]:
        found: list[ast.expr] = []
        for node in self._nodes:
            match node:
                case ast.Subscript(value=value, ctx=ast.Load()):
                    found.append(value)
                case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in _LOOKING:
                    found.append(value)
        return found

    @cached_property
    def given(self) -> dict[str, list[ast.expr]]:
        """What each name is given, also by default; what has no name of its own is under an empty one."""
        found: dict[str, list[ast.expr]] = {}
        for node in self._nodes:
            for name, value in _assigned(node):
                found.setdefault(name, []).append(value)
        for name, value in _defaults(self.scope):
            found.setdefault(name, []).append(value)
        return found


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """What is inside a scope, without the functions that it defines."""
    within = [node.body] if isinstance(node, ast.Lambda) else ast.iter_child_nodes(node)
    for child in within:
        if not isinstance(child, Function | ast.Lambda):
            yield child
            yield from _own(child)


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                places, values = elements(target), elements(value)
                pairs = zip(places, values, strict=True) if places and len(places) == len(values) else [(target, value)]
                yield from ((last_name(place), given) for place, given in pairs)
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
            yield last_name(target), value
        case ast.AugAssign(value=value):
            yield "", value


def _defaults(scope: Scope) -> Iterator[tuple[str, ast.expr]]:
    if not isinstance(scope, ast.Module):
        spec = scope.args
        placed = [*spec.posonlyargs, *spec.args]
        given = [*zip(reversed(placed), reversed(spec.defaults), strict=False)]
        named = zip(spec.kwonlyargs, spec.kw_defaults, strict=True)
        yield from ((parameter.arg, value) for parameter, value in (*given, *named) if value is not None)


def ends_in(node: ast.expr) -> Iterator[ast.expr]:
    """What an expression may come to as it is: the branches of a choice, what is only converted, a default."""
    match node:
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*ends_in(body), *ends_in(orelse))
        case ast.BoolOp(values=values):
            yield from (part for value in values for part in ends_in(value))
        case ast.NamedExpr(value=value) | ast.Await(value=value) | ast.Starred(value=value):
            yield from ends_in(value)
        case ast.Call(func=ast.Name(id=name), args=[value]) if name in _SAME:
            yield from ends_in(value)
        case ast.Call(func=ast.Attribute(attr=name), args=[_, default]) if name in _LOOKING:
            yield node
            yield from ends_in(default)
        case _:
            yield node


def passed_in(node: ast.AST) -> Iterator[str]:
    """The literals that say something and are passed to a call within an expression, but for what it asks."""
    match node:
        case ast.Compare() | ast.Lambda():
            return
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*passed_in(body), *passed_in(orelse))
            return
        case ast.Call(func=func, args=args, keywords=keywords) if not _takes_apart(func):
            values = [*args, *(keyword.value for keyword in keywords)]
            yield from (text for value in values if is_telling(text := spelt(value)))
    for child in ast.iter_child_nodes(node):
        yield from passed_in(child)


def _takes_apart(func: ast.expr) -> bool:
    """Whether what is called is a method of texts, looks something up or returns what it gets: no answer is made."""
    return (isinstance(func, ast.Attribute) and func.attr in _OF_TEXT | _LOOKING) or last_name(func) in _SAME
