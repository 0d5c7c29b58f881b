"""One connection: pygls's language server around a session, and the features registered on it."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, BinaryIO, cast

from lsprotocol import converters, types
from pygls.lsp.server import LanguageServer

from winnow import __version__
from winnow.editor import (
    code_action,
    code_lens,
    commands,
    configuration,
    inline_completion,
    lifecycle,
    text_sync,
    watched_files,
    wire,
)
from winnow.editor.client import EditorClient
from winnow.editor.file_names import FileNames
from winnow.editor.greeting import Greeting
from winnow.editor.protocol import Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from cattrs import Converter

    from winnow.session import Session
    from winnow.settings import Settings

    Write = Callable[[bytes], object]
    Connect = Callable[[wire.Frames], Awaitable[Write]]
    """Joins frames to where bytes come from; what it gives back sends bytes the other way."""
    Opener = Callable[[Settings, EditorClient], Session]
    """Chooses the collaborators of a session; called once, when the editor says hello."""

NO_GREETING = Greeting()
FEATURES = (
    lifecycle,
    configuration,
    text_sync,
    inline_completion,
    code_action,
    code_lens,
    commands,
    watched_files,
)


class WinnowServer(LanguageServer):
    """What the features of this room work with: the session, the client, the connection."""

    protocol: Protocol
    session: Session

    def __init__(self, opener: Opener) -> None:
        super().__init__(
            name="winnow",
            version=__version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            protocol_cls=Protocol,
            converter_factory=_converter,
        )
        self.open_session = opener
        self.client = EditorClient(self)
        self.names = FileNames()
        self.units = "utf-16"
        self.shows_answers = False
        self.watches = False
        self.configured: Mapping[str, object] = {}
        self.chosen: Mapping[str, object] = {}
        self.told: frozenset[str] = frozenset()
        for feature in FEATURES:
            feature.register(self)

    @property
    def started(self) -> bool:
        """Whether the editor has said hello."""
        return hasattr(self, "session")

    async def converse(self, connect: Connect, greeting: Greeting = NO_GREETING) -> int:
        """Serve one connection until it ends; the exit code is 0 only after a proper ``shutdown``."""
        frames = wire.Frames(self.protocol.receive, self.protocol.complain)
        leaving: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.protocol.leave = lambda code: None if leaving.done() else leaving.set_result(code)
        frames.ended.add_done_callback(lambda _: self.protocol.leave(1))
        self.protocol.started = lambda: self.started
        self.protocol.answered = greeting.answered
        self.protocol.write = await connect(frames)
        frames.data_received(greeting.read)
        try:
            return await leaving
        finally:
            if self.started:
                await self.session.close()
            self.shutdown()  # type: ignore[no-untyped-call]  # pygls has no types here


def serve_stdio(opener: Opener, greeting: Greeting) -> int:
    """Serve the editor that started this process, over standard input and output; it may have its greeting already."""
    stdout = wire.claim_stdout()

    async def connect(frames: wire.Frames) -> Write:
        await wire.watch_stdin(sys.stdin.buffer, frames)
        return _writer(stdout, frames)

    async def main() -> int:
        return await WinnowServer(opener).converse(connect, greeting)

    return asyncio.run(main())


def serve_tcp(opener: Opener, port: int, announce: Callable[[str], None]) -> int:
    """Serve every editor that connects to a port of the loopback interface, each with a session of its own."""
    conversations: set[asyncio.Task[int]] = set()

    def accepted() -> asyncio.Protocol:
        return _Accepted(opener, conversations)

    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(accepted, "127.0.0.1", port)
        host, bound = server.sockets[0].getsockname()
        announce(f"winnow listens on {host}:{bound}")
        async with server:
            await server.serve_forever()

    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        return 0
    return 0


class _Accepted(asyncio.Protocol):
    """A connection that an editor has just made: it gets a server of its own, and is handed over to it."""

    def __init__(self, opener: Opener, conversations: set[asyncio.Task[int]]) -> None:
        self._opener = opener
        self._conversations = conversations

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Serve it until it ends; what it sends before its server is there waits."""
        cast("asyncio.Transport", transport).pause_reading()
        task = asyncio.get_running_loop().create_task(self._converse(cast("asyncio.Transport", transport)))
        self._conversations.add(task)
        task.add_done_callback(self._conversations.discard)

    async def _converse(self, transport: asyncio.Transport) -> int:
        async def connect(frames: wire.Frames) -> Write:
            transport.set_protocol(frames)
            transport.resume_reading()
            return transport.write

        try:
            return await WinnowServer(self._opener).converse(connect)
        finally:
            transport.close()


def _writer(stream: BinaryIO, frames: wire.Frames) -> Write:
    """Write to an editor; one that does not listen any more is gone."""

    def write(data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[stream.write(view) :]
        except BrokenPipeError as error:
            frames.connection_lost(error)

    return write


def _converter() -> Converter:
    return converters.get_converter()
