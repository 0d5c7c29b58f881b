"""``textDocument/codeLens``: how the tests stand, above the test and above what they reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from winnow.uris import path_of
from winnow.words import standing_says
from winnow.workspace import syntax_of

if TYPE_CHECKING:
    from winnow.editor.server import WinnowServer


def register(server: WinnowServer) -> None:
    """Offer the lenses; they are cheap, so they come resolved."""

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions())
    def lenses(parameters: types.CodeLensParams) -> list[types.CodeLens]:
        return _lenses(server, parameters.text_document.uri)


def _lenses(server: WinnowServer, uri: str) -> list[types.CodeLens]:
    session = server.session
    document = session.workspace.snapshot.documents.get(uri)
    folder = session.folder_of(uri)
    syntax = syntax_of(document.language) if document else None
    if document is None or folder is None or folder.prover is None or syntax is None:
        return []
    found: list[types.CodeLens] = []
    for symbol in syntax.definitions(document):
        if symbol.kind not in {"function", "method"}:
            continue
        tests = folder.prover.reaching(path_of(uri), symbol.line)
        known = [session.findings[key] for key in map(folder.key, tests) if key in session.findings]
        if not known:
            continue
        start = types.Position(line=symbol.line, character=0)
        found.append(
            types.CodeLens(
                range=types.Range(start=start, end=start),
                command=types.Command(
                    title=f"{standing_says([each.result for each in known])} · run",
                    command="winnow.runTests",
                    arguments=[[str(each.key) for each in known]],
                ),
            )
        )
    return found
