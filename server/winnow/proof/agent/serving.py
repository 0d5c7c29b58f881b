"""What every process that forks does: answer requests on a socket, and have each run done by a child of its own.

A child's messages reach the server through its parent, which ends a child whose messages lack its seal, and tells the
server when a child ended before it had finished.
"""

from __future__ import annotations

import abc
import os
import select
import signal
import socket
import time
import traceback
from typing import Any, Callable, Collection, Dict, List, Optional, Set

from . import memory, sandbox, wire
from .bodies import Unsafe
from .child import Calling, Child, Emit, Order, live, pipe
from .process import die_with_parent, end, ended
from .whereabouts import WHERE

Request = Dict[str, Any]
LISTENING_SECONDS = 0.003
"""How long what a child says may lie unheard, unless it is its last word."""


class Parent(abc.ABC):
    """Serves one socket until the other side is gone; ``answers`` maps a request's word to what is done for it.

    While there is nothing to do it forks children ahead, which wait confined for their orders: ``spares`` of them.
    ``kept`` are processes that it started beside these.
    """

    spares = 1

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.children: Dict[int, Child] = {}
        self.waiting: List[Child] = []
        self.confinement: Optional[Dict[str, Any]] = None
        self.pages: Optional[List[memory.Range]] = []
        self.kept: Set[int] = set()
        self.adopts = False
        self.answers: Dict[str, Callable[[Request, List[int]], Optional[Request]]] = {
            "stop": self._stop,
            "where": self._where,
        }
        self._wake, self.bell = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(self.bell, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.bell, warn_on_full_buffer=False)

    @abc.abstractmethod
    def prepare(self, means: List[str]) -> None:
        """What a child does ahead of its orders, confined by these means."""

    @abc.abstractmethod
    def work(self, order: Order, emit: Emit) -> None:
        """What a child does when it has them."""

    def say(self, number: int, message: Dict[str, Any]) -> None:
        """Answer a request."""
        self.control.sendall(wire.frame(number, message, last=True).bytes())

    def serve(self) -> None:
        """Answer until the server is gone, then take every child along."""
        try:
            while self._turn():
                pass
        except (BrokenPipeError, ConnectionResetError):
            pass
        for child in (*self.children.values(), *self.waiting):
            end(child.process)
        if self.adopts:
            sandbox.end_strays(())
            self._clear(())
        os._exit(0)

    def _turn(self) -> bool:
        too_few = self.confinement is not None and len(self.waiting) < (1 if self.children else self.spares)
        patience = 0.0 if too_few else LISTENING_SECONDS if self.children else None
        sources: List[Any] = [self.control, self._wake]
        ready, _, _ = select.select(sources, [], [], patience)
        if not ready and too_few:
            self._fork_ahead()
        for child in self.children.values():
            self._pass_on(child)
        if self._wake in ready:
            os.read(self._wake, 4096)
            self._reap()
        if self.control in ready:
            received = wire.receive(self.control)
            if received is None:
                return False
            self._answer(*received)
        return True

    def _answer(self, frame: wire.Frame, descriptors: List[int]) -> None:
        request = {**frame.message(), "id": frame.number}
        try:
            answer = self.answers[request["do"]](request, descriptors)
        except Unsafe as error:
            answer = {"unsafe": str(error)}
        except SyntaxError as error:
            answer = {"unsafe": f"syntax: {error}"}
        except Exception:  # noqa: BLE001 - a failed request is answered, and the process serves on
            answer = {"failure": traceback.format_exc()[-2000:]}
        if answer is not None:
            self.say(frame.number, answer)

    def command(self, order: Order) -> None:
        """Have a child carry out an order; what it says goes to the server."""
        child = self.waiting.pop(0) if self.waiting else self._fork()
        self.children[child.ears] = child
        child.tell(order["id"], order)

    def dismiss(self) -> None:
        """Let the waiting children go: what they were forked from is no longer what is wanted."""
        for child in self.waiting:
            child.forget()  # it ends when it hears that nothing will come
        self.waiting = []

    def _fork_ahead(self) -> None:
        try:
            self.waiting.append(self._fork())
        except OSError:  # too many processes for a moment
            time.sleep(LISTENING_SECONDS)

    def _fork(self) -> Child:
        theirs, mouth = pipe()
        ears, speaking = pipe()
        seal = os.urandom(16)
        process = os.fork()
        if process == 0:
            self.become_child()
            os.close(mouth)
            os.close(ears)
            calling = Calling(self.confinement, self.prepare, self.work, self.pages, self.bell)
            live(calling, theirs, speaking, seal)
        os.close(theirs)
        os.close(speaking)
        os.set_blocking(ears, False)
        return Child(process, ears, mouth, seal)

    def become_child(self) -> None:
        """Let go of what belongs to the parent."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(self._wake)
        for child in (*self.children.values(), *self.waiting):
            child.forget()
        self.control.close()
        self.children, self.waiting = {}, []
        os.setsid()
        die_with_parent()

    def _pass_on(self, child: Child) -> None:
        frames = child.hear()
        if frames:
            self.control.sendall(b"".join(frame.bytes() for frame in frames))
        if child.pages and self.pages is None:
            self.pages = child.pages
            self.dismiss()

    def adopt(self) -> None:
        """Be given what the runs leave behind, where no process namespace ends it with them."""
        self.adopts = not sandbox.available()["namespaces"]
        if self.adopts:
            sandbox.adopt_strays()

    def _reap(self) -> None:
        for process, status in ended():
            self.kept.discard(process)
            for child in [each for each in self.waiting if each.process == process]:
                self.waiting.remove(child)
                child.forget()
            for child in [each for each in self.children.values() if each.process == process]:
                self._bury(child, status)
        if self.adopts:
            self._clear({*self.kept, *(each.process for each in (*self.children.values(), *self.waiting))})

    def _clear(self, running: Collection[int]) -> None:
        """Remove what was written by processes that do not run any more, where no namespace took it along."""
        if self.confinement is not None:
            sandbox.clear(self.confinement["scratch"], running)

    def _bury(self, child: Child, status: int) -> None:
        """Hear the last words of a child, end what it left running, and report a death before its time."""
        self._pass_on(child)
        end(child.process)
        del self.children[child.ears]
        if self.adopts and not self.children:
            sandbox.end_strays({*self.kept, *(each.process for each in self.waiting)})
        child.forget()
        if not child.finished:
            how = f"signal {status & 0x7F}" if status & 0x7F else f"exit status {status >> 8}"
            self.say(child.number, {"done": False, "detail": f"The process of the tests ended early ({how})."})

    def _where(self, request: Request, _descriptors: List[int]) -> None:
        """Have a run say where it stands."""
        for child in self.children.values():
            if child.number == request["run"]:
                os.kill(child.process, WHERE)

    def _stop(self, request: Request, _descriptors: List[int]) -> None:
        for child in self.children.values():
            if child.number == request["run"]:
                end(child.process)
