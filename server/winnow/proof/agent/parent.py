"""The two processes that fork. Every run is a child of one of them.

A *warm* parent has pytest imported, and forks *hot* parents (all tests collected) and children that import the
project anew. A hot parent's children patch functions.
"""

from __future__ import annotations

import gc
import os
import socket
import sys
import traceback
from typing import Any, Dict, List, Tuple

from . import overlay, pytest_session, sandbox
from .bodies import Live, Patch, Unsafe
from .child import Emit, Order
from .execution import Run, run_anew
from .hazards import descriptors, unsafe_to_fork
from .imports import import_edges
from .preload import import_ahead
from .process import die_with_parent, lead_nowhere
from .record import Recorder, places
from .sandbox_boot import Boot
from .serving import Parent, Request
from .stale import Stamps
from .standing import standing


class Warm(Parent):
    """Has imported pytest and nothing of the project."""

    def __init__(self, control: socket.socket) -> None:
        super().__init__(control)
        self.answers.update(hello=self._hello, preload=self._preload, heat=self._heat, run=self._run)

    def prepare(self, means: List[str]) -> None:
        """Note how this child is confined; what it imports depends on its orders."""
        self.means = means

    def work(self, order: Order, emit: Emit) -> None:
        """Import the project with the candidate's texts in place of its files."""
        gc.unfreeze()
        run_anew(order, self.means, emit)

    def _hello(self, request: Request, _descriptors: List[int]) -> Request:
        own = descriptors()
        import pytest
        from _pytest import assertion, fixtures, main, python, runner, unittest  # noqa: F401 - imported once for all

        unsafe = unsafe_to_fork(own)
        if not unsafe:
            self.confinement = sandbox.prepare(request["confine"])
            self.adopt()
        packages = [path for path in sys.path if "site-packages" in path]
        return {
            "pytest": pytest.__version__,
            "python": sys.version.split()[0],
            "unsafe": unsafe,
            "packages": packages,
        }

    def _preload(self, request: Request, _descriptors: List[int]) -> Request:
        """Import what the tests import from outside the project; whether this process may be forked afterwards."""
        self.dismiss()
        own = descriptors()
        import_ahead(request["modules"], request["plugins"])
        gc.collect()
        gc.freeze()
        return {"unsafe": unsafe_to_fork(own)}

    def _heat(self, request: Request, descriptors: List[int]) -> None:
        assert self.confinement is not None  # noqa: S101 - the first request brought it
        process = os.fork()
        if process == 0:
            self.become_child()
            os.close(self.bell)
            hot = Hot(socket.socket(fileno=descriptors[0]), request, self.confinement)
            hot.serve()
        self.kept.add(process)
        for descriptor in descriptors:
            os.close(descriptor)

    def _run(self, request: Request, _descriptors: List[int]) -> None:
        self.command(request)


class Hot(Parent):
    """Has collected every test, with the texts of the editor as they were then."""

    spares = 2

    def __init__(self, control: socket.socket, request: Request, confinement: Dict[str, Any]) -> None:
        super().__init__(control)
        self.root = request["root"]
        self.answers.update(run=self._run, imports=self._imports)
        self._plans: Dict[Tuple[str, str], Patch] = {}
        recorder = Recorder(self.root)
        own = descriptors()
        gc.unfreeze()  # what is frozen is hidden from who asks for referrers, as hypothesis does while it is imported
        lead_nowhere()
        overlay.install()
        overlay.lay(request["texts"])
        boot = Boot(confinement)
        try:
            boot.enter()
            recorder.start()
            collected = pytest_session.collect(request["arguments"])
        except BaseException:  # noqa: BLE001 - the project's code may raise anything, SystemExit too
            recorder.stop()
            self.say(0, {"failure": traceback.format_exc()[-2000:]})
            os._exit(0)
        ran = recorder.stop()
        left = boot.leaves_files()
        self.confinement = boot.leave()
        stands = standing(collected, self.root, places(ran), unsafe_to_fork(own) or left)
        if stands["unsafe"]:
            self.say(0, stands)
            os._exit(0)
        self.adopt()
        self.tests = collected.items
        self.session = Run(collected, self.root)
        self.live = Live(self.root, {(code.co_filename, code.co_name, code.co_firstlineno) for code in ran})
        self.stamps = Stamps(self.root, collected.inifile, set(request["texts"]))
        self.pages = None
        gc.collect()
        gc.freeze()
        self.say(0, stands)

    def prepare(self, means: List[str]) -> None:
        """Make pytest's session this child's own."""
        self.session.prepare(means)

    def work(self, order: Order, emit: Emit) -> None:
        """Patch, and run; or tell what imports what."""
        if order["do"] == "imports":
            emit({"edges": import_edges(self.root)})
            return
        patches = [Patch(*each) for each in order["patches"]]
        for patch in patches:
            self.live.carry_out(patch)
        self.session.carry_out(order, patches, emit)

    def _planned(self, texts: Dict[str, str]) -> List[Patch]:
        patches = []
        for path, text in texts.items():
            key = (path, text)
            if key not in self._plans:
                if len(self._plans) > 64:  # noqa: PLR2004 - a bound on memory, nothing more
                    self._plans.clear()
                self._plans[key] = self.live.plan(path, text)
            patches.append(self._plans[key])
        return patches

    def _run(self, request: Request, _descriptors: List[int]) -> None:
        texts = {**self.stamps.changed(), **request.pop("texts")}
        patches = [tuple(patch) for patch in self._planned(texts)]
        missing = [test for test in request["tests"] if test not in self.tests]
        if missing:
            raise Unsafe(f"{missing[0]} is not among the collected tests")
        self.command({**request, "patches": patches})

    def _imports(self, request: Request, _descriptors: List[int]) -> None:
        self.command(request)


def serve(descriptor: int) -> None:
    """Be the warm parent of a server, which holds the other end of the socket."""
    sys.dont_write_bytecode = True
    die_with_parent()
    Warm(socket.socket(fileno=descriptor)).serve()
