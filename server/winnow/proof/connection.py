"""One socket to an agent process: numbered requests out, their answers and events back in."""

from __future__ import annotations

import asyncio
import itertools
import socket
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from winnow.proof.agent import wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

GONE: wire.Message = {"gone": True}
"""What every open request hears when the agent has ended."""
READ_SIZE = 1 << 18
FULL_SECONDS = 0.01
"""How long to wait for the agent to read some of what was sent to it, before a descriptor is sent along."""
WHERE_SECONDS = 0.5
"""What a run that does not end has to say where it stands; one inside a long computation in C never does."""


class Connection:
    """Requests over a socket that speaks the agent's messages. To be made inside a running event loop.

    Where there is a ``seal``, the first message without it closes the connection: another process wrote it.
    """

    def __init__(self, ours: socket.socket, seal: bytes = b"") -> None:
        ours.settimeout(0.0)
        self._socket = ours
        self._seal = seal
        self._numbers = itertools.count(1)
        self._open: dict[int, asyncio.Queue[wire.Message]] = {}
        self._sending = asyncio.Lock()
        self._writing: asyncio.Task[None] | None = None
        self._stopping: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self.alive = True
        self._listening = asyncio.create_task(self._listen())

    @asynccontextmanager
    async def request(self, message: wire.Message, descriptor: int | None = None) -> AsyncIterator[Exchange]:
        """Send a request; while inside, hear what comes back. A run is stopped on leaving before its end."""
        number = next(self._numbers)
        queue = self._open[number] = asyncio.Queue()
        self._idle.clear()
        exchange = Exchange(queue, partial(self._send, 0, {"do": "where", "run": number}))
        try:
            await self._send(number, message, descriptor)
            yield exchange
        finally:
            del self._open[number]
            if not self._open:
                self._idle.set()
            if not exchange.finished and message["do"] == "run" and self.alive:
                self._stop(number)

    async def greeting(self) -> wire.Message:
        """What the agent says first, unasked (its number is 0)."""
        queue = self._open[0] = asyncio.Queue()
        try:
            return await queue.get()
        finally:
            del self._open[0]

    async def ask(self, message: wire.Message, seconds: float, descriptor: int | None = None) -> wire.Message:
        """The single answer to a request. Raises TimeoutError."""
        async with asyncio.timeout(seconds), self.request(message, descriptor) as exchange:
            return await exchange.next()

    async def tell(self, message: wire.Message, descriptor: int | None = None) -> None:
        """Send what has no answer."""
        await self._send(0, message, descriptor)

    async def retire(self) -> None:
        """Close once every request under way has had its answer: what was begun here is ended here."""
        await self._idle.wait()
        await self.close()

    async def close(self) -> None:
        """Let go of the agent, which ends itself when it notices."""
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        await self._let_go()  # a task cancelled before its first step never came to do it
        await asyncio.gather(*self._stopping)

    def _stop(self, run: int) -> None:
        """Have a run ended; who leaves it does not wait until the agent has time to hear so."""
        stopping = asyncio.create_task(self._send(0, {"do": "stop", "run": run}))
        self._stopping.add(stopping)
        stopping.add_done_callback(self._stopping.discard)

    async def _send(self, number: int, message: wire.Message, descriptor: int | None = None) -> None:
        """Send a message whole, after those before it.

        Where the sender is cancelled in the middle, the rest is sent all the same: otherwise the next message would
        continue inside this one.
        """
        data = wire.frame(number, message).bytes()
        async with self._sending:
            await self._written()
            try:
                if descriptor is not None:
                    await self._hand_over(data[: wire.HEAD.size], descriptor)
                    data = data[wire.HEAD.size :]
                data = data[self._socket.send(data) :]  # mostly all of it
            except BlockingIOError:
                pass
            except OSError:
                self._hang_up()
                return
            if data:
                self._writing = asyncio.create_task(self._write(data))
                await self._written()

    async def _hand_over(self, head: bytes, descriptor: int) -> None:
        while True:
            try:
                socket.send_fds(self._socket, [head], [descriptor])
            except BlockingIOError:
                await asyncio.sleep(FULL_SECONDS)
            else:
                return

    async def _write(self, data: bytes) -> None:
        try:
            await asyncio.get_running_loop().sock_sendall(self._socket, data)
        except OSError:
            self._hang_up()

    async def _written(self) -> None:
        """Wait for the message that is being written; to be cancelled does not stop it."""
        if self._writing is not None and not self._writing.done():
            await asyncio.wait([self._writing])

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        buffer = bytearray()
        try:
            while data := await loop.sock_recv(self._socket, READ_SIZE):
                buffer += data
                for frame in wire.unpack(buffer, self._seal):
                    if (queue := self._open.get(frame.number)) is not None:
                        queue.put_nowait(frame.message())
        except (OSError, ValueError):
            pass
        finally:
            await self._let_go()

    async def _let_go(self) -> None:
        self._hang_up()
        if self._writing is not None:
            self._writing.cancel()
        await self._written()
        self._socket.close()

    def _hang_up(self) -> None:
        self.alive = False
        for queue in self._open.values():
            queue.put_nowait(GONE)


class Exchange:
    """What comes back for one request."""

    def __init__(self, queue: asyncio.Queue[wire.Message], ask_where: Callable[[], Awaitable[None]]) -> None:
        self._queue = queue
        self._ask_where = ask_where
        self.finished = False

    async def next(self) -> dict[str, Any]:
        """The next message."""
        message = await self._queue.get()
        if not message.keys().isdisjoint({"done", "unsafe", "failure", "gone"}):
            self.finished = True
        return message

    async def next_within(self, seconds: float) -> dict[str, Any] | None:
        """The next message, or None where none comes in so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                return await self.next()
        except TimeoutError:
            return None

    async def where(self) -> dict[str, Any]:
        """Where a run stands (``stands``) and what it reached by now; nothing where it cannot say so at once.

        For a run that nothing else is expected of, as what it says meanwhile is dropped.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(WHERE_SECONDS):
                await self._ask_where()
                while not self.finished:
                    message = await self.next()
                    if "stands" in message:
                        return message
        return {}
