"""Frames of the base protocol: read them from a stream, survive what is malformed, write them out.

A reader of our own, because each message should cost microseconds, not a hop to a thread for every header line.
"""

from __future__ import annotations

import asyncio
import re
import sys
import threading
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable

_LENGTH = re.compile(rb"^content-length:[ \t]*(\d+)[ \t\r]*$", re.IGNORECASE | re.MULTILINE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_END = b"\r\n\r\n"
HEADER_LIMIT = 1 << 16
MESSAGE_LIMIT = 1 << 28
"""256 MiB, larger than any editor's message; one that claims to be larger is read and dropped."""


class MalformedError(ValueError):
    """A message that is not JSON-RPC; the text says what is wrong with it."""


class Frames(asyncio.Protocol):
    """Takes in bytes, hands out the body of every frame; what is no frame goes to ``complain``.

    It works in the very callback that brings the bytes: a stream with its futures would double what a keystroke costs.
    ``ended`` is done when the other side is gone.
    """

    def __init__(self, receive: Callable[[bytes], None], complain: Callable[[str], None]) -> None:
        self._receive = receive
        self._complain = complain
        self._buffer = bytearray()
        self._wanted: int | None = None
        self._dropping = 0
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        """Take in what came, and hand out every frame that is whole."""
        self._buffer += data
        while self._dropping or self._wanted is not None or self._header():
            if self._dropping:
                dropped = min(self._dropping, len(self._buffer))
                del self._buffer[:dropped]
                self._dropping -= dropped
                if self._dropping:
                    return
            elif self._wanted is not None:
                if len(self._buffer) < self._wanted:
                    return
                body = bytes(self._buffer[: self._wanted])
                del self._buffer[: self._wanted]
                self._wanted = None
                self._receive(body)

    def _header(self) -> bool:
        """Take a header off the buffer; whether there was a whole one."""
        end = self._buffer.find(_END)
        if end < 0:
            if len(self._buffer) > HEADER_LIMIT:
                self._complain(f"{len(self._buffer)} bytes without a message header were dropped")
                self._buffer.clear()
            return False
        length = _LENGTH.search(self._buffer[:end])
        del self._buffer[: end + len(_END)]
        if length is None:
            self._complain("a message without Content-Length was dropped")
        elif int(length[1]) > MESSAGE_LIMIT:
            self._dropping = int(length[1])
            self._complain(f"a message of {self._dropping} bytes was dropped: {MESSAGE_LIMIT} is the limit")
        else:
            self._wanted = int(length[1])
        return True

    def connection_lost(self, _: Exception | None) -> None:
        """Nothing more will come."""
        if not self.ended.done():
            self.ended.set_result(None)


def parse(body: bytes) -> dict[str, Any]:
    """The message in a frame. Raises MalformedError when it is none.

    Editors written in JavaScript may send half of a surrogate pair; orjson refuses it, and dropping the message
    would leave the document out of step, so it is read again and the half is replaced.
    """
    try:
        message = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        message = _parse_leniently(body, error)
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        raise MalformedError("the message is not JSON-RPC 2.0")
    if not isinstance(message.get("method"), str | None) or not isinstance(message.get("id"), str | int | None):
        raise MalformedError("the message has a method or an id of a wrong kind")
    return message


def _parse_leniently(body: bytes, error: orjson.JSONDecodeError) -> Any:
    import json  # noqa: PLC0415 - only for the rare message that needs it

    try:
        return _without_surrogates(json.loads(body))
    except (ValueError, RecursionError):
        raise MalformedError(f"the message is not JSON: {error}") from None


def _without_surrogates(value: Any) -> Any:
    match value:
        case str():
            return _SURROGATE.sub("\ufffd", value)
        case list():
            return [_without_surrogates(each) for each in value]
        case dict():
            return {key: _without_surrogates(each) for key, each in value.items()}
    return value


def frame(message: Any, default: Callable[[Any], Any] | None = None) -> bytes:
    """A message as it goes over the wire."""
    body = orjson.dumps(message, default=default)
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


async def watch_stdin(stdin: BinaryIO, frames: Frames) -> None:
    """Feed standard input to ``frames``: watched by the event loop where it is a pipe, else pumped by a thread."""
    loop = asyncio.get_running_loop()
    try:
        await loop.connect_read_pipe(lambda: frames, stdin)
    except (ValueError, NotImplementedError, OSError):
        threading.Thread(target=_pump, args=(stdin, frames, loop), daemon=True, name="stdin").start()


def _pump(stdin: BinaryIO, frames: Frames, loop: asyncio.AbstractEventLoop) -> None:
    read = getattr(stdin, "read1", stdin.read)
    while piece := read(HEADER_LIMIT):
        loop.call_soon_threadsafe(frames.data_received, piece)
    loop.call_soon_threadsafe(frames.connection_lost, None)


def claim_stdout() -> BinaryIO:
    """Standard output for the protocol alone: whatever else prints goes to standard error from here on."""
    import os  # noqa: PLC0415 - needed once, at the start

    sys.stdout.flush()
    ours = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return ours
