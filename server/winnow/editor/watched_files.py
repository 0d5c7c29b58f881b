"""Files that change on the disk: told by the editor where it can, watched by us where it cannot."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from winnow import opening
from winnow.editor import rehearsal
from winnow.uris import path_of, uri_of
from winnow.workspace import Watch, watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from winnow.editor.server import WinnowServer

PATTERNS = ("**/*.py", "**/pyproject.toml", "**/setup.cfg", "**/pytest.ini", "**/tox.ini", "**/conftest.py")
_NUMBERS = count()
"""Each change is taken in by a task of its own, which no later one replaces."""


def register(server: WinnowServer) -> None:
    """Take in what the editor tells of files."""

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def changed(parameters: types.DidChangeWatchedFilesParams) -> None:
        _changed(server, [event.uri for event in parameters.changes])


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
        with suppress(RuntimeError):  # the server has ended meanwhile, and its loop with it
            loop.call_soon_threadsafe(_changed, server, [*map(uri_of, paths)])

    starting = asyncio.ensure_future(asyncio.to_thread(_begun, server.names.roots, told))
    try:
        await asyncio.shield(starting)
        await asyncio.Event().wait()
    except OSError as error:  # as where the system allows no more watches
        server.client.log(
            f"Files cannot be watched ({error}): what other programs change is noticed with the next edit."
        )
    finally:
        starting.add_done_callback(_end)


def _begun(roots: Iterable[str], told: Callable[[frozenset[str]], None]) -> Watch:
    return watch([path for path in roots if Path(path).is_dir()], told)


def _end(starting: asyncio.Future[Watch]) -> None:
    """End a watch, which may have begun after nobody wanted it any more."""
    if not starting.cancelled() and starting.exception() is None:
        starting.result().stop()


def _changed(server: WinnowServer, uris: Sequence[str]) -> None:
    server.session.start(f"taking in changes {next(_NUMBERS)}", take_in, server, uris)


async def take_in(server: WinnowServer, uris: Sequence[str]) -> None:
    """Rehearse each folder once, and read again what changed: a checkout tells of thousands of files."""
    folder_of = server.session.folder_of
    changed = await asyncio.to_thread(lambda: sorted(set(map(server.names.inside, uris))))
    touched = await asyncio.to_thread(lambda: {folder.path: uri for uri in changed if (folder := folder_of(uri))})
    for uri in touched.values():
        rehearsal.schedule(server, uri)
    await opening.reread(server.session, [*map(path_of, changed)])
