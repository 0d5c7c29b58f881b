"""The process that forks: it answers requests on a socket, and every run is a child of its own.

A *warm* parent has pytest imported, and forks *hot* parents (all tests collected) and children that import the
project anew. A hot parent forks children that patch functions. A child's words reach the server through its parent,
which drops what does not carry the child's nonce, and says by itself when a child ended without finishing.
"""

from __future__ import annotations

import gc
import importlib
import os
import select
import signal
import socket
import sys
import traceback
from typing import Any, Callable, Dict, List, Optional, Tuple

from . import overlay, pytest_session, sandbox, wire
from .bodies import Live, Plan, Unsafe
from .child import Child, Work, anew, live
from .imports import import_edges
from .process import die_with_parent, end, lead_nowhere, preloadable, threads, unsafe_to_fork
from .record import Recorder, module_files
from .stale import Stamps


class Parent:
    """Serves one socket until the other side is gone; ``answers`` maps a request's word to what is done for it."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.children: Dict[int, Child] = {}
        self.answers: Dict[str, Callable[[Dict[str, Any], List[int]], Optional[Dict[str, Any]]]] = {"stop": self._stop}
        self._confinement: Optional[Dict[str, Any]] = None
        self._wake, wakened = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(wakened, False)
        self._wakened = wakened
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wakened, warn_on_full_buffer=False)

    def say(self, number: int, message: Dict[str, Any]) -> None:
        """Answer a request, or pass on what its child says."""
        message["id"] = number
        self.control.sendall(wire.pack(message))

    def serve(self) -> None:
        """Answer until the server is gone, then take every child along."""
        try:
            while self._turn():
                pass
        except (BrokenPipeError, ConnectionResetError):
            pass
        for child in self.children.values():
            end(child.process)
        os._exit(0)

    def _turn(self) -> bool:
        sources: List[Any] = [self.control, self._wake, *self.children]
        ready, _, _ = select.select(sources, [], [])
        for descriptor in ready:
            if descriptor in self.children:
                self._hear(self.children[descriptor])
        if self._wake in ready:
            os.read(self._wake, 4096)
            self._reap()
        if self.control in ready:
            received = wire.receive(self.control)
            if received is None:
                return False
            self._answer(*received)
        return True

    def _answer(self, request: Dict[str, Any], descriptors: List[int]) -> None:
        try:
            answer = self.answers[request["do"]](request, descriptors)
        except Unsafe as error:
            answer = {"unsafe": str(error)}
        except SyntaxError as error:
            answer = {"unsafe": f"syntax: {error}"}
        except Exception:  # noqa: BLE001 - a failed request is answered, and the process serves on
            answer = {"failure": traceback.format_exc()[-2000:]}
        if answer is not None:
            self.say(request["id"], answer)

    def fork(self, request: Dict[str, Any], work: Work) -> None:
        """Do some work in a child; what it emits goes to the server."""
        if request.get("confine") is not None:
            request["confine"] = self._confinement = self._confinement or sandbox.prepare(request["confine"])
        ears, mouth = os.pipe()
        nonce = os.urandom(16).hex()
        process = os.fork()
        if process == 0:
            self._become_child()
            os.close(ears)
            live(request, work, mouth, nonce)
        os.close(mouth)
        os.set_blocking(ears, False)
        self.children[ears] = Child(request["id"], process, ears, nonce)

    def _become_child(self) -> None:
        """Let go of what belongs to the parent."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for descriptor in (self._wake, self._wakened, *self.children):
            os.close(descriptor)
        self.control.close()
        self.children = {}
        os.setsid()
        die_with_parent()

    def _hear(self, child: Child) -> None:
        try:
            data = os.read(child.descriptor, 1 << 16)
        except BlockingIOError:
            return
        if not data:
            end(child.process)
            return
        child.buffer += data
        try:
            messages = wire.unpack(child.buffer)
        except ValueError:
            end(child.process)
            return
        for message in messages:
            if message.pop("nonce", None) == child.nonce:
                child.finished = child.finished or "done" in message
                self.say(child.number, message)

    def _reap(self) -> None:
        while True:
            try:
                process, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not process:
                return
            child = next((each for each in self.children.values() if each.process == process), None)
            if child is not None:
                self._bury(child, status)

    def _bury(self, child: Child, status: int) -> None:
        """Hear the last words of a child, end what it left running, and report a death before its time."""
        before = -1
        while before != len(child.buffer):
            before = len(child.buffer)
            self._hear(child)
        end(child.process)
        del self.children[child.descriptor]
        os.close(child.descriptor)
        if not child.finished:
            how = f"signal {status & 0x7F}" if status & 0x7F else f"exit status {status >> 8}"
            self.say(child.number, {"done": False, "detail": f"The process of the tests ended early ({how})."})

    def _stop(self, request: Dict[str, Any], _descriptors: List[int]) -> None:
        for child in self.children.values():
            if child.number == request["run"]:
                end(child.process)


