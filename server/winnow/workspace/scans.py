"""What the index keeps of a file: small, because a large project has a hundred thousand symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import orjson

from winnow.workspace.symbols import symbol_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.workspace.symbols import Row, Symbol


class Scan(NamedTuple):
    """What is known of one file: the names that it defines, and its symbols, as JSON because few are ever asked for.

    ``trouble`` says why nothing could be read.
    """

    path: str
    names: Sequence[str]
    symbols_json: str
    trouble: str = ""


def unpacked(scan: Scan, name: str = "") -> list[Symbol]:
    """What a file defines, in its order; with a name, what it defines by that."""
    rows: list[Row] = orjson.loads(scan.symbols_json) if scan.symbols_json else []
    return [symbol_of(row, scan.path) for row in rows if name in {"", row[0]}]


def packed(rows: list[Row]) -> str:
    """Symbols as a scan keeps them."""
    return orjson.dumps(rows).decode()
