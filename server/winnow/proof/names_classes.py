"""Attributes that an object of a class in the same file certainly does not have."""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winnow.proof.agent.modules import defined_names
from winnow.proof.names_complaint import Complaint, or_rather

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_HARMLESS_DECORATORS = {"dataclass", "final", "total_ordering", "runtime_checkable"}
_MAKERS = {"__getattr__", "__getattribute__", "__dict__", "__setstate__", "__init_subclass__", "__new__"}
_UNFINISHED = {"abstractmethod", "NotImplementedError", "NotImplemented", "ABC", "setattr", "vars", "__dict__"}
_PLAIN = frozenset(dir(object)) - {"__init__"}
_ROLES = ("mixin", "base", "abstract", "interface", "protocol")


@dataclass(frozen=True, slots=True)
class _Family:
    """The classes of one file by name, those defined more than once left out."""

    classes: Mapping[str, ast.ClassDef]
    extended: frozenset[str]


def invented_attributes(
    everything: Sequence[ast.AST], nodes: Sequence[ast.AST], marks: frozenset[str]
) -> Iterator[Complaint]:
    """A complaint for each attribute of ``self`` that neither its class binds nor ``marks`` names."""
    family = _family(everything)
    sure = {id(n) for n in nodes}
    for name, definition in family.classes.items():
        methods = {n.name for n in definition.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
        strange = [
            node.attr
            for node in _attributes_of_self(definition)
            if node.attr not in methods and node.attr not in marks and id(node) in sure
        ]
        members = _members(definition, family) if strange and name not in family.extended else None
        if members is None or "__init__" not in members:
            continue
        for attribute in strange:
            if attribute not in members and not attribute.startswith("__"):
                hint = or_rather(attribute, members | _written(definition))
                sentence = f"`{name}` has no attribute `{attribute}`{hint}"
                yield Complaint(name=attribute, key=("attribute", name, attribute), sentence=sentence)


def members_by_class(everything: Sequence[ast.AST]) -> dict[str, frozenset[str]]:
    """What the objects of each class certainly have, by the class's name; the others are left out."""
    family = _family(everything)
    found = {n: _members(d, family) for n, d in family.classes.items() if n not in family.extended}
    return {name: members for name, members in found.items() if members is not None and "__init__" in members}


def attributes_read(definition: ast.ClassDef) -> frozenset[str]:
    """The attributes of ``self`` that the methods of a class read."""
    return frozenset(node.attr for node in _attributes_of_self(definition))


def _written(definition: ast.ClassDef) -> frozenset[str]:
    attributes = [n for n in ast.walk(definition) if isinstance(n, ast.Attribute)]
    return frozenset(n.attr for n in attributes if isinstance(n.ctx, ast.Store))


def _family(everything: Sequence[ast.AST]) -> _Family:
    classes = [n for n in everything if isinstance(n, ast.ClassDef)]
    count = Counter(c.name for c in classes)
    bases = {b.id for c in classes for b in c.bases if isinstance(b, ast.Name)}
    return _Family({c.name: c for c in classes if count[c.name] == 1}, frozenset(bases))


def _members(definition: ast.ClassDef, family: _Family, depth: int = 0) -> frozenset[str] | None:
    """Everything that the class and its bases bind, or None where that cannot be known from this file."""
    decorated = {_last_name(d) for d in definition.decorator_list} - _HARMLESS_DECORATORS
    if decorated or definition.keywords or depth > len(family.classes) or _is_partial(definition):
        return None
    own, stars, dynamic = defined_names(ast.Module(body=definition.body, type_ignores=[]))
    if stars or dynamic or own & _MAKERS:
        return None
    members = set(own) | _PLAIN
    if "dataclass" in {_last_name(d) for d in definition.decorator_list}:
        members.add("__init__")
    for base in definition.bases:
        inherited = _inherited(base, family, depth)
        if inherited is None:
            return None
        members |= inherited
    return frozenset(members)


def _inherited(base: ast.expr, family: _Family, depth: int) -> frozenset[str] | None:
    if not isinstance(base, ast.Name):
        return None
    if base.id in family.classes:
        return _members(family.classes[base.id], family, depth + 1)
    known = getattr(builtins, base.id, None)
    if known is object:
        return _PLAIN
    return frozenset(dir(known)) if isinstance(known, type) else None


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return _last_name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_partial(definition: ast.ClassDef) -> bool:
    """Whether a class looks made to be completed by another, which may bind what this one only uses."""
    if any(role in definition.name.lower() for role in _ROLES):
        return True
    words = {n.id for n in ast.walk(definition) if isinstance(n, ast.Name)}
    words |= {n.attr for n in ast.walk(definition) if isinstance(n, ast.Attribute)}
    return bool(words & _UNFINISHED)


def _attributes_of_self(definition: ast.ClassDef) -> Iterator[ast.Attribute]:
    """The attributes read of the first argument of the methods, where it is never bound again."""
    for method in definition.body:
        if not isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if method.decorator_list and {_last_name(d) for d in method.decorator_list} - {"property", "cached_property"}:
            continue
        first = [*method.args.posonlyargs, *method.args.args][:1]
        if not first or first[0].arg != "self" or _binds_again(method):
            continue
        for node in ast.walk(method):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
                yield node


def _binds_again(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether ``self`` may mean another object somewhere inside."""
    inner = [n for n in ast.walk(method) if isinstance(n, ast.arg) and n.arg == "self"]
    stored = [
        n for n in ast.walk(method) if isinstance(n, ast.Name) and n.id == "self" and isinstance(n.ctx, ast.Store)
    ]
    return len(inner) > 1 or bool(stored)
