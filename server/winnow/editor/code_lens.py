"""``textDocument/codeLens``: how the tests stand, above the test and above what they reach."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from winnow.uris import path_of
from winnow.words import standing_says
from winnow.workspace import syntax_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.editor.server import WinnowServer
    from winnow.findings import Finding
    from winnow.proof import Prover
    from winnow.session import Folder, Session


def register(server: WinnowServer) -> None:
    """Offer the lenses; they are cheap, so they come resolved."""

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions())
    async def lenses(parameters: types.CodeLensParams) -> list[types.CodeLens]:
        return await _lenses(server, server.names.inside(parameters.text_document.uri))


async def _lenses(server: WinnowServer, uri: str) -> list[types.CodeLens]:
    session = server.session
    document = session.workspace.snapshot.documents.get(uri)
    folder = session.folder_of(uri)
    syntax = syntax_of(document.language) if document else None
    if document is None or folder is None or folder.prover is None or syntax is None:
        return []
    lines = [each.line for each in syntax.definitions(document) if each.kind in {"function", "method"}]
    return await asyncio.to_thread(_drawn, path_of(uri), lines, folder, folder.prover, session)


def _drawn(path: str, lines: Sequence[int], folder: Folder, prover: Prover, session: Session) -> list[types.CodeLens]:
    """The lenses of a file's functions: a function may be reached by thousands of tests."""
    found = []
    for line, tests in prover.reaching(path, lines).items():
        known = [finding for test in tests if (finding := session.findings.get(folder.key(test)))]
        if known:
            found.append(_lens(line, known))
    return found


def _lens(line: int, known: Sequence[Finding]) -> types.CodeLens:
    start = types.Position(line=line, character=0)
    return types.CodeLens(
        range=types.Range(start=start, end=start),
        command=types.Command(
            title=f"{standing_says([each.result for each in known])} · run",
            command="winnow.runTests",
            arguments=[[str(each.key) for each in known]],
        ),
    )
