"""When tests run in the background, and when a fix is looked for: newest edit wins, one run a folder."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from winnow.rehearse import rehearse
from winnow.repair import repair
from winnow.surroundings import witness

if TYPE_CHECKING:
    from winnow.editor.server import WinnowServer
    from winnow.session import Folder

WITNESS_SECONDS = 1.5
"""How long the keyboard rests before the function at the cursor is watched, though its tests may still run."""
STANDS_SECONDS = 0.4
"""How long a failure stands before a fix is looked for: a test that is red between two keystrokes needs none."""


def schedule(server: WinnowServer, uri: str) -> None:
    """Rehearse the folder of a document, once the keyboard rests; an edit ends the run and the search before it."""
    session = server.session
    folder = session.folder_of(uri)
    if folder is None or folder.prover is None:
        return
    session.stop(f"repair {folder.path}")
    session.start(f"rehearse {folder.path}", _rehearse, server, folder)
    session.start(f"witness {folder.path}", _witness, server, folder)


async def _rehearse(server: WinnowServer, folder: Folder) -> None:
    session = server.session
    await rehearse(folder, session)
    if session.failing(folder) and session.settings.repair_in_background:
        session.start(f"repair {folder.path}", _repair, server, folder)
    await witness(folder, session)


async def _witness(server: WinnowServer, folder: Folder) -> None:
    """Watch one run of the function at the cursor without waiting for the last of many tests."""
    await asyncio.sleep(WITNESS_SECONDS)
    await witness(folder, server.session)


async def _repair(server: WinnowServer, folder: Folder) -> None:
    await asyncio.sleep(STANDS_SECONDS)
    await repair(folder, server.session)
