"""Files that change on the disk: told by the editor where it can, watched by us where it cannot."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from winnow.editor import rehearsal
from winnow.workspace import path_of, uri_of, watch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from winnow.editor.server import WinnowServer

PATTERNS = ("**/*.py", "**/pyproject.toml", "**/setup.cfg", "**/pytest.ini", "**/tox.ini", "**/conftest.py")


def register(server: WinnowServer) -> None:
    """Take in what the editor tells of files."""

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def changed(parameters: types.DidChangeWatchedFilesParams) -> None:
        _changed(server, [path_of(event.uri) for event in parameters.changes])


async def begin(server: WinnowServer) -> None:
    """Have the editor watch, or watch ourselves."""
    capabilities = server.client_capabilities.workspace
    watching = capabilities and capabilities.did_change_watched_files
    if watching and watching.dynamic_registration:
        watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in PATTERNS]
        registration = types.Registration(
            id="winnow-files",
            method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
            register_options=types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers),
        )
        await server.client_register_capability_async(types.RegistrationParams(registrations=[registration]))
        return
    loop = asyncio.get_running_loop()
    folders = [path_of(folder.uri) for folder in server.workspace.folders.values()]
    server.session.start("watching", _watch, server, folders, loop)


async def _watch(server: WinnowServer, folders: list[str], loop: asyncio.AbstractEventLoop) -> None:
    def told(paths: frozenset[str]) -> None:
        loop.call_soon_threadsafe(_changed, server, paths)

    watching = watch(folders, told)
    try:
        await asyncio.Event().wait()
    finally:
        watching.stop()


def _changed(server: WinnowServer, paths: Iterable[str]) -> None:

    changed = sorted(paths)
    server.session.start(f"refreshing {changed}", server.session.index.refresh, changed)
    for path in changed:
        rehearsal.schedule(server, uri_of(path))
