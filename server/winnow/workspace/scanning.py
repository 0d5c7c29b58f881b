"""The worker process of the index: reads files, says what they define.

Started as ``python -m winnow.workspace.scanning``: a process of its own, because the parser holds the interpreter's
lock while it parses, and in a thread would take the hot path from a tenth of a millisecond to five. Paths come in as
one JSON list a line, each scan goes out as a line. It ends when its input does, so it never outlives the server.
"""

from __future__ import annotations

import gc
import os
import sys
from functools import cache
from typing import TYPE_CHECKING

import orjson
from tree_sitter import Parser

from winnow.workspace.language import extensions, language_of
from winnow.workspace.scans import Scan, packed
from winnow.workspace.source import Source
from winnow.workspace.symbols import outline_of

if TYPE_CHECKING:
    from winnow.workspace.language import Language

SIZE_LIMIT = 1_000_000
"""Bytes; a larger source file is generated, or data."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


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
    source = Source(data, _parser(language).parse(data), ascii_only=plain)
    rows = outline_of(source, language)
    return Scan(path=path, names=sorted({name for name, *_ in rows}), symbols_json=packed(rows))


def _unread(path: str, trouble: str) -> Scan:
    return Scan(path=path, names=[], symbols_json="", trouble=trouble)


@cache
def _parser(language: Language) -> Parser:
    return Parser(language.grammar)


def main() -> None:
    """Answer until the server is gone."""
    gc.disable()  # nothing here refers to itself, and looking for what does takes a thirtieth of the time
    for line in sys.stdin.buffer:
        scans = [orjson.dumps(tuple(scan(path))) + b"\n" for path in orjson.loads(line)]
        try:
            sys.stdout.buffer.writelines(scans)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            os._exit(0)  # the server is gone, and what was left to say with it


if __name__ == "__main__":
    main()
