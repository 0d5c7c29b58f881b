"""Files that change on the disk: told by the editor where it can, watched by us where it cannot."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from winnow.editor import rehearsal
from winnow.uris import path_of, uri_of
from winnow.workspace import watch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from winnow.editor.server import WinnowServer

PATTERNS = ("**/*.py", "**/pyproject.toml", "**/setup.cfg", "**/pytest.ini", "**/tox.ini", "**/conftest.py")


def register(server: WinnowServer) -> None:
    """Take in what the editor tells of files."""

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def changed(parameters: types.DidChangeWatchedFilesParams) -> None:
        _changed(server, [path_of(server.names.inside(event.uri)) for event in parameters.changes])


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
    server.watches = True
    watch_folders(server)


def watch_folders(server: WinnowServer) -> None:
    """Watch the folders that are open now and no others, where the editor does not do it for us."""
    if server.watches:
        server.session.start("watching", _watch, server)


async def _watch(server: WinnowServer) -> None:
    loop = asyncio.get_running_loop()

    def told(paths: frozenset[str]) -> None:
        loop.call_soon_threadsafe(_changed, server, paths)

    watching = watch(await asyncio.to_thread(_existing, server.names.roots), told)
    try:
        await asyncio.Event().wait()
    finally:
        watching.stop()


def _existing(paths: Iterable[str]) -> list[str]:
    return [path for path in paths if Path(path).is_dir()]


def _changed(server: WinnowServer, paths: Iterable[str]) -> None:
    changed = sorted(paths)
    server.session.start(f"refreshing {changed}", server.session.index.refresh, changed)
    for path in changed:
        rehearsal.schedule(server, uri_of(path))
