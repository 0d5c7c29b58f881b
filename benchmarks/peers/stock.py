"""A peer for the latency benchmark: pygls as it comes, answering a constant."""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("stock", "1")
ORIGIN = types.Position(line=0, character=0)


@server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
def answer(_: types.InlineCompletionParams) -> types.InlineCompletionList:
    item = types.InlineCompletionItem(insert_text="hello_world(a, b)", range=types.Range(start=ORIGIN, end=ORIGIN))
    return types.InlineCompletionList(items=[item])


server.start_io()
