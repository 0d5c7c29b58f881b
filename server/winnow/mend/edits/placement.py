"""A statement in the wrong place: inside a block or behind it, before its neighbour or after, or not needed."""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING

from winnow.text import split_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit

PRIOR = 0.06
AFTER = {"UnboundLocalError": 2.0, "None": 1.5}


def propose(unit: Unit) -> Iterator[Proposal]:
    """Move statements by one block or one place; leave one out."""
    for block in _blocks(unit):
        for one, other in pairwise(block):
            yield from _swapped(unit, one, other)
        if len(block) > 1 and isinstance(unit.parents.get(block[0]), ast.For | ast.While | ast.If | ast.With):
            yield from _out(unit, block[-1])
        if len(block) > 1:
            yield from (_without(unit, each) for each in block if not isinstance(each, ast.Return))
    for block in _blocks(unit):
        for one, other in pairwise(block):
            if isinstance(one, ast.For | ast.While | ast.If | ast.With) and _whole_lines(unit, other):
                yield from _into(unit, one, other)


def _blocks(unit: Unit) -> Iterator[list[ast.stmt]]:
    yield unit.body
    for node in unit.statements:
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield block


def _whole_lines(unit: Unit, node: ast.stmt) -> bool:
    """Whether the statement has its lines to itself."""
    start, end = unit.source.span(node)
    line = unit.source.line_start(node.lineno)
    rest = unit.source.text[end : unit.source.line_start((node.end_lineno or node.lineno) + 1)]
    return not unit.source.text[line:start].strip() and (not rest.strip() or rest.lstrip().startswith("#"))


def _lines(unit: Unit, node: ast.stmt) -> tuple[int, int, str]:
    start = unit.source.line_start(node.lineno)
    end = unit.source.line_start((node.end_lineno or node.lineno) + 1)
    return start, end, unit.source.text[start:end]


def _swapped(unit: Unit, one: ast.stmt, other: ast.stmt) -> Iterator[Proposal]:
    if not (_whole_lines(unit, one) and _whole_lines(unit, other)):
        return
    (start, one_end, first), (other_start, end, second) = _lines(unit, one), _lines(unit, other)
    between = unit.source.text[one_end:other_start]
    if second.endswith(("\n", "\r")) and not isinstance(other, ast.Return):
        title = f"run line {other.lineno} before line {one.lineno}"
        yield unit.splice((start, end), second + between + first, 0.5, title, "The second must come first.")


def _reindented(lines: str, old: str, new: str) -> str:
    return "".join(new + line.removeprefix(old) if line.strip() else line for line in split_lines(lines))


def _out(unit: Unit, last: ast.stmt) -> Iterator[Proposal]:
    """The last statement of a block, behind the block."""
    parent = unit.parents[last]
    if isinstance(parent, ast.stmt) and _whole_lines(unit, last) and not getattr(parent, "orelse", None):
        start, end, lines = _lines(unit, last)
        text = _reindented(lines, unit.indent(last), unit.indent(parent))
        yield unit.splice(
            (start, end), text, 0.8, f"move line {last.lineno} out of its block", "It must run after the block."
        )


def _into(unit: Unit, block: ast.For | ast.While | ast.If | ast.With, after: ast.stmt) -> Iterator[Proposal]:
    """The statement behind a block, as the last of the block."""
    start, end, lines = _lines(unit, after)
    text = _reindented(lines, unit.indent(after), unit.indent(block.body[-1]))
    title = f"move line {after.lineno} into the block above it"
    yield unit.splice((start, end), text, 0.6, title, "It belongs to the block above.")


def _without(unit: Unit, node: ast.stmt) -> Proposal:
    start, end = unit.source.span(node)
    return unit.splice((start, end), "pass", 0.2, f"leave out line {node.lineno}", "This step is not needed.")
