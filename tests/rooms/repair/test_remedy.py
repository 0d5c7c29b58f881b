"""What other servers complain of is answered behind the menu: it never waits longer than it is told to."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from winnow.commands.mending import Silence
from winnow.facts import Document, Evidence, Outcome
from winnow.journal import Journal
from winnow.repair import Diagnostic, remedy
from winnow.session import Folder, Session
from winnow.settings import Settings
from winnow.text import Text
from winnow.workspace import Index, Workspace

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

PATIENCE = 60.0
URI = "file:///shop/cart.py"
TEXT = "import os\nimport sys\n"
UNUSED = [
    Diagnostic(message="`os` imported but unused", start=7, end=9),
    Diagnostic(message="`sys` imported but unused", start=17, end=20),
]


class SlowTests:
    """A prover whose tests end when they are let."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self.changed = asyncio.Event()
        self.asked = 0
        self.running = 0

    async def until(self, *, running: int, asked: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while (self.running, self.asked) != (running, asked):
                self.changed.clear()
                await self.changed.wait()

    async def examine(self, *_: object) -> Evidence:
        self.asked += 1
        self.running += 1
        self.changed.set()
        try:
            await self.ended.wait()
        finally:
            self.running -= 1
            self.changed.set()
        return Evidence(parses=True, outcome=Outcome.UNFINISHED)


@asynccontextmanager
async def opened(tests: Any, tmp_path: Path) -> AsyncIterator[Session]:
    rest: Any = None
    session = Session(
        settings=Settings(),
        client=Silence(),
        workspace=Workspace(),
        journal=Journal.open(tmp_path / "journal.sqlite"),
        index=Index(tmp_path / "index"),
        gate=rest,
        provider=rest,
        embedded=rest,
    )
    session.folders = (Folder(path="/shop", prover=tests, settings=Settings()),)
    session.workspace.put(Document(uri=URI, language="python", version=1, text=Text.of(TEXT)))
    try:
        yield session
    finally:
        for name in list(session.tasks):
            session.stop(name)
        await session.index.close()
        session.journal.close()


async def test_a_menu_shows_what_is_known_and_the_next_one_what_has_become_known_since(tmp_path: Path) -> None:
    tests = SlowTests()
    async with opened(tests, tmp_path) as session:
        assert await remedy(URI, UNUSED, session, 0.0) == [(), ()]
        await tests.until(running=2, asked=2)  # both complaints at the same time
        assert await remedy(URI, UNUSED, session, 0.0) == [(), ()]
        tests.ended.set()
        found = await remedy(URI, UNUSED, session, PATIENCE)
        assert [[fix.suggestion.candidate.title for fix in each] for each in found] == [
            ["drop the unused import of `os`"],
            ["drop the unused import of `sys`"],
        ]
        assert await remedy(URI, UNUSED, session, 0.0) == found
        assert tests.asked == 2  # what the tests could not say of this text is not asked of them again


async def test_a_newer_text_ends_the_search_for_what_was_wrong_with_the_old_one(tmp_path: Path) -> None:
    tests = SlowTests()
    async with opened(tests, tmp_path) as session:
        await remedy(URI, UNUSED, session, 0.0)
        await tests.until(running=2, asked=2)
        session.workspace.put(Document(uri=URI, language="python", version=2, text=Text.of("import os\n")))
        await remedy(URI, UNUSED[:1], session, 0.0)
        await tests.until(running=1, asked=3)
