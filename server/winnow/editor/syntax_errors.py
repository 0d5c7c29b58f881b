"""Winnow's own diagnostic where a text does not parse, for an editor in which no other server tells of it.

A quick fix needs something to hang on. What other servers say reaches us with a request for code actions alone: once
one of them is seen to tell of a place that we tell of, too, ours are withdrawn for good.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from winnow.editor import positions
from winnow.editor.diagnostics import ERROR, LINE_END, SOURCE
from winnow.mend import syntax_error

if TYPE_CHECKING:
    from collections.abc import Collection

    from winnow.editor.client import EditorClient
    from winnow.editor.server import WinnowServer
    from winnow.text import Text

CODE = "syntax-error"
STANDS_SECONDS = 1.0
"""How long a text has not parsed before that is said: while somebody types, it hardly ever parses."""

MENDED_SECONDS = 0.3
"""How long the keyboard rests before a marked text is parsed again: to parse it at every key would hold up the keys."""


LONGEST = 200_000
"""Characters; the parse of a longer text holds the interpreter, and with it the keyboard, for 60 ms and more."""


def schedule(server: WinnowServer, uri: str) -> None:
    """Look at a document once the keyboard rests."""
    if server.client.others_parse:
        return
    server.client.edited[uri] = time.monotonic()
    name = f"parse {uri}"
    waiting = server.session.tasks.get(name)
    if waiting is None or waiting.done():  # one that waits will see that the keyboard did not rest
        server.session.start(name, _look, server, uri)


def let_go(server: WinnowServer, uri: str) -> None:
    """Forget a document that was closed, and take its mark away."""
    server.session.stop(f"parse {uri}")
    server.client.edited.pop(uri, None)
    if server.client.unparsed.pop(uri, None) is not None:
        server.client.redraw([uri])


async def _look(server: WinnowServer, uri: str) -> None:
    """Look at a document when the keyboard rests, and again when it was edited meanwhile."""
    looked_at = -1.0
    while looked_at != server.client.edited[uri]:
        looked_at = await _rested(server.client, uri)
        await _mark(server, uri)


async def _rested(client: EditorClient, uri: str) -> float:
    """Wait until a document has not been edited for a while; when it last was."""
    while True:
        edited = client.edited[uri]
        left = edited + (MENDED_SECONDS if uri in client.unparsed else STANDS_SECONDS) - time.monotonic()
        if left <= 0:
            return edited
        await asyncio.sleep(left)


async def _mark(server: WinnowServer, uri: str) -> None:
    client = server.client
    document = server.session.workspace.snapshot.documents.get(uri)
    mark = {}
    if document is not None and document.language == "python" and len(document.text) <= LONGEST:
        error = await asyncio.to_thread(syntax_error, str(document.text))
        if server.session.workspace.snapshot.documents.get(uri) is not document:
            return
        if error is not None and not client.others_parse:
            mark = {uri: _diagnostic(error, document.text, server.units)}
    unparsed = {name: each for name, each in client.unparsed.items() if name != uri} | mark
    if unparsed != client.unparsed:
        client.unparsed = unparsed
        client.redraw([uri])


def _diagnostic(error: SyntaxError, text: Text, units: str) -> dict[str, Any]:
    at = text.offset(max((error.lineno or 1) - 1, 0), max((error.offset or 1) - 1, 0))
    start = positions.position(text, at, units)
    span = {"start": start, "end": {"line": start["line"], "character": LINE_END}}
    return {"range": span, "severity": ERROR, "source": SOURCE, "code": CODE, "message": f"{error.msg} (syntax)"}


def overhear(server: WinnowServer, uri: str, lines: Collection[int]) -> None:
    """Note the lines where other servers report errors: where one is also ours, they parse, and ours are needless."""
    ours = server.client.unparsed.get(uri)
    if ours is not None and any(abs(ours["range"]["start"]["line"] - line) <= 1 for line in lines):
        server.client.others_parse = True
        marked, server.client.unparsed = server.client.unparsed, {}
        server.client.redraw(marked)
