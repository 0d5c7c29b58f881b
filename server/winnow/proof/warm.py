"""The agent processes of one folder: started, heated with the editor's texts, and asked to run tests."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from math import inf
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from winnow.proof import cold
from winnow.proof.agent.__main__ import TOO_OLD
from winnow.proof.connection import Connection, Exchange
from winnow.proof.heat import Heat, differing, heat_of
from winnow.proof.installed import written
from winnow.proof.interpreter import NoTestsError, unstarted
from winnow.proof.runners import pytest
from winnow.text import well_formed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from winnow.settings import Settings

BOOT_SECONDS = 180.0
"""A large project may take a minute to import; an agent that takes longer than this is given up."""
CLOSED = "This folder was closed, so its tests do not run any more."
MEMORY_MB = 4096
CPU_SECONDS = 120
"""Bounds on one run; the time of a single test has its own setting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A function to look into while tests run (its path, name, and lines from 1), then to call with ``inputs``.

    Each input is the text of a tuple of arguments; a call may compute for ``limit`` seconds.
    """

    place: tuple[str, str, int, int]
    inputs: tuple[str, ...] = ()
    limit: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Tests to run with texts in place of files; ``known`` may fail without ending a run that stops at the first.

    ``seconds`` is what one test may take, where that is less than the person's setting.
    """

    tests: tuple[str, ...]
    texts: Mapping[str, str]
    record: bool = False
    first: bool = False
    known: frozenset[str] = frozenset()
    look: Look | None = None
    seconds: float = inf