class Warm(Parent):
    """Has imported pytest and nothing of the project."""

    def __init__(self, control: socket.socket) -> None:
        super().__init__(control)
        self.answers.update(hello=self._hello, preload=self._preload, heat=self._heat, run=self._run)

    def _hello(self, _request: Dict[str, Any], _descriptors: List[int]) -> Dict[str, Any]:
        import pytest
        from _pytest import assertion, fixtures, main, python, runner, unittest  # noqa: F401 - imported once for all

        return {"pytest": pytest.__version__, "python": sys.version.split()[0], "fork": hasattr(os, "fork")}

    def _preload(self, request: Dict[str, Any], _descriptors: List[int]) -> Dict[str, Any]:
        """Import what the tests import from outside the project, as far as that starts no threads."""
        for name in request["modules"]:
            try:
                importlib.import_module(name)
            except BaseException:  # noqa: BLE001, S112 - a module that cannot be imported alone is imported by the project
                continue
        gc.collect()
        gc.freeze()
        return {"threads": threads()}

    def _heat(self, request: Dict[str, Any], descriptors: List[int]) -> None:
        process = os.fork()
        if process == 0:
            self._become_child()
            hot = Hot(socket.socket(fileno=descriptors[0]), request)
            hot.serve()
        for descriptor in descriptors:
            os.close(descriptor)

    def _run(self, request: Dict[str, Any], _descriptors: List[int]) -> None:
        self.fork(request, anew)


class Hot(Parent):
    """Has collected every test, with the texts of the editor as they were then."""

    def __init__(self, control: socket.socket, request: Dict[str, Any]) -> None:
        super().__init__(control)
        self.root = request["root"]
        self.answers.update(run=self._run, imports=self._imports)
        self._plans: Dict[Tuple[str, str], Plan] = {}
        recorder = Recorder(self.root)
        lead_nowhere()
        overlay.install()
        overlay.lay(request["texts"])
        recorder.start()
        try:
            self.collected = pytest_session.collect(request["arguments"])
        except BaseException:  # noqa: BLE001 - the project's code may raise anything, SystemExit too
            recorder.stop()
            self.say(0, {"failure": traceback.format_exc()[-2000:]})
            os._exit(0)
        ran = {(code.co_filename, code.co_name, code.co_firstlineno) for code in recorder.stop() if code.co_flags & 1}
        self.live = Live(self.root, ran)
        self.stamps = Stamps(self.root, self.collected.inifile, set(request["texts"]))
        gc.collect()
        gc.freeze()
        self.say(0, self._standing())

    def _standing(self) -> Dict[str, Any]:
        ours = set(module_files(self.root))
        outside = [name for name, module in list(sys.modules.items()) if name not in ours and preloadable(module)]
        return {
            "tests": list(self.collected.items),
            "broken": self.collected.broken,
            "rootdir": self.collected.root,
            "inifile": self.collected.inifile,
            "modules": outside,
            "unsafe": unsafe_to_fork(),
        }

    def _planned(self, texts: Dict[str, str]) -> List[Plan]:
        plans = []
        for path, text in texts.items():
            key = (path, text)
            if key not in self._plans:
                if len(self._plans) > 64:  # noqa: PLR2004 - a bound on memory, nothing more
                    self._plans.clear()
                self._plans[key] = self.live.plan(path, text)
            plans.append(self._plans[key])
        return plans

    def _run(self, request: Dict[str, Any], _descriptors: List[int]) -> None:
        texts = {**self.stamps.changed(), **request["texts"]}
        plans = self._planned(texts)
        missing = [test for test in request["tests"] if test not in self.collected.items]
        if missing:
            raise Unsafe(f"{missing[0]} is not among the collected tests")

        def patched(wanted: Dict[str, Any], emit: Callable[[Dict[str, Any]], None]) -> None:
            for plan in plans:
                plan.carry_out()
            pytest_session.run(self.collected, wanted, plans, emit)

        self.fork(request, patched)

    def _imports(self, request: Dict[str, Any], _descriptors: List[int]) -> None:
        def edges(_request: Dict[str, Any], emit: Callable[[Dict[str, Any]], None]) -> None:
            emit({"edges": import_edges(self.root)})

        self.fork(request, edges)


def serve(descriptor: int) -> None:
    """Be the warm parent of a server, which holds the other end of the socket."""
    sys.dont_write_bytecode = True
    die_with_parent()
    Warm(socket.socket(fileno=descriptor)).serve()
