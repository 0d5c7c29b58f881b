"""Documents as the editor has them: opened, edited, saved, closed.

Plain functions, so that the order of the messages is the order of the snapshots.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from winnow import follow, learn, opening
from winnow.editor import positions, rehearsal, syntax_errors
from winnow.facts import Document
from winnow.text import Text
from winnow.uris import path_of

if TYPE_CHECKING:
    from winnow.editor.server import WinnowServer

SIZE_LIMIT = 5_000_000
"""Characters; a larger document is not followed: no editor completes in it, and every keystroke would take longer."""


def register(server: WinnowServer) -> None:
    """Follow the documents past pygls's own copies of them, which cost a millisecond a keystroke."""
    own = server.protocol.direct_notifications
    own[types.TEXT_DOCUMENT_DID_OPEN] = lambda params: opened(server, params)
    own[types.TEXT_DOCUMENT_DID_CHANGE] = lambda params: changed(server, params)
    own[types.TEXT_DOCUMENT_DID_CLOSE] = lambda params: closed(server, params)
    own[types.TEXT_DOCUMENT_DID_SAVE] = lambda params: saved(server, params)
    # Made known to pygls too, which tells the editor what we want to hear of: it sends no other saves.
    server.feature(types.TEXT_DOCUMENT_DID_SAVE, types.SaveOptions(include_text=False))(lambda _: None)


def opened(server: WinnowServer, params: dict[str, Any]) -> None:
    """Begin to follow a document."""
    item = params["textDocument"]
    uri = server.names.opened(item["uri"])
    if len(item["text"]) > SIZE_LIMIT:
        server.client.say(
            f"{item['uri']} is too large for Winnow ({len(item['text']):,} characters): it is left alone."
        )
        return
    document = Document(uri=uri, language=item["languageId"], version=int(item["version"]), text=Text.of(item["text"]))
    server.session.workspace.put(document)
    server.session.ignored.forget([path_of(uri)])
    server.session.start(f"looking whether {uri} is ignored", server.session.withheld, [path_of(uri)])
    rehearsal.schedule(server, document.uri)
    syntax_errors.schedule(server, document.uri)


def changed(server: WinnowServer, params: dict[str, Any]) -> None:
    """Follow an edit: the text first, then what can be learned from it, then the tests it reaches."""
    identity = params["textDocument"]
    session = server.session
    before = session.workspace.snapshot.documents.get(server.names.inside(identity["uri"]))
    if before is None:
        return
    document = Document(
        uri=before.uri,
        language=before.language,
        version=int(identity["version"]),
        text=positions.changed(before.text, params["contentChanges"], server.units),
    )
    if len(document.text) > SIZE_LIMIT:  # as after a paste
        size = f"{len(document.text):,} characters"
        server.client.say(
            f"{identity['uri']} has become too large for Winnow ({size}): it is left alone until it is opened again."
        )
        _let_go(server, document.uri)
        return
    session.workspace.put(document)
    learn.observe(before, document, session)
    follow.reconsider(document.uri, session)
    rehearsal.schedule(server, document.uri)
    syntax_errors.schedule(server, document.uri)


def saved(server: WinnowServer, params: dict[str, Any]) -> None:
    """Have the embedded engine learn what was saved. The tests ran on this text already."""
    uri = server.names.inside(params["textDocument"]["uri"])
    document = server.session.workspace.snapshot.documents.get(uri)
    if document is not None:
        server.session.start(f"reading {uri}", opening.read_saved, server.session, document)


def closed(server: WinnowServer, params: dict[str, Any]) -> None:
    """Stop following a document: what counts from here on is the file on the disk."""
    uri = server.names.closed(params["textDocument"]["uri"])
    _let_go(server, uri)
    if (other := server.names.succeed(uri)) is not None:
        _rename(server, other, uri)


def _let_go(server: WinnowServer, uri: str) -> None:
    server.session.let_go(uri)
    rehearsal.schedule(server, uri)
    syntax_errors.let_go(server, uri)


def _rename(server: WinnowServer, before: str, uri: str) -> None:
    """Know a document that stays open by another name, at which its diagnostics are."""
    document = server.session.workspace.snapshot.documents.get(before)
    _let_go(server, before)
    server.client.redraw([uri])
    if document is not None:
        server.session.workspace.put(replace(document, uri=uri))
        rehearsal.schedule(server, uri)
        syntax_errors.schedule(server, uri)
