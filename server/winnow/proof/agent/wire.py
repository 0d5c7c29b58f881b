"""Messages between the server and its agents: a head, then JSON; a file descriptor may travel along.

The head tells the length of the JSON, the number of the request, and whether this is the last message about it, so that
a process that passes a message on need not parse it.
"""

from __future__ import annotations

import array
import json
import os
import socket
import struct
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

HEAD = struct.Struct("!IIB")
Message = Dict[str, Any]


class Frame(NamedTuple):
    """One message on its way: the request it belongs to, whether it is the last one, and its JSON."""

    number: int
    last: bool
    body: bytes

    def message(self) -> Message:
        """What it says."""
        said: Message = json.loads(self.body.decode("utf-8", "surrogatepass"))
        return said

    def bytes(self) -> bytes:
        """What goes over the wire."""
        return HEAD.pack(len(self.body), self.number, self.last) + self.body


def frame(number: int, message: Message, *, last: bool = False) -> Frame:
    """A message that is ready to be sent."""
    return Frame(number, last, json.dumps(message).encode("utf-8", "surrogatepass"))


def unpack(buffer: bytearray, seal: bytes = b"") -> List[Frame]:
    """Take the whole messages out of the front of a buffer, and leave the rest there.

    Each stands behind a ``seal`` that its sender was given. Raises ValueError where another word stands there.
    """
    frames = []
    start = 0
    while len(buffer) >= start + len(seal) + HEAD.size:
        if buffer[start : start + len(seal)] != seal:
            raise ValueError("not sealed")
        length, number, last = HEAD.unpack_from(buffer, start + len(seal))
        begin = start + len(seal) + HEAD.size
        if len(buffer) < begin + length:
            break
        frames.append(Frame(number, bool(last), bytes(buffer[begin : begin + length])))
        start = begin + length
    del buffer[:start]
    return frames


def write(descriptor: int, data: bytes) -> None:
    """Write to a pipe, all of it."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def read(descriptor: int, size: int) -> Optional[bytes]:
    """So many bytes of a pipe; None when its other side is gone before."""
    parts = []
    while size:
        part = os.read(descriptor, size)
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def receive(control: socket.socket) -> Optional[Tuple[Frame, List[int]]]:
    """The next message and the descriptors sent with it; None when the other side is gone."""
    head, descriptors = _head(control)
    if len(head) < HEAD.size:
        return None
    length, number, last = HEAD.unpack(head)
    body = read(control.fileno(), length)
    return None if body is None else (Frame(number, bool(last), body), descriptors)


def _head(control: socket.socket) -> Tuple[bytes, List[int]]:
    room = array.array("i", [0])
    data, extra, _, _ = control.recvmsg(HEAD.size, socket.CMSG_SPACE(room.itemsize))
    descriptors = array.array("i")
    for level, kind, content in extra:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(content[: len(content) - len(content) % descriptors.itemsize])
    if 0 < len(data) < HEAD.size:
        data += read(control.fileno(), HEAD.size - len(data)) or b""
    return data, list(descriptors)
