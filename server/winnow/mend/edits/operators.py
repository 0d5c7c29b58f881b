"""The wrong arithmetic, bitwise or boolean operator, operands the wrong way round, a needless operand or negation."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit

PRIOR = 0.10
AFTER = {"ZeroDivisionError": 1.5, "TypeError": 1.3}

SYMBOLS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>", ast.MatMult: "@",
}  # fmt: skip
_INSTEAD: dict[str, dict[str, float]] = {
    "+": {"-": 1.0, "*": 0.4, "|": 0.05},
    "-": {"+": 1.0, "*": 0.15, "//": 0.15, "%": 0.1, "/": 0.1},
    "*": {"**": 0.5, "+": 0.5, "/": 0.4, "//": 0.3},
    "/": {"//": 1.0, "*": 0.6, "%": 0.3},
    "//": {"/": 1.0, "%": 0.6, "*": 0.3},
    "%": {"//": 0.8, "/": 0.3},
    "**": {"*": 1.0},
    "&": {"|": 0.8, "^": 0.6},
    "|": {"&": 0.8, "^": 0.6},
    "^": {"&": 0.7, "|": 0.7, "**": 0.6},
    "<<": {">>": 1.0},
    ">>": {"<<": 1.0},
    "@": {"*": 1.0},
}
_NEUTRAL = {"*", "/", "//", "**"}  # with a one they change nothing that leaving it out would not say better
_COMMUTE = {"*", "&", "|", "^"}


def propose(unit: Unit) -> Iterator[Proposal]:
    """Every operator of the function, changed."""
    for node in unit.nodes:
        match node:
            case ast.BinOp():
                yield from _binary(unit, node)
            case ast.AugAssign():
                yield from _augmented(unit, node)
            case ast.BoolOp():
                yield from _boolean(unit, node)
            case ast.UnaryOp():
                why = "The sign or the negation turns the value into its opposite."
                yield unit.instead(node, unit.text(node.operand), 0.6, why=why)


def _between(unit: Unit, left: ast.AST, right: ast.AST, symbol: str) -> tuple[int, int] | None:
    start, end = unit.source.span(left)[1], unit.source.span(right)[0]
    found = re.search(re.escape(symbol), unit.source.text[start:end])
    return (start + found.start(), start + found.end()) if found else None


def _binary(unit: Unit, node: ast.BinOp) -> Iterator[Proposal]:
    symbol = SYMBOLS[type(node.op)]
    place = _between(unit, node.left, node.right, symbol)
    whole, left, right = unit.text(node), unit.text(node.left), unit.text(node.right)
    if isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
        return  # a text and its % arguments
    ones = any(isinstance(side, ast.Constant) and side.value == 1 for side in (node.left, node.right))
    for other, weight in _INSTEAD[symbol].items() if place else ():
        if ones and other in _NEUTRAL:
            continue
        assert place is not None  # noqa: S101 - for mypy
        yield unit.splice(place, other, weight, f"use {other} instead of {symbol}", f"`{whole}` would use `{other}`.")
    if symbol not in _COMMUTE and ast.dump(node.left) != ast.dump(node.right):
        turned = f"{_closed(node.right, right)} {symbol} {_closed(node.left, left)}"
        yield unit.instead(node, turned, 0.3 if symbol == "+" else 0.4, why="The order of the operands matters here.")
    why = "One operand is too much."
    for kept, lost, dropped in ((left, node.right, f"{symbol} {right}"), (right, node.left, f"{left} {symbol}")):
        weight = 1.0 if isinstance(lost, ast.Constant) and lost.value == 1 else 0.25
        yield unit.instead(node, kept, weight, f"write `{kept}` without `{dropped}`", why)


def _closed(node: ast.expr, text: str) -> str:
    return f"({text})" if isinstance(node, ast.BinOp | ast.BoolOp | ast.IfExp | ast.Compare | ast.Lambda) else text


def _augmented(unit: Unit, node: ast.AugAssign) -> Iterator[Proposal]:
    symbol = SYMBOLS[type(node.op)]
    place = _between(unit, node.target, node.value, symbol + "=")
    for other, weight in _INSTEAD[symbol].items() if place else ():
        assert place is not None  # noqa: S101 - for mypy
        title = f"use {other}= instead of {symbol}="
        yield unit.splice(place, f"{other}=", weight, title, f"`{unit.text(node)}` would use `{other}=`.")
    if place:
        yield unit.splice(
            place, "=", 0.3, f"assign with = instead of {symbol}=", "The value is replaced, not summed up."
        )


def _boolean(unit: Unit, node: ast.BoolOp) -> Iterator[Proposal]:
    symbol, other = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    parts = [unit.operand(value) for value in node.values]
    why = "`and` asks for all of the conditions, `or` for one of them."
    yield unit.instead(node, f" {other} ".join(parts), 1.0, f"use {other} instead of {symbol}", why)
