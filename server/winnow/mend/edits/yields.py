"""Generators: yield against yield from, a wrapped yield, yield against return."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit

PRIOR = 0.04
AFTER = {"generator": 4.0}


def propose(unit: Unit) -> Iterator[Proposal]:
    """The other way to yield, at each yield."""
    for node in unit.nodes:
        match node:
            case ast.Yield(value=ast.expr() as value):
                text = unit.text(value)
                why = "The values of an inner generator are handed on one by one."
                yield unit.instead(node, f"yield from {text}", 1.0, f"yield each of `{text}`", why)
                if isinstance(value, ast.Call) and len(value.args) == 1:
                    inner = unit.text(value.args[0])
                    yield unit.instead(
                        node, f"yield {inner}", 1.0, f"yield `{inner}` itself", "It needs no further call."
                    )
            case ast.YieldFrom(value=value):
                text = unit.text(value)
                yield unit.instead(node, f"yield {text}", 1.0, f"yield `{text}` as one value", "It is one value.")
