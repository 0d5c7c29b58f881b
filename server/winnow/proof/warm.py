"""The agent processes of one folder: started, heated with the editor's texts, and asked to run tests."""

from __future__ import annotations

import asyncio
import os
import socket
import tokenize
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from winnow.proof import agent
from winnow.proof.agent.__main__ import TOO_OLD
from winnow.proof.connection import Connection, Exchange
from winnow.proof.interpreter import NoTestsError
from winnow.proof.runners import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping, Sequence

    from winnow.settings import Settings

BOOT_SECONDS = 180.0
"""A large project may take a minute to import; an agent that takes longer than this is given up."""
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
    """Tests to run with texts in place of files; ``known`` may fail without ending a run that stops at the first."""

    tests: tuple[str, ...]
    texts: Mapping[str, str]
    record: bool = False
    first: bool = False
    known: frozenset[str] = frozenset()
    look: Look | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """A hot process, and what it has loaded."""

    connection: Connection
    texts: Mapping[str, str]
    tests: tuple[str, ...]
    broken: Mapping[str, str]
    options: tuple[str, ...]
    unsafe: str
    imported: tuple[tuple[str, int], ...]
    """The functions (path, line from 1) that ran while the tests were collected."""


@dataclass(slots=True, kw_only=True)
class Agent:
    """One warm process and the hot one forked from it. ``say`` tells the latest reason for the slower way."""

    python: str
    folder: str
    settings: Settings
    scratch: str
    versions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    heat: Heat | None = None
    slower_because: str = ""
    _warm: Connection | None = None
    _process: asyncio.subprocess.Process | None = None
    _retired: list[tuple[asyncio.Task[None], Connection]] = field(default_factory=list)
    _starting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def start(self) -> Connection:
        """The warm process, started anew if it is not there. Raises NoTestsError."""
        async with self._starting:
            if self._warm is None or not self._warm.alive:
                await self._end()
                self._warm = await self._spawn()
            return self._warm

    async def _spawn(self) -> Connection:
        ours, theirs = socket.socketpair()
        program = str(Path(agent.__file__).with_name("__main__.py"))
        environment = {**os.environ, "WINNOW_SCRATCH": self.scratch}
        environment.pop("PYTHONSAFEPATH", None)
        try:
            with theirs:
                self._process = await asyncio.create_subprocess_exec(
                    self.python,
                    program,
                    str(theirs.fileno()),
                    cwd=self.folder,
                    env=environment,
                    pass_fds=[theirs.fileno()],
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                )
        except OSError as error:
            ours.close()
            raise NoTestsError(f"{self.python} cannot be started: {error}.") from None
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
            if await self._process.wait() == TOO_OLD:
                raise NoTestsError(f"{self.python} is older than Python 3.8, which tests here need at least.")
            raise NoTestsError(pytest.missing(self.python, str(answer.get("failure", ""))))
        self.versions = MappingProxyType({name: str(answer[name]) for name in ("pytest", "python")})
        return warm

    async def reheat(self, texts: Mapping[str, str]) -> Heat:
        """Collect every test with these texts, and use that from now on. Raises NoTestsError."""
        warm = await self.start()
        ours, theirs = socket.socketpair()
        connection = Connection(ours)
        request = {"do": "heat", "root": self.folder + os.sep, "texts": dict(texts), "arguments": self._arguments()}
        try:
            with theirs:
                await warm.tell(request, theirs.fileno())
            async with asyncio.timeout(BOOT_SECONDS):
                standing = await connection.greeting()
            if "tests" not in standing:
                raise NoTestsError(pytest.uncollected(str(standing.get("failure", ""))))  # noqa: TRY301 - closed below
        except BaseException:
            await connection.close()
            raise
        replaced, self.heat = self.heat, _heat(connection, texts, standing)
        if replaced is not None:
            letting_go = asyncio.create_task(_let_go(replaced.connection, self.settings.test_seconds))
            self._retired = [each for each in self._retired if each[1].alive] + [(letting_go, replaced.connection)]
        else:
            await self._preload(warm, standing["modules"], standing["plugins"])
        return self.heat

    async def _preload(self, warm: Connection, modules: Sequence[str], plugins: Sequence[str]) -> None:
        """Let the warm process import what lies outside the project, unless that starts threads."""
        answer = await warm.ask({"do": "preload", "modules": list(modules), "plugins": list(plugins)}, BOOT_SECONDS)
        if answer.get("threads", 1) > 1:
            await self._end()

    async def imports(self) -> Mapping[str, Collection[str]]:
        """Which file of the project imports which, from the modules that are loaded."""
        if self.heat is None:
            return {}
        async with self.heat.connection.request({"do": "imports", "root": ""}) as exchange:
            answer = await exchange.next()
            return dict(answer.get("edges", {}))

    @asynccontextmanager
    async def launch(self, job: Job, tests: Sequence[str]) -> AsyncIterator[tuple[str, Exchange, dict[str, Any]]]:
        """Start a run by the fastest means that is safe: its name, what comes back, and the first of that."""
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
        if self.heat is not None and self.heat.connection.alive:
            if self.heat.unsafe:
                self.slower_because = self.heat.unsafe
            else:
                texts = await asyncio.to_thread(self._differing, self.heat, job.texts)
                async with self.heat.connection.request({**request, "texts": texts}) as exchange:
                    first = await exchange.next()
                    if "unsafe" not in first:
                        yield "fork", exchange, first
                        return
                    self.slower_because = str(first["unsafe"])
        warm = await self.start()
        files = sorted({test.partition("::")[0] for test in tests})
        options = list(self.heat.options) if self.heat else []
        arguments = [*self._arguments(), *options, *files]
        async with warm.request({**request, "texts": dict(job.texts), "arguments": arguments}) as exchange:
            yield "reimport", exchange, await exchange.next()

    def _differing(self, heat: Heat, texts: Mapping[str, str]) -> dict[str, str]:
        """The texts that are not what the hot process has loaded."""
        wanted = {path: text for path, text in texts.items() if heat.texts.get(path) != text}
        closed = [path for path in heat.texts if path not in texts]
        for path in closed:
            on_disk = read_source(path)
            if on_disk is not None and on_disk != heat.texts[path]:
                wanted[path] = on_disk
        return {path: text for path, text in wanted.items() if path in heat.texts or read_source(path) != text}

    def _confinement(self) -> dict[str, Any]:
        return {
            "project": self.folder,
            "scratch": self.scratch,
            "strength": self.settings.sandbox,
            "memory_mb": MEMORY_MB,
            "cpu_seconds": CPU_SECONDS,
        }

    def _arguments(self) -> list[str]:
        return [*self.settings.test_arguments]

    async def close(self) -> None:
        """End every process."""
        for letting_go, connection in self._retired:
            letting_go.cancel()
            await connection.close()
        if self.heat is not None:
            await self.heat.connection.close()
            self.heat = None
        await self._end()

    async def _end(self) -> None:
        warm, self._warm = self._warm, None
        process, self._process = self._process, None
        if warm is not None:
            await warm.close()
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def read_source(path: str) -> str | None:
    """A source file's text as Python decodes it, or None."""
    try:
        with tokenize.open(path) as file:
            return file.read()
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None


def _heat(connection: Connection, texts: Mapping[str, str], standing: Mapping[str, Any]) -> Heat:
    options = [f"--rootdir={standing['rootdir']}"]
    if standing["inifile"]:
        options += ["-c", standing["inifile"]]
    return Heat(
        connection=connection,
        texts=MappingProxyType(dict(texts)),
        tests=tuple(standing["tests"]),
        broken=MappingProxyType(standing["broken"]),
        options=tuple(options),
        unsafe=standing["unsafe"],
        imported=tuple((path, line) for path, line in standing["imported"]),
    )


async def _let_go(connection: Connection, seconds: float) -> None:
    """Close a replaced hot process once the runs in it have had their time."""
    await asyncio.sleep(seconds)
    await connection.close()
