"""What a failing test wants: the values that it gives to what it calls, and those that it expects back."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winnow.mend.tricks.values import elements, last_name, spelt
from winnow.mend.unit import Function
from winnow.parsing import parse
from winnow.text import bare_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from winnow.facts import TestResult

_NESTED = 2  # a table of cases has rows, and a row has values
_SAME = frozenset({"approx", "sorted", "set", "list", "tuple", "dict", "frozenset", "str", "Decimal", "Path"})
_PLEDGES = {"assertTrue": "True", "assertFalse": "False", "assertIsNone": "None"}
_ERROR = re.compile(r"([A-Za-z_][\w.]*)\s*(?::|$)", re.MULTILINE)
_WHERE = re.compile(r"[\s+]*(?:(?:where|and)\s+)?")


@dataclass(frozen=True, slots=True)
class Demands:
    """Values as they are ``spelt``; ``errors`` are the names of what was raised, ``names`` those in the test."""

    given: frozenset[str]
    expected: frozenset[str]
    errors: frozenset[str]
    names: frozenset[str]


def demands(failures: Sequence[TestResult], tests: Sequence[str]) -> Demands:
    """What the failing tests want, by their own functions and messages; by all of a text in which there are none."""
    trees = [tree for text in tests if (tree := _tree(text)) is not None]
    own = [scope for failure in failures for tree in trees for scope in _scopes(failure.test, tree)]
    said = [tree for failure in failures for tree in _statements(failure.message)]
    local = {node.name for tree in trees for node in tree.body if isinstance(node, Function)}
    scopes = [*(own or trees), *said]
    walked = {name for scope in scopes for node in ast.walk(scope) for name in _names(_walked(node))}
    found = [value for scope in scopes for value in _wanted(scope, local, walked)]
    return Demands(
        given=frozenset(spelling for side, spelling in found if side == "given" and spelling),
        expected=frozenset(spelling for side, spelling in found if side == "expected" and spelling),
        errors=frozenset(_error(failure.message) for failure in failures),
        names=frozenset(name for scope in scopes for node in ast.walk(scope) if (name := last_name(node))),
    )


def _tree(text: str) -> ast.Module | None:
    try:
        return parse(text)
    except SyntaxError:
        return None


def _error(message: str) -> str:
    named = _ERROR.match(message)
    return named[1].rpartition(".")[2] if named else "AssertionError"


def _statements(message: str) -> Iterator[ast.Module]:
    """The lines of a message that are code, such as ``assert 1 == f(2)``, and the calls after ``where``."""
    for line in bare_lines(message):
        code = line[len(found[0]) :] if (found := _WHERE.match(line)) else line
        for text in (code, code.partition(" = ")[2]):
            if text and (tree := _tree(text)) is not None:
                yield tree
                break


def _scopes(test: str, tree: ast.Module) -> Iterator[ast.AST]:
    """The function of a test, the decorators around it, and what of the module they name, that names more in turn."""
    *classes, name = test.partition("[")[0].split("::")[1:] or [""]
    body: list[ast.stmt] = tree.body
    scopes: list[ast.AST] = []
    for around in classes:
        inner = next((node for node in body if isinstance(node, ast.ClassDef) and node.name == around), None)
        body = inner.body if inner else []
        scopes += inner.decorator_list if inner else []
    functions = [node for node in body if isinstance(node, Function) and node.name == name]
    if not functions:
        return
    scopes += functions
    for scope in scopes:  # which grows meanwhile
        used = {node.arg if isinstance(node, ast.arg) else last_name(node) for node in ast.walk(scope)}
        scopes += [node for node in tree.body if node not in scopes and _defined(node) & used]
    yield from scopes


def _defined(node: ast.stmt) -> set[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            return {last_name(target) for target in targets}
        case ast.AnnAssign(target=target):
            return {last_name(target)}
    return set()


def _wanted(scope: ast.AST, local: set[str], walked: set[str]) -> Iterator[tuple[str, str]]:
    """The values in a test, each with the side it is on; one that may be on either is on both.

    ``local`` are the functions of the test's file, ``walked`` the names of what it goes through case by case.
    """
    for node in ast.walk(scope):
        match node:
            case ast.Call():
                yield from _passed(node, local)
            case ast.Compare(left=left, comparators=others):
                yield from _on("expected", [left, *others])
            case ast.Assert(test=ast.UnaryOp(op=ast.Not())):
                yield "expected", "False"
            case ast.Assert(test=ast.Call() | ast.Name()):
                yield "expected", "True"
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in walked:
                yield from _either(_cells(value))
            case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value) | ast.NamedExpr(value=value):
                yield from _either([value])
            case ast.Return(value=ast.expr() as value):
                yield from _either([value])
        yield from _either(_cells(_walked(node)))


def _passed(call: ast.Call, local: set[str]) -> Iterator[tuple[str, str]]:
    name = last_name(call.func)
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    if name in _PLEDGES:
        yield "expected", _PLEDGES[name]
    elif name.startswith("assert"):
        yield from _on("expected", values)
    elif name in local or name in _SAME:
        yield from _either(values)
    elif name not in {"parametrize", "raises"}:
        yield from _on("given", values)


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _walked(node: ast.AST) -> ast.AST:
    """What a loop or a parametrized test goes through; nothing where a node is neither."""
    match node:
        case ast.For(iter=cases) | ast.comprehension(iter=cases):
            return cases
        case ast.Call(func=ast.Attribute(attr="parametrize"), args=[_, cases, *_]):
            return cases
    return ast.Pass()


def _cells(node: ast.AST, depth: int = _NESTED) -> Iterator[ast.AST]:
    yield node
    case_of = node.args if isinstance(node, ast.Call) and last_name(node.func) == "param" else elements(node)
    for each in case_of if depth else ():
        yield from _cells(each, depth - 1)


def _on(side: str, nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    return ((side, spelt(node)) for node in nodes)


def _either(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        yield from (("given", spelt(node)), ("expected", spelt(node)))
