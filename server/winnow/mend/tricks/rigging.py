"""A change that beats the test instead of meeting it: code that knows of tests, or that makes them all pass."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from winnow.mend.tricks.values import last_name, spelt
from winnow.mend.unit import Function

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.tricks.change import Change

_RUNNERS = frozenset({"pytest", "_pytest", "unittest"})
_STACKS = frozenset(
    {"sys._getframe", "inspect.stack", "inspect.currentframe", "inspect.getouterframes", "traceback.extract_stack"}
)
_ENDS = frozenset({"sys.exit", "os._exit", "exit", "quit", "os.abort"})
_OPENS = frozenset({"open", "read_text", "glob", "rglob", "listdir"})
_RUNNER = re.compile(r"_?(?:pytest|unittest)(?:\..*)?|PYTEST_CURRENT_TEST")
_TEST_FILE = re.compile(r"(?:^|/)(?:test_[^/]*|[^/]*_test|conftest)\.py$|^(?:\./|\.\./)*tests?/?$")
_COMPARISONS = frozenset({"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"})


def test_aware(change: Change) -> Iterator[str]:
    """Code outside the tests that looks whether, or by whom, it is being tested."""
    if change.of_tests:
        return
    if change.more(_looks):
        yield "It looks whether it is being tested."
    if change.more(_reads):
        yield "It reads the tests."


def rigged(change: Change) -> Iterator[str]:
    """What makes any test pass: comparisons that always say the same, builtins replaced, a run that ends early."""
    for name in change.more(_constant_comparisons):
        yield f"Its `{name}` says the same of everything."
    if change.more(_replaced):
        yield "It replaces a builtin."
    if "SystemExit" not in change.demands.names | change.demands.errors and (change.more(_ended)):
        yield "It ends the program that runs the test."


def _looks(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names if name.name.partition(".")[0] in _RUNNERS)
            case ast.ImportFrom(module=str() as module, level=0) if module.partition(".")[0] in _RUNNERS:
                yield module
            case ast.Attribute() if ast.unparse(node) in _STACKS:
                yield ast.unparse(node)
            case ast.ImportFrom(module=str() as module, names=names):
                yield from (name.name for name in names if f"{module}.{name.name}" in _STACKS)
            case ast.Compare() | ast.Call() | ast.Subscript():
                parts = (each for each in ast.iter_child_nodes(node) if isinstance(each, ast.Constant))
                texts = (each.value for each in parts if isinstance(each.value, str))
                yield from (text for text in texts if _RUNNER.fullmatch(text))


def _reads(tree: ast.AST) -> Iterator[str]:
    """The names of test files in a function, or in a module, that reads files."""
    for scope in (tree, *(node for node in ast.walk(tree) if isinstance(node, Function))):
        nodes = [*ast.walk(scope)]
        if any(isinstance(node, ast.Call) and last_name(node.func) in _OPENS for node in nodes):
            texts = (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
            yield from (text for text in texts if _TEST_FILE.search(text))


def _constant_comparisons(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) if name in _COMPARISONS:
                returned = [each.value for each in ast.walk(node) if isinstance(each, ast.Return)]
                said = {spelt(value) if value else "" for value in returned}
                if len(said) == 1 and said != {""}:
                    yield name
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda(body=body)):
                if name in _COMPARISONS and spelt(body):
                    yield name


def _replaced(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets):
                yield from (
                    ast.unparse(target)
                    for target in targets
                    if isinstance(target, ast.Attribute | ast.Subscript) and _of_builtins(target.value)
                )
            case ast.Call(func=ast.Name(id="setattr"), args=[place, *_]) if _of_builtins(place):
                yield ast.unparse(node)


def _of_builtins(node: ast.expr) -> bool:
    return last_name(node) in {"builtins", "__builtins__"}


def _ended(tree: ast.AST) -> Iterator[str]:
    """The calls that end a program, but where a module is run as one."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
                continue
            case ast.Call(func=func) if ast.unparse(func) in _ENDS:
                yield ast.unparse(func)
            case ast.Raise(exc=ast.expr() as raised) if "SystemExit" in ast.unparse(raised):
                yield "SystemExit"
        yield from _ended(node)
