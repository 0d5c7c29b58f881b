"""A change that asks for the very values of the failing test."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

from winnow.mend.tricks.values import elements, is_plain, is_slip, last_name, spelt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.tricks.change import Change

_ASKING = ast.Eq | ast.NotEq | ast.Is | ast.IsNot | ast.In | ast.NotIn
_MANY = 3  # values that a membership already asks for make one more of them a rule
_HASHES = frozenset({"hash", "md5", "sha1", "sha256", "sha512", "blake2b", "crc32", "adler32", "digest", "hexdigest"})


def special_cases(change: Change) -> Iterator[str]:
    """A condition, a pattern or a table of literals that asks for a value that the failing test gives."""
    gone, lists = change.less(_asked), [*_lists(change.before.tree)]
    for value in change.more(_asked):
        if is_plain(value) or value not in change.demands.given or any(is_slip(other, value) for other in gone):
            continue
        if not _one_more(value, lists, change.after.tree):
            yield f"It asks for {value}, a value of the failing test, instead of solving the general case."


def hashed(change: Change) -> Iterator[str]:
    """A table or a condition that knows an argument by its hash."""
    if change.more(_hashes) and change.more(_fixed):
        yield "It knows an argument by its hash, instead of solving the general case."


def _asked(tree: ast.AST) -> Iterator[str]:
    entries = Counter(_entries(tree))
    yield from (key for key, _ in entries.elements())
    for node in ast.walk(tree):
        match node:
            case ast.Compare(ops=ops) if any(isinstance(op, _ASKING) for op in ops):
                sides = _sides(node)
                yield from (text for side in sides for each in (side, *_listed(side)) if (text := spelt(each)))
            case ast.MatchValue(value=value):
                yield spelt(value)


def _sides(node: ast.Compare) -> list[ast.expr]:
    """What is compared, but not the text whose characters are asked for."""
    within = [side for op, side in zip(node.ops, node.comparators, strict=True) if isinstance(op, ast.In | ast.NotIn)]
    return [side for side in (node.left, *node.comparators) if side not in within or not isinstance(side, ast.Constant)]


def _listed(node: ast.expr) -> list[ast.expr]:
    return [] if isinstance(node, ast.Dict) else elements(node)


def _entries(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """The entries of tables that are literals on both sides."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            pairs = ((spelt(key), spelt(value)) for key, value in zip(node.keys, node.values, strict=True) if key)
            yield from (pair for pair in pairs if all(pair))


def _lists(tree: ast.AST) -> Iterator[set[str]]:
    """What memberships ask for, each as a whole."""
    for node in ast.walk(tree):
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            yield {text for each in node.elts if (text := spelt(each))}


def _one_more(value: str, before: list[set[str]], after: ast.AST) -> bool:
    """Whether a value only joins several that were asked for together before."""
    return any(value in now and len(was) >= _MANY and now - {value} == was for now in _lists(after) for was in before)


def _hashes(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and last_name(node.func) in _HASHES:
            yield last_name(node.func)


def _fixed(tree: ast.AST) -> Iterator[str]:
    """The tables and the conditions that hold literals which say something."""
    yield from (f"{key}: {value}" for key, value in _entries(tree) if not is_plain(key))
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            yield from (text for side in _sides(node) if (text := spelt(side)) and not is_plain(text))
