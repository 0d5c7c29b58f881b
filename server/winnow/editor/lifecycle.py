"""Hello and goodbye: ``initialize``, ``initialized``, ``shutdown``, and the workspace folders in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from winnow import learn, opening
from winnow.editor import configuration, rehearsal, watched_files
from winnow.settings import dotted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.editor.server import WinnowServer


def register(server: WinnowServer) -> None:
    """Answer ``initialize`` at once; everything slow begins with ``initialized``."""

    @server.feature(types.INITIALIZE)
    def initialize(parameters: types.InitializeParams) -> None:
        server.units = _units(parameters)
        server.names.enter(_folders(server))
        server.configured = dotted(configuration.sent(parameters.initialization_options))
        server.shows_answers = configuration.shows_answers(parameters.initialization_options)
        settings, problems = configuration.merged(server)
        server.session = server.open_session(settings, server.client)
        for problem in problems:
            server.client.say(problem)
        server.told = frozenset(problems)

    @server.feature(types.INITIALIZED)
    async def initialized(_: types.InitializedParams) -> None:
        server.client.status()
        server.session.start("settings", configuration.pull, server)
        server.session.start("watched files", watched_files.begin, server)
        server.session.start("opening", _open, server, server.names.roots)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders_changed(parameters: types.DidChangeWorkspaceFoldersParams) -> None:
        before, event = server.names.roots, parameters.event
        server.names.enter([each.uri for each in event.added], left=[each.uri for each in event.removed])
        after = server.names.roots
        watched_files.watch_folders(server)
        await opening.leave_folders(server.session, [path for path in before if path not in after])
        added = [path for path in after if path not in before]
        server.session.start(f"opening {added}", _open, server, added)

    @server.feature(types.SHUTDOWN)
    async def shutdown(_: None) -> None:
        learn.settle(server.session)
        await server.session.close()


def _folders(server: WinnowServer) -> list[str]:
    """The URIs of the folders that the editor begins with; older editors know one root only."""
    folders = [folder.uri for folder in server.workspace.folders.values()]
    return folders or ([server.workspace.root_uri] if server.workspace.root_uri else [])


async def _open(server: WinnowServer, paths: Sequence[str]) -> None:
    """Open folders; what the editor has open in them is rehearsed as soon as their tests are known."""
    if paths:
        await opening.open_folders(server.session, paths)
    server.protocol.tell("winnow/ready", {"folders": [*map(server.names.outside_path, paths)]})
    for uri in server.session.workspace.snapshot.documents:
        rehearsal.schedule(server, uri)


def _units(parameters: types.InitializeParams) -> str:
    """The position encoding: the client's first choice among those the protocol has, else UTF-16."""
    general = parameters.capabilities.general
    for offered in (general and general.position_encodings) or ():
        value = offered.value if isinstance(offered, types.PositionEncodingKind) else str(offered)
        if value in {"utf-8", "utf-16", "utf-32"}:
            return value
    return "utf-16"
