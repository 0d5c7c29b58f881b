"""What was known of a document goes with it, however many are opened and closed in a day."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from winnow.amend import amend
from winnow.commands.mending import Silence
from winnow.context import Problem
from winnow.editor import syntax_errors, text_sync
from winnow.editor.server import WinnowServer
from winnow.opening import open_session
from winnow.settings import Settings
from winnow.uris import uri_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PATIENCE = 60.0
BROKEN = "def total(x:\n    return x\n"


async def test_a_document_that_is_closed_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WINNOW_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(syntax_errors, "STANDS_SECONDS", 0.0)
    server = WinnowServer(open_session)
    server.session = open_session(Settings(), Silence())
    drawn: asyncio.Queue[list[Any]] = asyncio.Queue()
    monkeypatch.setattr(server.protocol, "tell", lambda _method, params: drawn.put_nowait(params["diagnostics"]))
    uri = uri_of(str(tmp_path / "cart.py"))
    try:
        async with asyncio.timeout(PATIENCE):
            item = {"uri": uri, "languageId": "python", "version": 1, "text": BROKEN}
            text_sync.opened(server, {"textDocument": item})
            assert await drawn.get()
            assert await amend(uri, server.session)
            document = server.session.workspace.snapshot.documents[uri]
            server.session.seen = server.session.seen.overhear(document, [0], [Problem(line=0, message="why?")])
            text_sync.closed(server, {"textDocument": {"uri": uri}})
            assert await drawn.get() == []
    finally:
        await server.session.close()
    left = (server.session.amended, server.session.seen.complaints, server.client.edited, server.client.unparsed)
    assert [dict(each) for each in left] == [{}, {}, {}, {}]
