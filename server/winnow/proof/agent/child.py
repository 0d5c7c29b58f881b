"""One forked run, from both sides: what the parent knows of it, and the whole of its life.

A child is forked and confined before there is anything for it to do, and then waits for its orders: a verdict pays
for neither.
"""

from __future__ import annotations

import contextlib
import fcntl
import marshal
import os
import traceback
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

from . import memory, sandbox, wire
from .process import end, lead_nowhere

Order = Dict[str, Any]
Emit = Callable[[Dict[str, Any]], None]
_ROOM = 1 << 20
"""Bytes that may lie in a pipe, so that orders with a long text in them need not wait for the child to read."""
_CHUNK = 1 << 16
_SET_PIPE_SIZE = 1031  # Linux; Python names it from 3.10


class Child:
    """A forked run: its process, the two pipes to it, and the seal that proves that it was the child who spoke."""

    def __init__(self, process: int, ears: int, mouth: int, seal: bytes) -> None:
        self.process, self.ears, self.mouth, self.seal = process, ears, mouth, seal
        self.number = 0
        self.buffer = bytearray()
        self.finished = False
        self.pages: Optional[List[memory.Range]] = None

    def tell(self, number: int, order: Order) -> None:
        """Give the child its orders, the only ones it gets."""
        self.number = number
        words = marshal.dumps((number, order))
        with contextlib.suppress(BrokenPipeError):  # it is dead, which its parent notices by itself
            wire.write(self.mouth, wire.HEAD.pack(len(words), number, 1) + words)
        self.deafen()

    def deafen(self) -> None:
        """Say nothing more to it."""
        if self.mouth >= 0:
            os.close(self.mouth)
            self.mouth = -1

    def hear(self) -> List[wire.Frame]:
        """What it said to the server since the last time; a child whose message lacks the seal is ended.

        After its last message to the server comes one for its parent: the pages that it wrote to.
        """
        closed = self._listen()
        try:
            frames = wire.unpack(self.buffer, self.seal)
        except ValueError:
            frames, closed = [], True
        if closed:
            end(self.process)
        heard = []
        for frame in frames:
            if self.finished:
                self.pages = [(int(start), int(length)) for start, length in frame.message()["pages"]]
            else:
                heard.append(wire.Frame(self.number, frame.last, frame.body))
            self.finished = self.finished or frame.last
        return heard

    def _listen(self) -> bool:
        """Read what is there, no more than the pipe holds at once; whether the child closed its side."""
        for _ in range(2 * _ROOM // _CHUNK):
            try:
                data = os.read(self.ears, _CHUNK)
            except BlockingIOError:
                return False
            if not data:
                return True
            self.buffer += data
        return False

    def forget(self) -> None:
        """Close both pipes."""
        self.deafen()
        os.close(self.ears)


def pipe() -> Tuple[int, int]:
    """A pipe with room for orders."""
    ears, mouth = os.pipe()
    with contextlib.suppress(OSError):  # another system, or one that allows less: the parent waits for the child
        fcntl.fcntl(mouth, _SET_PIPE_SIZE, _ROOM)
    return ears, mouth


class Calling(NamedTuple):
    """What a child is for: how it is confined, what it does ahead of its orders, and how it carries them out.

    ``pages`` are those to copy ahead; with None the child says at its end which they were. ``bell`` is the pipe that
    calls the parent to its last word; what the child says before is fetched by the parent every few milliseconds, as
    a process woken for each of hundred quick tests takes longer than they do.
    """

    confinement: Optional[Dict[str, Any]]
    prepare: Callable[[List[str]], None]
    work: Callable[[Order, Emit], None]
    pages: Optional[List[memory.Range]]
    bell: int


def live(calling: Calling, ears: int, mouth: int, seal: bytes) -> None:
    """The whole life of a child: confine itself, wait for orders, carry them out; never returns."""
    number = 0

    def emit(message: Dict[str, Any], *, last: bool = False) -> None:
        wire.write(mouth, seal + wire.frame(number, message, last=last).bytes())
        if last:
            with contextlib.suppress(BlockingIOError):  # full: the parent is being called already
                os.write(calling.bell, b"\0")

    try:
        lead_nowhere()
        means, refusal = confined(calling.confinement, (ears, mouth, calling.bell))
        if not refusal:
            calling.prepare(means)
            memory.copy(calling.pages or [])
        number, order = _orders(ears)
        if refusal:
            emit({"done": False, "detail": refusal}, last=True)
        else:
            calling.work(order, emit)
            emit({"done": True}, last=True)
            if calling.pages is None and order["do"] == "run":
                emit({"pages": memory.written()})
    except BaseException as error:  # noqa: BLE001 - the candidate may raise anything; the server is told
        words = traceback.format_exc()[-2000:] if not isinstance(error, OSError) else str(error)
        emit({"done": False, "detail": words}, last=True)
    finally:
        os._exit(0)


def confined(confinement: Optional[Dict[str, Any]], kept: Tuple[int, ...]) -> Tuple[List[str], str]:
    """Confine this process: the means, and why it could not be, or nothing."""
    if confinement is None:
        return [], ""
    try:
        return sandbox.confine({**confinement, "keep_fds": kept}), ""
    except sandbox.Unconfined as error:
        return [], str(error)


def _orders(ears: int) -> Tuple[int, Order]:
    """Wait for the orders; a child whose parent is gone has none, and ends."""
    head = wire.read(ears, wire.HEAD.size)
    words = wire.read(ears, wire.HEAD.unpack(head)[0]) if head else None
    os.close(ears)
    if words is None:
        os._exit(0)
    number, order = marshal.loads(words)  # noqa: S302 - written by the process that forked this one
    return number, order
