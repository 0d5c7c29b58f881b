"""What opening a folder comes to when the person stops it halfway."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from winnow import opening
from winnow.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from winnow.session import Session


class Reading:
    """A session whose person stops "Reading the project" after one of its two files."""

    def __init__(self) -> None:
        self.taught: list[tuple[str, ...]] = []
        self.logged: list[str] = []
        self.settings = Settings()
        self.opening = asyncio.Lock()
        self.folders = ()
        self.embedded: Any = SimpleNamespace(learn=None)
        self.index: Any = SimpleNamespace(build=self._build, files=lambda: ("first.py",), trouble="", troubles=dict)
        self.client: Any = SimpleNamespace(progress=self._progress, log=self.logged.append)

    def start(self, _name: str, _work: object, files: tuple[str, ...]) -> None:
        self.taught.append(files)

    @asynccontextmanager
    async def _progress(self, _title: str) -> AsyncIterator[Callable[[str, int], None]]:
        task = asyncio.current_task()
        assert task is not None

        def stop(_message: str, _share: int) -> None:
            task.cancel()

        yield stop

    async def _build(self, _folders: Sequence[str], progress: Callable[[int, int], None]) -> None:
        progress(1, 2)
        await asyncio.Event().wait()


async def test_what_was_read_before_the_person_stopped_is_used() -> None:
    session = Reading()
    await opening.open_folders(cast("Session", session), [])
    assert session.taught == [("first.py",)]
    assert session.logged == [
        "Reading the project was stopped: what was not read by then is not completed from.",
        "Winnow is ready: 1 file of no folder.",
    ]
