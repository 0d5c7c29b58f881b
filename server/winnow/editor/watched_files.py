"""Files that change on the disk: told by the editor where it can, watched by us where it cannot."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from fnmatch import fnmatchcase
from itertools import count
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from winnow import opening
from winnow.editor import rehearsal
from winnow.uris import path_of, uri_of
from winnow.workspace import Watch, watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from winnow.editor.server import WinnowServer
    from winnow.session import Session

CODE = ("*.py", "pyproject.toml", "setup.cfg", "pytest.ini", "tox.ini")
"""What any test may depend on."""
DATA = ("json", "jsonl", "csv", "tsv", "txt", "toml", "yaml", "yml", "xml", "html", "sql", "ini", "cfg", "md", "rst")
"""How files end that a test may read; only those that one is known to read are of interest."""
IGNORING = (".gitignore", ".winnowignore")
"""What says which files are the project's."""
PATTERNS = (*(f"**/{name}" for name in IGNORING), *(f"**/{name}" for name in CODE), f"**/*.{{{','.join(DATA)}}}")
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
    if watching and watching.dynamic_registration and await _registered(server):
        return
    server.watches = True
    watch_folders(server)


async def _registered(server: WinnowServer) -> bool:
    """Ask the editor to watch; whether it does: it may refuse what it said that it can do."""
    watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in PATTERNS]
    registration = types.Registration(
        id="winnow-files",
        method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
        register_options=types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers),
    )
    try:
        await server.client_register_capability_async(types.RegistrationParams(registrations=[registration]))
    except JsonRpcException as error:
        server.client.log(f"The editor does not watch files ({error.message}): the server watches them itself.")
        return False
    return True


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
    changed = await asyncio.to_thread(lambda: sorted(set(map(server.names.inside, uris))))
    touched = await asyncio.to_thread(_touched, changed, server.session)
    for uri in touched.values():
        rehearsal.schedule(server, uri)
    if any(PurePath(path_of(uri)).name in IGNORING for uri in changed):
        await opening.relist(server.session)
    await opening.reread(server.session, [path_of(uri) for uri in changed if _is_code(uri)])


def _touched(uris: Iterable[str], session: Session) -> dict[str, str]:
    """By folder, one of the files that its tests may depend on."""
    found = {}
    for uri in uris:
        folder = session.folder_of(uri)
        if folder is not None and (_is_code(uri) or (folder.prover is not None and folder.prover.reads(path_of(uri)))):
            found[folder.path] = uri
    return found


def _is_code(uri: str) -> bool:
    name = PurePath(path_of(uri)).name
    return any(fnmatchcase(name, pattern) for pattern in CODE)
