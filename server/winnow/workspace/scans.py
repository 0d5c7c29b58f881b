"""What the index keeps of a file: small, because a large project has a hundred thousand symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import orjson

from winnow.workspace.symbols import Import, Span, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterable


class Scan(NamedTuple):
    """What is known of one file: what it defines by name, the last parts of what it imports, and all of it packed.

    ``trouble`` says why nothing could be read. Packed as JSON, as few of its symbols are ever asked for.
    """

    path: str
    names: list[str]
    imported: list[str]
    packed: str
    trouble: str = ""


def unpacked_symbols(scan: Scan) -> list[Symbol]:
    """What a file defines, in its order."""
    rows = orjson.loads(scan.packed)[0] if scan.packed else ()
    return [
        Symbol(
            name=name,
            kind=kind,
            path=scan.path,
            line=line,
            span=Span(start=start, end=end),
            container=container,
            signature=signature,
        )
        for name, kind, line, start, end, container, signature in rows
    ]


def unpacked_imports(scan: Scan) -> list[Import]:
    """What a file imports, in its order."""
    rows = orjson.loads(scan.packed)[1] if scan.packed else ()
    return [
        Import(module=module, name=name, alias=alias, level=level, span=Span(start=start, end=end))
        for module, name, alias, level, start, end in rows
    ]


def packed(symbols: Iterable[Symbol], imports: Iterable[Import]) -> str:
    """Symbols and imports as a scan keeps them."""
    defined = [
        (each.name, each.kind, each.line, each.span.start, each.span.end, each.container, each.signature)
        for each in symbols
    ]
    made = [(each.module, each.name, each.alias, each.level, each.span.start, each.span.end) for each in imports]
    return orjson.dumps((defined, made)).decode()
