"""Plain HTTP/1.1 to a model on this machine: no TLS, no proxies, no redirects.

Without them a request takes a tenth of a millisecond, where a general client takes most of one: that is felt where the
model itself answers at once, and asking for three candidates is three requests.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping

_PIECE = 1 << 16
_KEPT = 4
_END = b"\r\n\r\n"


class Line(NamedTuple):
    """A connection that is open."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """The head of an answer, names of headers in small letters, and its body as it comes."""

    status: int
    headers: Mapping[str, str]
    body: AsyncIterator[bytes]


class Loopback:
    """Connections to one port of this machine, kept open between requests.

    Raises OSError and EOFError where there is no connection or it breaks off, ValueError for what is no HTTP.
    """

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        written = {"Host": parts.netloc, **headers}
        self._head = "".join(f"{name}: {value}\r\n" for name, value in written.items()).encode("latin-1")
        self._lines: list[Line] = []

    @asynccontextmanager
    async def asked(self, url: str, body: bytes | None = None) -> AsyncIterator[Response]:
        """Ask for an address (POST where there is a body); leaving before the answer's end closes the connection."""
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        first = f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\n".encode("ascii")
        length = b"Content-Length: %d\r\n" % len(body or b"")
        line, head = await self._answered(b"".join((first, self._head, length, b"\r\n", body or b"")))
        kept = False
        try:
            status, headers = _read_head(head)
            ended = asyncio.Event()
            async with aclosing(_body(line.reader, headers, ended)) as told:
                yield Response(status=status, headers=headers, body=told)
            kept = ended.is_set() and headers.get("connection", "").lower() != "close"
        finally:
            if kept and len(self._lines) < _KEPT:
                self._lines.append(line)
            else:
                line.writer.close()

    async def close(self) -> None:
        """Close the connections that wait for another request."""
        while self._lines:
            writer = self._lines.pop().writer
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answered(self, request: bytes) -> tuple[Line, bytes]:
        """A connection on which a request was sent, and the head of its answer; one kept too long is not used."""
        while self._lines:
            line = self._lines.pop()
            with suppress(EOFError, OSError):
                return line, await _sent(line, request)
        line = Line(*await asyncio.open_connection(self._host, self._port))
        return line, await _sent(line, request)


async def _sent(line: Line, request: bytes) -> bytes:
    try:
        line.writer.write(request)
        return await line.reader.readuntil(_END)
    except BaseException:  # also where the person has typed on
        line.writer.close()
        raise


def _read_head(head: bytes) -> tuple[int, dict[str, str]]:
    first, *rows = head.decode("latin-1").split("\r\n")[:-2]
    version, _, said = first.partition(" ")
    if not version.startswith("HTTP/1."):
        raise ValueError("no HTTP")
    pairs = (row.partition(":") for row in rows)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    if version == "HTTP/1.0":
        headers.setdefault("connection", "close")
    return int(said[:3]), headers


async def _body(
    reader: asyncio.StreamReader, headers: Mapping[str, str], ended: asyncio.Event
) -> AsyncGenerator[bytes, None]:
    """The pieces of a body by whichever way its end is told (RFC 9112, 6.3); ``ended`` once it was read whole."""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        while size := int((await _row(reader)).partition(b";")[0], 16):
            yield await reader.readexactly(size)
            await reader.readexactly(2)
        while (await _row(reader)).strip():
            pass  # trailers
        ended.set()
    elif "content-length" in headers:
        left = int(headers["content-length"])
        while left:
            piece = await reader.read(min(left, _PIECE))
            if not piece:
                raise EOFError("the answer broke off")
            left -= len(piece)
            yield piece
        ended.set()
    else:
        while piece := await reader.read(_PIECE):
            yield piece


async def _row(reader: asyncio.StreamReader) -> bytes:
    row = await reader.readline()
    if not row.endswith(b"\n"):
        raise EOFError("the answer broke off")
    return row
