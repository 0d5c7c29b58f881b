"""Frames of the base protocol: read them from a stream, survive what is malformed, write them out.

A reader of our own, because each message should cost microseconds: one ``readuntil`` and one ``readexactly``
on a stream that the event loop fills, instead of a hop to a thread for every header line.
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

_LENGTH = re.compile(rb"^content-length:\s*(\d+)\s*$", re.IGNORECASE | re.MULTILINE)
_SURROGATE = re.compile("[\ud800-\udfff]")
HEADER_LIMIT = 1 << 16
MESSAGE_LIMIT = 1 << 28
"""No editor sends a message of 256 MiB; one that claims to be larger is read and dropped."""


class MalformedError(ValueError):
    """A message that is not JSON-RPC; the text says what is wrong with it."""


async def read_frames(
    reader: asyncio.StreamReader, receive: Callable[[bytes], None], complain: Callable[[str], None]
) -> None:
    """Hand every frame's body to ``receive`` until the stream ends; what is not a frame goes to ``complain``."""
    while True:
        try:
            header = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return
        except asyncio.LimitOverrunError as error:
            await reader.readexactly(error.consumed)
            complain(f"{error.consumed} bytes without a message header were dropped")
            continue
        length = _LENGTH.search(header.replace(b"\r\n", b"\n"))
        if length is None:
            complain("a message without Content-Length was dropped")
        elif int(length[1]) > MESSAGE_LIMIT:
            await _drop(reader, int(length[1]))
            complain(f"a message of {int(length[1])} bytes was dropped: {MESSAGE_LIMIT} is the limit")
        else:
            try:
                body = await reader.readexactly(int(length[1]))
            except asyncio.IncompleteReadError:
                return
            receive(body)


async def _drop(reader: asyncio.StreamReader, size: int) -> None:
    while size > 0 and (piece := await reader.read(min(size, 1 << 16))):
        size -= len(piece)


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


async def open_stdin(stdin: BinaryIO) -> asyncio.StreamReader:
    """Standard input as a stream: watched by the event loop where it is a pipe, else pumped by a thread."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=HEADER_LIMIT)
    try:
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), stdin)
    except (ValueError, NotImplementedError, OSError):
        threading.Thread(target=_pump, args=(stdin, reader, loop), daemon=True, name="stdin").start()
    return reader


def _pump(stdin: BinaryIO, reader: asyncio.StreamReader, loop: asyncio.AbstractEventLoop) -> None:
    read = getattr(stdin, "read1", stdin.read)
    while piece := read(1 << 16):
        loop.call_soon_threadsafe(reader.feed_data, piece)
    loop.call_soon_threadsafe(reader.feed_eof)


def claim_stdout() -> BinaryIO:
    """Standard output for the protocol alone: whatever else prints goes to standard error from here on."""
    import os  # noqa: PLC0415 - needed once, at the start

    sys.stdout.flush()
    ours = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return ours
