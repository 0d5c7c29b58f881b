"""Messages between the server and its agents: a length, then JSON; a file descriptor may travel along."""

from __future__ import annotations

import array
import json
import os
import socket
import struct
from typing import Any, Dict, List, Optional, Tuple

LENGTH = struct.Struct("!I")
Message = Dict[str, Any]


def pack(message: Message) -> bytes:
    """One message as bytes."""
    data = json.dumps(message).encode("utf-8", "surrogatepass")
    return LENGTH.pack(len(data)) + data


def unpack(buffer: bytearray) -> List[Message]:
    """Take the whole messages out of the front of a buffer, and leave the rest there."""
    messages = []
    while len(buffer) >= LENGTH.size:
        end = LENGTH.size + LENGTH.unpack_from(buffer)[0]
        if len(buffer) < end:
            break
        messages.append(json.loads(bytes(buffer[LENGTH.size : end]).decode("utf-8", "surrogatepass")))
        del buffer[:end]
    return messages


def write(descriptor: int, message: Message) -> None:
    """Write a message to a pipe, all of it."""
    left = memoryview(pack(message))
    while left:
        left = left[os.write(descriptor, left) :]


def receive(control: socket.socket) -> Optional[Tuple[Message, List[int]]]:
    """The next message and the descriptors sent with it; None when the other side is gone."""
    head, descriptors = _head(control)
    if len(head) < LENGTH.size:
        return None
    body = _exactly(control, LENGTH.unpack(head)[0])
    if body is None:
        return None
    return json.loads(body.decode("utf-8", "surrogatepass")), descriptors


def _head(control: socket.socket) -> Tuple[bytes, List[int]]:
    room = array.array("i", [0])
    data, extra, _, _ = control.recvmsg(LENGTH.size, socket.CMSG_SPACE(room.itemsize))
    descriptors = array.array("i")
    for level, kind, content in extra:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(content[: len(content) - len(content) % descriptors.itemsize])
    if 0 < len(data) < LENGTH.size:
        data += _exactly(control, LENGTH.size - len(data)) or b""
    return data, list(descriptors)


def _exactly(control: socket.socket, size: int) -> Optional[bytes]:
    parts = []
    while size:
        part = control.recv(size)
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
