"""The wrong name: another variable in scope, another function, another attribute."""

from __future__ import annotations

import ast
import builtins
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit

PRIOR = 0.20
AFTER = {"NameError": 4.0, "UnboundLocalError": 3.0, "AttributeError": 2.5, "TypeError": 1.3}

_FAMILIES = (
    ("min", "max"), ("any", "all"), ("int", "float", "round"), ("list", "tuple", "set"), ("sum", "len", "max"),
    ("floor", "ceil"), ("isdigit", "isalpha", "isalnum", "isnumeric"), ("isupper", "islower"), ("upper", "lower"),
    ("strip", "lstrip", "rstrip"), ("find", "rfind", "index"), ("startswith", "endswith"), ("split", "rsplit"),
    ("append", "extend", "insert"), ("add", "update"), ("pop", "popleft"), ("append", "appendleft"),
    ("keys", "values", "items"), ("union", "intersection", "difference"), ("remove", "discard"), ("sorted", "reversed"),
    ("get", "pop", "setdefault"), ("read", "readline", "readlines"), ("enumerate", "range"),
    ("partition", "rpartition"),
)  # fmt: skip
_WHY = "Another name is meant: both are in scope, and they are easily taken for each other."


def propose(unit: Unit) -> Iterator[Proposal]:
    """Each name that is read, replaced by others in scope; likelier where they are alike or unknown."""
    for node in unit.nodes:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Del):
            if isinstance(unit.parents.get(node), ast.Call) and getattr(unit.parents[node], "func", None) is node:
                yield from _functions(unit, node)
            else:
                yield from _variables(unit, node)
        elif isinstance(node, ast.Attribute):
            yield from _attributes(unit, node)


def likeness(one: str, other: str) -> float:
    """How easily one name is taken for the other: 0 to 1."""
    return SequenceMatcher(None, one.lower(), other.lower()).ratio()


def _variables(unit: Unit, node: ast.Name) -> Iterator[Proposal]:
    unknown = 8.0 if node.id not in unit.known else 1.0
    stored = 0.25 if isinstance(node.ctx, ast.Store) else 1.0
    for name in unit.variables:
        if name != node.id:
            yield unit.instead(node, name, (0.5 + likeness(name, node.id)) * unknown * stored, why=_WHY)
    if unknown > 1:
        for name in (*unit.globals, *dir(builtins)):
            if likeness(name, node.id) > 0.6:  # noqa: PLR2004 - a slip of one letter in three
                yield unit.instead(node, name, 2 * likeness(name, node.id) * unknown, why=_WHY)


def _functions(unit: Unit, node: ast.Name) -> Iterator[Proposal]:
    for name in _kin(node.id):
        yield unit.instead(node, name, 0.8, why=f"`{name}` and `{node.id}` are of one family.")
    unknown = node.id not in unit.known
    called = [*unit.callables, *(unit.globals if unknown else ())]
    for name in dict.fromkeys((*called, *(unit.variables if unknown else ()))):
        if name != node.id:
            yield unit.instead(node, name, (4 if unknown else 0.3) * (0.2 + likeness(name, node.id)), why=_WHY)
    if unknown:
        for name in dir(builtins):
            if likeness(name, node.id) > 0.6:  # noqa: PLR2004 - as above
                yield unit.instead(node, name, 4 * likeness(name, node.id), why=_WHY)


def _attributes(unit: Unit, node: ast.Attribute) -> Iterator[Proposal]:
    own = isinstance(node.value, ast.Name) and node.value.id == "self"
    seen = unit.self_attributes if own else _seen_attributes(unit)
    _, end = unit.source.span(node)
    start = end - len(node.attr)
    kin = dict.fromkeys(_kin(node.attr), 0.8)
    for name, weight in {**{n: 0.2 + likeness(n, node.attr) for n in seen if n != node.attr}, **kin}.items():
        title = f"write `.{name}` instead of `.{node.attr}`"
        yield unit.splice((start, end), name, weight, title, _WHY)


def _seen_attributes(unit: Unit) -> tuple[str, ...]:
    return tuple(dict.fromkeys(n.attr for n in unit.nodes if isinstance(n, ast.Attribute)))


def _kin(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(other for family in _FAMILIES if name in family for other in family if other != name))
