"""The worker process of the index: reads files, says what they define and import.

A process of its own, because the parser holds the interpreter's lock while it parses: in a thread it would take the
hot path from a tenth of a millisecond to five. Paths come in as one JSON list a line; for each list one JSON object
goes out, by path. It ends when its input does, so it never outlives the server.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import orjson
from tree_sitter import Parser

from winnow.workspace.files import SIZE_LIMIT
from winnow.workspace.language import extensions, language_of
from winnow.workspace.source import Source
from winnow.workspace.syntax import imports_in, symbols_in


def scan(path: str) -> dict[str, Any]:
    """What a file defines and imports; ``trouble`` says why nothing could be read."""
    language = language_of(extensions()[Path(path).suffix])
    try:
        data = Path(path).read_bytes()
        text = data.decode()
    except OSError as error:
        return {"trouble": error.strerror or str(error)}
    except UnicodeDecodeError:
        return {"trouble": "it is not UTF-8"}
    if language is None or len(data) > SIZE_LIMIT or "\0" in text:
        return {"trouble": "it is too large or not text"}
    source = Source(data, Parser(language.grammar).parse(data), ascii_only=len(data) == len(text))
    symbols = [
        [each.name, each.kind, each.line, each.span.start, each.span.end, each.container, each.signature]
        for each in symbols_in(source, language, path)
    ]
    imports = [[each.module, each.name, each.alias] for each in imports_in(source, language)]
    return {"symbols": symbols, "imports": imports}


def main() -> None:
    """Answer until the server is gone."""
    os.nice(5)  # the keyboard comes first
    for line in sys.stdin.buffer:
        found = {path: scan(path) for path in orjson.loads(line)}
        sys.stdout.buffer.write(orjson.dumps(found) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
