"""Small random edits in a project's functions for the benchmark of proof: half meant to break, half meant to keep."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from itertools import accumulate, islice
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: ">=",
    ast.LtE: ">",
    ast.Gt: "<=",
    ast.GtE: "<",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.In: "not in",
    ast.Is: "is not",
    ast.IsNot: "is",
}
_OPERATORS: dict[type[ast.operator], str] = {ast.Add: "-", ast.Sub: "+", ast.Mult: "+", ast.FloorDiv: "*", ast.Mod: "*"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """Replace the code points ``start`` to ``end`` of a file; ``breaks`` says what it is meant to do."""

    path: Path
    start: int
    end: int
    text: str
    breaks: bool

    def applied(self, source: str) -> str:
        return source[: self.start] + self.text + source[self.end :]


def mutations(files: list[Path], number: int, seed: int) -> list[Mutation]:
    """At most so many edits, half of each kind, drawn from all functions alike."""
    chance = Random(seed)  # noqa: S311 - a sample, not a secret
    found = sorted(
        {each for path in files for each in _in_file(path)}, key=lambda each: (each.path, each.start, each.text)
    )
    chance.shuffle(found)
    drawn = []
    for breaks, share in ((True, number - number // 2), (False, number // 2)):
        drawn += list(islice((each for each in found if each.breaks is breaks and _changes_code(each)), share))
    chance.shuffle(drawn)
    return drawn


def _changes_code(mutation: Mutation) -> bool:
    """Whether an edit leaves Python, and other Python than there was: parentheses alone are no edit."""
    source = mutation.path.read_bytes().decode()
    try:
        return ast.dump(ast.parse(mutation.applied(source))) != ast.dump(ast.parse(source))
    except (SyntaxError, ValueError):
        return False


def _in_file(path: Path) -> Iterator[Mutation]:
    try:
        source = path.read_bytes().decode()
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    places = _Places(source)
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in (each for statement in function.body for each in _below(statement)):
                yield from (_mutation(path, places, *each) for each in _changes(node, source))


def _below(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, but for format strings: before Python 3.12 nothing says where their parts stand."""
    if not isinstance(node, ast.JoinedStr):
        yield node
        for child in ast.iter_child_nodes(node):
            yield from _below(child)


class _Places:
    """Code points of a source by the line and the byte that ``ast`` gives."""

    def __init__(self, source: str) -> None:
        self._lines = [line.encode() for line in re.findall(r"[^\n]*\n|[^\n]+", source)]
        self._starts = list(accumulate((len(line.decode()) for line in self._lines), initial=0))

    def offset(self, line: int, byte: int) -> int:
        return self._starts[line - 1] + len(self._lines[line - 1][:byte].decode())


def _mutation(path: Path, places: _Places, node: ast.expr, text: str, breaks: bool) -> Mutation:  # noqa: FBT001
    start = places.offset(node.lineno, node.col_offset)
    end = places.offset(node.end_lineno or 0, node.end_col_offset or 0)
    return Mutation(path=path, start=start, end=end, text=text, breaks=breaks)


def _changes(node: ast.AST, source: str) -> Iterator[tuple[ast.expr, str, bool]]:
    def said(part: ast.AST) -> str:
        return ast.get_source_segment(source, part) or ""

    match node:
        case ast.Compare(ops=[operator], comparators=[right]) if type(operator) in _COMPARISONS:
            yield node, f"({said(node.left)} {_COMPARISONS[type(operator)]} {said(right)})", True
            yield node, f"(({said(node)}),)[0]", False
        case ast.BinOp(op=operator) if type(operator) in _OPERATORS:
            yield node, f"({said(node.left)} {_OPERATORS[type(operator)]} {said(node.right)})", True
            yield node, f"(({said(node)}),)[0]", False
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield value, "None", True
            yield value, f"({said(value)} if True else None)", False
        case ast.If(test=test):
            yield test, f"not ({said(test)})", True
            yield test, f"not not ({said(test)})", False


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