@dataclass(slots=True, kw_only=True)
class Agent:
    """One warm process and the hot one forked from it. ``slower_because``: why the last run could not use a fork."""

    python: str
    folder: str
    settings: Settings
    scratch: str
    versions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    heat: Heat | None = None
    slower_because: str = ""
    unforkable: str = ""
    """Why no process can be forked here at all."""
    _packages: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    _import_ahead: bool = False
    _warm: Connection | None = None
    _process: asyncio.subprocess.Process | None = None
    _retired: list[tuple[asyncio.Task[None], Connection]] = field(default_factory=list)
    _starting: asyncio.Lock = field(default_factory=asyncio.Lock)
    _closed: bool = False

    async def start(self) -> Connection:
        """The warm process, started anew if it is not there, or is older than what is installed.

        What it has imported of a package stays what it was, also for the processes forked from it.
        Raises NoTestsError where it cannot be started, or the agent was closed.
        """
        async with self._starting:
            if self._closed:
                raise NoTestsError(CLOSED)
            if self._warm is None or not self._warm.alive or written(self._packages) != self._packages:
                await self._end()
                self._warm = await self._spawn()
            return self._warm

    async def _spawn(self) -> Connection:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                process = self._process = await asyncio.create_subprocess_exec(
                    self.python,
                    cold.PROGRAM,
                    str(theirs.fileno()),
                    cwd=self.folder,
                    env=self._environment(),
                    pass_fds=[theirs.fileno()],
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                )
        except OSError as error:
            ours.close()
            raise NoTestsError(unstarted(self.python, error)) from None
        except BaseException:
            ours.close()
            raise
        warm = Connection(ours)
        try:
            answer = await warm.ask({"do": "hello", "confine": self._confinement()}, BOOT_SECONDS)
        except BaseException:
            await warm.close()
            raise
        if "pytest" not in answer:
            await warm.close()
            if await process.wait() == TOO_OLD:
                raise NoTestsError(f"{self.python} is older than Python 3.8, which tests here need at least.")
            raise NoTestsError(CLOSED if self._closed else pytest.missing(self.python, str(answer.get("failure", ""))))
        self.versions = MappingProxyType({name: str(answer[name]) for name in ("pytest", "python")})
        self.unforkable = str(answer["unsafe"])
        self._packages, self._import_ahead = written(answer["packages"]), True
        return warm

    async def reheat(self, texts: Mapping[str, str]) -> Heat:
        """Collect every test with these texts, and use that from now on. Raises NoTestsError."""
        warm = await self.start()
        ours, theirs = socket.socketpair()
        connection = Connection(ours)
        request = {"do": "heat", "root": self.folder + os.sep, "texts": dict(texts), "arguments": self._arguments()}
        try:
            with theirs:
                if not self.unforkable:
                    await warm.tell(request, theirs.fileno())
            async with asyncio.timeout(BOOT_SECONDS):
                collecting = self._collect_cold(request) if self.unforkable else connection.greeting()
                standing = await collecting
            if "tests" not in standing:
                raise NoTestsError(pytest.uncollected(well_formed(str(standing.get("failure", "")))))  # noqa: TRY301 - closed below
        except BaseException:
            await connection.close()
            raise
        replaced, self.heat = self.heat, heat_of(connection, texts, standing)
        if replaced is not None:
            letting_go = asyncio.create_task(replaced.connection.retire())
            self._retired = [each for each in self._retired if each[1].alive] + [(letting_go, replaced.connection)]
        return self.heat

    async def _collect_cold(self, order: Mapping[str, Any]) -> dict[str, Any]:
        async with self._cold({**order, "do": "collect"}) as exchange:
            return await exchange.next()

    def _cold(self, order: Mapping[str, Any]) -> AbstractAsyncContextManager[Exchange]:
        return cold.carry_out(self.python, self._environment(), order, self._confinement())

    async def preload(self) -> None:
        """Let the warm process import what lies outside the project, unless it could not be forked any more."""
        if not self._import_ahead or self.heat is None or self.heat.unsafe:
            return
        warm, self._import_ahead = await self.start(), False
        outside = {"modules": list(self.heat.modules), "plugins": list(self.heat.plugins)}
        answer = await warm.ask({"do": "preload", **outside}, BOOT_SECONDS)
        if answer.get("unsafe", True):
            async with self._starting:
                if self._warm is warm:  # else another one was started meanwhile
                    await self._end()
            await self.start()
            self._import_ahead = False

    async def imports(self) -> Mapping[str, Collection[str]]:
        """Which file of the project imports which, from the modules that are loaded. Raises TimeoutError."""
        if self.heat is None or self.heat.unsafe:
            return self.heat.edges if self.heat else {}
        answer = await self.heat.connection.ask({"do": "imports", "root": ""}, BOOT_SECONDS)
        return dict(answer.get("edges", {}))

    @asynccontextmanager
    async def launch(
        self, job: Job, tests: Sequence[str]
    ) -> AsyncIterator[tuple[str, Exchange, dict[str, Any] | None]]:
        """Start a run by the fastest means that is safe: its name, what comes back, and the first of that.

        Nothing comes first where the agent says nothing for BOOT_SECONDS. Raises NoTestsError where none can start.
        """
        request: dict[str, Any] = {
            "do": "run",
            "root": self.folder + os.sep,
            "tests": list(tests),
            "record": job.record,
            "first": job.first,
            "known": sorted(job.known),
        }
        if job.look is not None:
            request["look"] = asdict(job.look)
        files = sorted({test.partition("::")[0] for test in tests})
        heat = self.heat
        options = list(heat.options) if heat else []
        anew = {**request, "texts": dict(job.texts), "arguments": [*self._arguments(), *options, *files]}
        if heat is not None and heat.unsafe:
            self.slower_because = heat.unsafe
            async with self._cold(anew) as exchange:
                yield "cold", exchange, await exchange.next_within(BOOT_SECONDS)
            return
        if heat is not None and heat.connection.alive:
            texts = await asyncio.to_thread(differing, heat, job.texts)
            async with heat.connection.request({**request, "texts": texts}) as exchange:
                first = await exchange.next_within(BOOT_SECONDS)
                if first is None or "unsafe" not in first:
                    yield "fork", exchange, first
                    return
                self.slower_because = str(first["unsafe"])
        warm = await self.start()
        async with warm.request(anew) as exchange:
            yield "reimport", exchange, await exchange.next_within(BOOT_SECONDS)

    def portion(self, job: Job, tests: Sequence[str]) -> Sequence[str]:
        """Those of the tests that one process may run: recorded where none can be forked off, those of one file.

        There a test counts as reaching what the tests before it in the process have reached.
        """
        if not job.record or self.heat is None or not self.heat.unsafe:
            return tests
        file = tests[0].partition("::")[0]
        return [test for test in tests if test.partition("::")[0] == file]

    def _confinement(self) -> dict[str, Any]:
        return {
            "project": self.folder,
            "scratch": self.scratch,
            "strength": self.settings.sandbox,
            "memory_mb": MEMORY_MB,
            "cpu_seconds": CPU_SECONDS,
        }

    def _environment(self) -> dict[str, str]:
        environment = os.environ.copy()
        environment.pop("PYTHONSAFEPATH", None)
        environment.pop(self.settings.api_key_variable, None)  # what tests run may be a model's code
        return environment

    def _arguments(self) -> list[str]:
        return [*self.settings.test_arguments]

    async def close(self) -> None:
        """End every process, also one that is being started; none is started any more."""
        self._closed = True
        for letting_go, connection in self._retired:
            letting_go.cancel()
            await connection.close()
        if self.heat is not None:
            await self.heat.connection.close()
            self.heat = None
        await self._end()
        async with self._starting:  # by somebody who asked before
            await self._end()

    async def _end(self) -> None:
        warm, self._warm = self._warm, None
        process, self._process = self._process, None
        if warm is not None:
            await warm.close()
        if process is not None:
            await _ended(process)


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Wait while a process ends the processes that it started; after a while it is killed."""
    try:
        async with asyncio.timeout(cold.ENDING_SECONDS):
            await process.wait()
    except TimeoutError:
        pass
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    await process.wait()
