"""One connection: pygls's language server around a session, and the features registered on it."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, BinaryIO

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
from winnow.editor.protocol import Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from cattrs import Converter

    from winnow.session import Session
    from winnow.settings import Settings

    Opener = Callable[[Settings, EditorClient], Session]
    """Chooses the collaborators of a session; called once, when the editor says hello."""

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
        self.units = "utf-16"
        for feature in FEATURES:
            feature.register(self)

    @property
    def started(self) -> bool:
        """Whether the editor has said hello."""
        return hasattr(self, "session")

    async def converse(self, reader: asyncio.StreamReader, write: Callable[[bytes], object]) -> int:
        """Serve one connection until it ends; the exit code is 0 only after a proper ``shutdown``."""
        self.protocol.write = write
        code = 1
        try:
            await wire.read_frames(reader, self.protocol.receive, self.protocol.complain)
        except SystemExit as end:
            code = int(end.code or 0)
        except (BrokenPipeError, ConnectionError):
            code = 1
        finally:
            if self.started:
                await self.session.close()
            self.shutdown()  # type: ignore[no-untyped-call]  # pygls has no types here
        return code


def serve_stdio(opener: Opener) -> int:
    """Serve the editor that started this process, over standard input and output."""
    stdout = wire.claim_stdout()

    async def main() -> int:
        server = WinnowServer(opener)
        return await server.converse(await wire.open_stdin(sys.stdin.buffer), _writer(stdout))

    return asyncio.run(main())


def serve_tcp(opener: Opener, port: int, announce: Callable[[str], None]) -> int:
    """Serve every editor that connects to a port of the loopback interface, each with a session of its own."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await WinnowServer(opener).converse(reader, writer.write)
        writer.close()

    async def main() -> None:
        server = await asyncio.start_server(converse, "127.0.0.1", port, limit=wire.HEADER_LIMIT)
        host, bound = server.sockets[0].getsockname()
        announce(f"winnow listens on {host}:{bound}")
        async with server:
            await server.serve_forever()

    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        return 0
    return 0


def _writer(stream: BinaryIO) -> Callable[[bytes], object]:
    def write(data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[stream.write(view) :]

    return write


def _converter() -> Converter:
    return converters.get_converter()
