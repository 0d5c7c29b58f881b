"""A fresh interpreter for one order, where forking a warm one is unsafe or impossible."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import tempfile
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from winnow.proof import agent
from winnow.proof.agent import sandbox
from winnow.proof.agent.sandbox_scratch import remove
from winnow.proof.connection import Connection, Exchange
from winnow.proof.interpreter import NoTestsError, unstarted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

PROGRAM = str(Path(agent.__file__).with_name("__main__.py"))
ENDING_SECONDS = 2.0
"""What a process has to end those that it started, before it is killed."""


@asynccontextmanager
async def carry_out(
    python: str, environment: Mapping[str, str], order: Mapping[str, Any], confinement: Mapping[str, Any]
) -> AsyncIterator[Exchange]:
    """Start an interpreter that carries out one order, confined; leaving ends all of it, and removes what it wrote.

    Raises NoTestsError where it cannot be started.
    """
    ours, theirs = socket.socketpair()
    seal = os.urandom(16)
    connection = Connection(ours, seal)
    process, own = None, dict(confinement)
    try:
        with theirs:
            try:
                own["scratch"] = await asyncio.to_thread(tempfile.mkdtemp, dir=confinement["scratch"])
                process = await asyncio.create_subprocess_exec(
                    *_command(python, theirs.fileno(), own),
                    cwd=confinement["project"],
                    env=environment,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                )
            except OSError as error:
                raise NoTestsError(unstarted(python, error)) from None
        message = {**order, "confine": own, "seal": seal.hex()}
        async with connection.request(message) as exchange:
            yield exchange
    finally:
        await connection.close()
        if process is not None:
            await _end(process)
        if own["scratch"] != confinement["scratch"]:
            await asyncio.to_thread(remove, own["scratch"])


def _command(python: str, descriptor: int, confinement: Mapping[str, Any]) -> list[str]:
    """The interpreter, confined from outside where it cannot step aside by itself."""
    command = [python, PROGRAM, str(descriptor), "cold"]
    return command if sandbox.available()["namespaces"] else sandbox.wrap(command, {**sandbox.DEFAULTS, **confinement})


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask a process to end and to take along what it started, then end its group whatever it does."""
    try:
        with suppress(ProcessLookupError):
            process.terminate()
        async with asyncio.timeout(ENDING_SECONDS):
            await process.wait()
    except TimeoutError:
        pass
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
