"""A fix, or a trick? What speaks against a change that makes the tests pass: the classic ways to overfit them."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winnow.mend.unit import Function, Source
from winnow.parsing import literal, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from winnow.facts import TestResult

_TRIVIAL = {"0", "1", "-1", "2", "True", "False", "None", "''", "b''", "0.0", "1.0"}
_BLOCKS = (ast.stmt, ast.excepthandler, ast.match_case)
_KEPT = 0.5  # a function that keeps less of its statements than this has lost behaviour
_WHOLE = 10  # unless it is written anew: so many nodes of the tree say more than an answer that is given away


@dataclass(frozen=True, slots=True)
class _Change:
    """One file before and after, and what the failing tests said."""

    before: Source
    after: Source
    said: str


def objections(
    before: str,
    after: str,
    failures: Sequence[TestResult],
    *,
    of_tests: bool = False,
    tests: Sequence[str] = (),
) -> tuple[str, ...]:
    """Sentences that speak against a change of one file; none when it looks like a fix.

    ``of_tests`` tells whether the file is one of tests; ``tests`` are the texts of the failing tests, from which, as
    from the failures' messages, special cases are recognised. Text that does not parse is objected to; where it did not
    parse before either, there is nothing to compare with.
    """
    said = "\n".join([*(failure.message for failure in failures), *tests])
    new = _source("after", after)
    if new is None:
        return ("It does not parse.",)
    change = _Change(_source("before", before) or Source("before", "\n"), new, said)
    found = [sentence for check in _CHECKS for sentence in check(change)]
    if of_tests:
        found += _weaker_tests(change)
    return tuple(dict.fromkeys(found))


def _source(key: str, text: str) -> Source | None:
    try:
        return Source(key, text)
    except SyntaxError:
        return None


def _special_cases(change: _Change) -> Iterator[str]:
    """A condition that asks for the very values of a failing test."""
    known = Counter(_asked(change.before.tree))
    for value in Counter(_asked(change.after.tree)) - known:
        if not _plain(value) and (value in change.said or value.replace("'", '"') in change.said):
            yield f"It asks for {value}, a value of the failing test, instead of solving the general case."


def _asked(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Compare(ops=[ast.Eq() | ast.NotEq() | ast.Is() | ast.In() | ast.NotIn(), *_]):
                sides = [node.left, *node.comparators]
                yield from (ast.unparse(side) for side in sides if _literal(side))
                yield from (
                    ast.unparse(e)
                    for s in sides
                    if isinstance(s, ast.List | ast.Tuple | ast.Set)
                    for e in s.elts
                    if _literal(e)
                )
            case ast.match_case(pattern=ast.MatchValue(value=value)):
                yield ast.unparse(value)
            case ast.Dict(keys=keys):
                yield from (ast.unparse(key) for key in keys if key is not None and _literal(key))


def _plain(literal: str) -> bool:
    """Whether a literal is an ordinary one: an empty value or a small number, nested or not."""
    constants = (node for node in ast.walk(parse(literal)) if isinstance(node, ast.Constant))
    return all(ast.unparse(constant) in _TRIVIAL for constant in constants)


def _literal(node: ast.expr) -> bool:
    try:
        literal(node)
    except ValueError:
        return False
    return True


def _answers(change: _Change) -> Iterator[str]:
    """A return of the very value that a failing test expects, unless the function chooses among several words."""
    known = Counter(_returned(ast.walk(change.before.tree)))
    words = {word for function, _ in change.after.functions.values() for word in _words(function)}
    for value in Counter(_returned(ast.walk(change.after.tree))) - known:
        if value in words:
            continue
        if not _plain(value) and value in change.said:
            yield f"It returns {value}, the answer that the failing test expects, without working it out."


def _words(function: Function) -> set[str]:
    """The texts that a function answers with, where they are all that it answers with, and more than one."""
    answers = set(_returned(_own(function)))
    return answers if len(answers) > 1 and all(isinstance(literal(answer), str) for answer in answers) else set()


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """What is inside a function, without the functions that it defines."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, Function):
            yield child
            yield from _own(child)


