"""The model's process as seen from the event loop: started with the first request, again when it died."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from winnow.llm.child import ended
from winnow.llm.provider import EndpointError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# -P: a file of the workspace must never be imported in place of a module of ours.
_COMMAND = (sys.executable, "-P", "-m", "winnow.llm.gguf")
_LOADING_SECONDS = 300.0
_DEATHS_BORNE = 3


class Served:
    """One model file behind an OpenAI-compatible address. ``key`` opens it."""

    def __init__(self, model: Path, command: Sequence[str] = _COMMAND) -> None:
        self.key = secrets.token_urlsafe()
        self._model = model
        self._command = command
        self._child: asyncio.subprocess.Process | None = None
        self._loading: asyncio.Task[str] | None = None
        self._starts = 0

    @property
    def pid(self) -> int | None:
        """The number of the process, while there is one."""
        return self._child.pid if self._child is not None else None

    async def url(self) -> str:
        """The address of the running process. Raises EndpointError when the model cannot be loaded.

        A request that is given up meanwhile does not stop the loading: the next one needs it too.
        """
        died = self._child is None or self._child.returncode is not None
        if self._loading is None or (self._loading.done() and died):
            self._loading = asyncio.create_task(self._load(), name="loading the local model")
        return await asyncio.shield(self._loading)

    async def close(self) -> None:
        """End the process."""
        loading, self._loading = self._loading, None
        if loading is not None:
            loading.cancel()
            with suppress(asyncio.CancelledError, EndpointError):
                await loading
        await self._end()

    async def _load(self) -> str:
        await self._end()
        if self._starts >= _DEATHS_BORNE:
            raise EndpointError(
                f"The process of {self._model.name} ended {self._starts} times: it may need more memory than there is. "
                "Choose a smaller model with `winnow model use FILE`, and restart."
            )
        self._starts += 1
        pipe = asyncio.subprocess.PIPE
        try:
            self._child = await asyncio.create_subprocess_exec(
                *self._command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
            )
        except OSError as error:
            raise EndpointError(f"The process of {self._model.name} cannot be started ({error}).") from error
        asked = {"model": str(self._model), "key": self.key, "threads": os.cpu_count() or 1}
        try:
            async with asyncio.timeout(_LOADING_SECONDS):
                said = await _exchange(self._child, json.dumps(asked).encode() + b"\n")
        except TimeoutError:
            await self._end()
            raise EndpointError(f"{self._model.name} was not loaded within {_LOADING_SECONDS:.0f} s.") from None
        if "url" not in said:
            await self._end()
            raise EndpointError(
                f"{self._model.name} cannot be loaded: {said.get('error', 'its process ended at once')}"
            )
        return said["url"]

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            await ended(child)


async def _exchange(child: asyncio.subprocess.Process, asked: bytes) -> dict[str, str]:
    """What the process answers to the one line it reads; nothing when it ended without a word."""
    assert child.stdin is not None  # noqa: S101 - both were asked for as pipes
    assert child.stdout is not None  # noqa: S101 - the same
    child.stdin.write(asked)
    with suppress(ConnectionError):
        await child.stdin.drain()
    line = await child.stdout.readline()
    return dict(json.loads(line)) if line.startswith(b"{") else {}
