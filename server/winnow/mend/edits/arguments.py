"""The wrong arguments of a call: swapped, one too many, one missing."""

from __future__ import annotations

import ast
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit

PRIOR = 0.08
AFTER = {"TypeError": 3.0, "RecursionError": 2.0}
_MOST = {"abs": 1, "len": 1, "reversed": 1, "list": 1, "set": 1, "tuple": 1, "bool": 1, "float": 1, "ord": 1, "chr": 1,
         "all": 1, "any": 1, "round": 2, "enumerate": 2, "range": 3}  # fmt: skip
"""How many arguments a function that everybody calls takes at most."""


def propose(unit: Unit) -> Iterator[Proposal]:
    """Calls with their arguments in another order, or one more or fewer; tuples with two values swapped."""
    for node in unit.nodes:
        if isinstance(node, ast.Call):
            yield from _swapped(unit, node.args)
            yield from _fewer(unit, node)
            yield from _more(unit, node)
        elif isinstance(node, ast.Tuple | ast.List):
            yield from _swapped(unit, node.elts)


def _swapped(unit: Unit, values: list[ast.expr]) -> Iterator[Proposal]:
    for one, other in combinations(values, 2):
        first, second = unit.text(one), unit.text(other)
        if ast.dump(one) == ast.dump(other):
            continue
        (start, one_end), (other_start, end) = unit.source.span(one), unit.source.span(other)
        text = second + unit.source.text[one_end:other_start] + first
        why = "The two values stand in each other's place."
        yield unit.splice((start, end), text, 1.0, f"swap `{first}` and `{second}`", why)


def _fewer(unit: Unit, node: ast.Call) -> Iterator[Proposal]:
    if len(node.args) > 1:
        start, end = unit.source.span(node.args[0])[0], unit.source.span(node.args[-1])[1]
        for left_out in node.args:
            text = ", ".join(unit.text(a) for a in node.args if a is not left_out)
            why = "The call does without this argument."
            yield unit.splice((start, end), text, 0.25, f"leave out the argument `{unit.text(left_out)}`", why)


def _more(unit: Unit, node: ast.Call) -> Iterator[Proposal]:
    at = unit.source.span(node)[1] - 1
    wanted = 1.0 if "TypeError" in unit.words else 0.15
    given = {unit.text(a) for a in node.args}
    if isinstance(node.func, ast.Name) and len(node.args) >= _MOST.get(node.func.id, len(node.args) + 1):
        return
    for name in unit.variables:
        if name not in given and not node.keywords and not any(isinstance(a, ast.GeneratorExp) for a in node.args):
            text = f", {name}" if node.args else name
            why = "The call lacks an argument."
            yield unit.splice((at, at), text, wanted, f"pass `{name}` to `{unit.text(node.func)}`", why)
