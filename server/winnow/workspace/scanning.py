"""The worker process of the index: lists folders, reads files, says what they define.

Started as ``python -m winnow.workspace.scanning [STORE]``: a process of its own, because the parser holds the
interpreter's lock while it parses, and in a thread would take the hot path from a tenth of a millisecond to five.

It is asked in lines of JSON, and answers so. A list of paths is answered by the scan of each, a line for each, which
are in the store by then, if there is one. A folder is answered by how many scans the store knows that still hold, in
how many lists the other files come, and what trouble there was; then by these scans and these lists, a line for each.
It ends when its input does, so it never outlives the server.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import closing
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from tree_sitter import Parser

from winnow.workspace.closed import stamp_of
from winnow.workspace.files import project_files
from winnow.workspace.language import extensions, language_of
from winnow.workspace.scans import Scan, packed
from winnow.workspace.source import Source
from winnow.workspace.store import Store
from winnow.workspace.symbols import outline_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tree_sitter import Point

    from winnow.workspace.language import Language

SIZE_LIMIT = 1_000_000
"""Bytes; a larger source file is generated, or data."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BATCH = 1000
"""Paths that are told in a line."""
_PIECE = 4096
"""Bytes that are parsed at a time, in a tenth of a millisecond."""
_give_way: Callable[[], None] = getattr(os, "sched_yield", lambda: None)
"""Let others have the processor. Linux does not always take it from a process that runs only while no other wants it: a
keystroke would wait for up to four milliseconds."""


def scan(path: str) -> Scan:
    """What a file defines."""
    language = language_of(extensions().get(f".{path.rpartition('.')[2]}", ""))
    if language is None:
        return _unread(path, "no parser for its language is installed")
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - for every file of the project
            data = file.read(SIZE_LIMIT + 1)
        if len(data) > SIZE_LIMIT:
            return _unread(path, f"it is larger than {SIZE_LIMIT // 1000} kB")
        data = data.removeprefix(_BYTE_ORDER_MARK)
        plain = data.isascii()
        if not plain:
            data.decode()
    except OSError as error:
        return _unread(path, error.strerror or str(error))
    except UnicodeDecodeError:
        return _unread(path, "it is not UTF-8")
    if b"\0" in data:
        return _unread(path, "it is not text")
    source = Source(data, _parser(language).parse(partial(_piece, data)), ascii_only=plain)
    _give_way()
    rows = outline_of(source, language)
    _give_way()
    return Scan(path=path, names=sorted({name for name, *_ in rows}), symbols_json=packed(rows))


def _piece(data: bytes, start: int, _point: Point) -> bytes:
    _give_way()
    return data[start : start + _PIECE]


def _unread(path: str, trouble: str) -> Scan:
    return Scan(path=path, names=[], symbols_json="", trouble=trouble)


@cache
def _parser(language: Language) -> Parser:
    return Parser(language.grammar)


def _survey(folder: str, file: Path | None) -> Iterator[Any]:
    with closing(Store.open(file)) as store:
        present, known = store.fresh(project_files(folder, extensions()))
        store.drop_others(present)
    stale = sorted(present - {scan.path for scan in known})
    batches = [stale[start : start + _BATCH] for start in range(0, len(stale), _BATCH)]
    return chain([(len(known), len(batches), store.trouble)], known, batches)


def _scans(paths: list[str], file: Path | None) -> Iterator[Scan]:
    stamps = {path: stamp_of(path) for path in paths}  # before the texts: one that changes meanwhile is read again
    scans = list(map(scan, paths))
    _store(file).keep(scans, stamps)
    return iter(scans)


@cache
def _store(file: Path | None) -> Store:
    return Store.join(file)


def main() -> None:
    """Answer until the server is gone."""
    gc.disable()  # nothing here refers to itself, and looking for what does takes a thirtieth of the time
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    for line in sys.stdin.buffer:
        asked = orjson.loads(line)
        answer = _survey(asked, file) if isinstance(asked, str) else _scans(asked, file)
        try:
            sys.stdout.buffer.writelines(orjson.dumps(tuple(told)) + b"\n" for told in answer)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            os._exit(0)  # the server is gone, and what was left to say with it


if __name__ == "__main__":
    main()
