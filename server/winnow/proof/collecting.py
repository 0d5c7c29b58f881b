"""The agent of a folder, and its collection of the tests: renewed in the background when it has grown stale."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

from winnow.proof.interpreter import NoTestsError, find_interpreter
from winnow.proof.runners import pytest
from winnow.proof.scratch import Scratch
from winnow.proof.sources import python_files
from winnow.proof.warm import Agent
from winnow.workspace import stamp_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from winnow.proof.recorder import Recorder
    from winnow.settings import Settings


class Collection:
    """Collects with one agent; of the requests that come while it collects, only the latest is carried out after it."""

    def __init__(self, folder: str, settings: Settings, scratches: Path, recorder: Recorder) -> None:
        self._folder = folder
        self._settings = settings
        self._scratches = scratches
        self._scratch: Scratch | None = None
        self._recorder = recorder
        self._running: asyncio.Task[None] | None = None
        self._wanted: dict[str, str] | None = None
        self._collected: frozenset[str] = frozenset()
        self._known = False
        self._unsettled: Mapping[str, str] = {}
        """Where not every test could be collected: the stamps of the files of which one may mend that."""
        self._failed: Mapping[str, str] | None = None
        """The texts with which nothing at all could be collected."""
        self._told = asyncio.Event()
        """Set once there is nothing to wait for: the tests were collected once, or cannot be."""
        self.agent: Agent | None = None
        self.trouble = ""

    async def begin(self) -> None:
        """Find the interpreter, and begin to collect what is on the disk."""
        try:
            python = await asyncio.to_thread(find_interpreter, self._folder, self._settings)  # poetry takes its time
            self._scratch = await asyncio.to_thread(Scratch.open, self._scratches)
        except (NoTestsError, OSError) as error:
            self.trouble = _words(error)
            return
        self.agent = Agent(python=python, folder=self._folder, settings=self._settings, scratch=self._scratch.path)
        self.renew({})

    def renew(self, texts: Mapping[str, str]) -> None:
        """Collect with these texts, in the background."""
        self._wanted = dict(texts)
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._renew(), name="collect the tests")

    async def renewed(self) -> None:
        """Wait for what is being collected."""
        if self._running is not None:
            await asyncio.shield(self._running)

    async def _renew(self) -> None:
        while self._wanted is not None and self.agent is not None:
            texts, self._wanted = self._wanted, None
            if not self._known:
                self._told.clear()
            self._failed, self._unsettled = None, await asyncio.to_thread(self._stamps)
            try:
                heat = await self.agent.reheat(texts)
                self.trouble, self._unsettled = "", self._unsettled if heat.broken else {}
                self._collected = await asyncio.to_thread(self._test_files, texts)
                await self._recorder.collected(heat, await self.agent.imports())
                self._known = True
                self._told.set()
                await self.agent.preload()
            except Exception as error:  # noqa: BLE001 - nobody awaits this task, so whatever ends it is told in words
                self.trouble, self._failed = _words(error), texts if isinstance(error, NoTestsError) else None
            finally:
                self._told.set()

    def outdated(self, texts: Mapping[str, str]) -> bool:
        """Whether to collect anew: test files came or went, beside those known or open, or may have been mended."""
        now = self._test_files(texts)
        gone = not all(map(os.path.exists, self._collected - now))
        return bool(now - self._collected) or gone or self._may_be_mended(texts)

    def _may_be_mended(self, texts: Mapping[str, str]) -> bool:
        """Whether another program wrote a closed file since some tests could not be collected."""
        now = self._stamps() if self._unsettled else {}
        closed = (now.keys() | self._unsettled.keys()) - texts.keys()
        return any(now.get(path) != self._unsettled.get(path) for path in closed)

    def _stamps(self) -> dict[str, str]:
        """The stamps of what may decide whether the tests can be collected."""
        settings = (os.path.join(self._folder, name) for name in pytest.SETTINGS_FILES)  # noqa: PTH118 - as the others
        return {path: stamp_of(path) for path in (*settings, *python_files(self._folder))}

    def _test_files(self, texts: Mapping[str, str]) -> frozenset[str]:
        known = {pytest.file_of(test, self._folder) for test in self._recorder.reach.tests}
        folders = {os.path.dirname(path) for path in (*known, *texts)}  # noqa: PTH120 - thousands of them, text to text
        entries = [e for folder in {self._folder, *_folders_in(self._folder), *folders} for e in _entries(folder)]
        return frozenset(entry.path for entry in entries if pytest.is_test_file(entry.path))

    def newer(self) -> str:
        """The interpreter where its Python is newer than this one's and has syntax of its own; else empty."""
        version = self.agent.versions.get("python", "") if self.agent is not None else ""
        numbers = tuple(int(part) for part in version.split(".")[:2] if part)  # none before it has said hello
        return self.agent.python if self.agent is not None and numbers > sys.version_info[:2] else ""

    async def ready(self) -> Agent:
        """The agent, once it knows the tests. Raises NoTestsError."""
        if self.agent is not None and not self._known:
            await self._told.wait()
        if self.agent is None or self.agent.heat is None:
            raise NoTestsError(self.trouble)
        return self.agent

    async def ready_with(self, texts: Mapping[str, str]) -> Agent:
        """The agent; where nothing could be collected before, that is tried again once something has changed.

        Raises NoTestsError.
        """
        if self._failed is not None and (texts != self._failed or await asyncio.to_thread(self._may_be_mended, texts)):
            self.renew(texts)
            await self.renewed()
        return await self.ready()

    async def close(self) -> None:
        """End the agent's processes, and remove what they wrote."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        if self.agent is not None:
            await self.agent.close()
        if self._scratch is not None:
            await asyncio.to_thread(self._scratch.close)


def _words(error: Exception) -> str:
    """Why the tests are not known."""
    if isinstance(error, NoTestsError):
        return str(error)
    if isinstance(error, TimeoutError):
        return "The tests took too long to collect."
    return f"The tests could not be collected: {type(error).__name__}: {error}"


def _folders_in(folder: str) -> list[str]:
    return [entry.path for entry in _entries(folder) if entry.is_dir() and not entry.name.startswith(".")]


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
