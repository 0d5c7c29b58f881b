"""What the index keeps of a file: small, because a large project has a hundred thousand symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import orjson

from winnow.workspace.symbols import Span, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterable


class Scan(NamedTuple):
    """What is known of one file: what it defines by name, and all of that packed.

    ``trouble`` says why nothing could be read. Packed as JSON, as few of its symbols are ever asked for.
    """

    path: str
    names: list[str]
    packed: str
    trouble: str = ""


def unpacked(scan: Scan, name: str = "") -> list[Symbol]:
    """What a file defines, in its order; with a name, what it defines by that."""
    return [
        Symbol(
            name=each,
            kind=kind,
            path=scan.path,
            line=line,
            span=Span(start=start, end=end),
            container=container,
            signature=signature,
        )
        for each, kind, line, start, end, container, signature in (orjson.loads(scan.packed) if scan.packed else ())
        if name in {"", each}
    ]


def packed(symbols: Iterable[Symbol]) -> str:
    """Symbols as a scan keeps them."""
    rows = [
        (each.name, each.kind, each.line, each.span.start, each.span.end, each.container, each.signature)
        for each in symbols
    ]
    return orjson.dumps(rows).decode()