def _returned(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The literals that are returned, also those that a conditional expression chooses from."""
    values = [node.value for node in nodes if isinstance(node, ast.Return) and node.value is not None]
    while values:
        match values.pop():
            case ast.IfExp(body=body, orelse=orelse):
                values += [body, orelse]
            case value if _literal(value):
                yield ast.unparse(value)


def _lost_functions(change: _Change) -> Iterator[str]:
    for name in change.before.functions:
        if name not in change.after.functions:
            yield f"It removes `{name}`."


def _lost_statements(change: _Change) -> Iterator[str]:
    for name, (function, _) in change.before.functions.items():
        if name in change.after.functions:
            yield from _reduced(name, function, change.after.functions[name][0])


def _reduced(name: str, before: Function, after: Function) -> Iterator[str]:
    count = {kind: (_count(before, kind), _count(after, kind)) for kind in (ast.stmt, ast.Raise, ast.Assert, ast.If)}
    (had, has), (raised, raises), (asserted, asserts), (asked, asks) = count.values()
    if raises < raised:
        yield f"It no longer raises an error that `{name}` raised."
    if asserts < asserted:
        yield f"It drops an assertion from `{name}`."
    if _made(before, after) >= _WHOLE:
        return
    if had > 3 and has < had * _KEPT:  # noqa: PLR2004 - a function of two lines may well become one
        yield f"It deletes most of what `{name}` does."
    elif asks < asked and has < had - 1:
        yield f"It drops a whole branch of `{name}`."
    elif had - _count(before, ast.Pass) > has - _count(after, ast.Pass) + 1 or (
        _count(after, ast.Pass) > _count(before, ast.Pass)
    ):
        yield f"It leaves out a step of `{name}`."


def _made(before: Function, after: Function) -> int:
    """The size of what was not there before: simple statements, and the heads of compound ones."""
    known = {ast.dump(piece) for piece in _pieces(before)}
    return sum(sum(1 for _ in ast.walk(piece)) for piece in _pieces(after) if ast.dump(piece) not in known)


def _pieces(function: Function) -> Iterator[ast.AST]:
    for node in ast.walk(function):
        if isinstance(node, ast.stmt) and node is not function:
            if hasattr(node, "body"):
                yield from (part for part in ast.iter_child_nodes(node) if not isinstance(part, _BLOCKS))
            else:
                yield node


def _count(function: Function, kind: type[ast.AST]) -> int:
    return sum(isinstance(node, kind) for node in ast.walk(function))


def _swallowed(change: _Change) -> Iterator[str]:
    """A new handler that says nothing, or a new suppression."""
    if len(list(_silent(change.after.tree))) > len(list(_silent(change.before.tree))):
        yield "It swallows an exception instead of removing its cause."


def _silent(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        match node:
            case ast.ExceptHandler(type=caught, body=body):
                broad = caught is None or (isinstance(caught, ast.Name) and caught.id in {"Exception", "BaseException"})
                if broad or all(isinstance(s, ast.Pass | ast.Continue | ast.Return) for s in body):
                    yield node
            case ast.withitem(context_expr=ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress"))):
                yield node


def _test_aware(change: _Change) -> Iterator[str]:
    """Code that looks whether it is being tested."""
    for word in ("PYTEST_CURRENT_TEST", "_pytest", "unittest"):
        if word in change.after.text and word not in change.before.text:
            yield "It looks whether it is being tested."


def _weaker_tests(change: _Change) -> Iterator[str]:
    before, after = (Counter(_assertions(source.tree)) for source in (change.before, change.after))
    if before - after:
        yield "It changes or drops an assertion of a test."
    skips = ("skip", "xfail", "deselect", "approx")
    if any(change.after.text.count(word) > change.before.text.count(word) for word in skips):
        yield "It skips a test, or makes it less exact."


def _assertions(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            yield ast.dump(node.test)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _asserts(node.func.attr):
            yield ast.dump(node)


def _asserts(method: str) -> bool:
    return method.startswith("assert") or method == "raises"


_CHECKS: tuple[Callable[[_Change], Iterator[str]], ...] = (
    _special_cases,
    _answers,
    _lost_functions,
    _lost_statements,
    _swallowed,
    _test_aware,
)
