"""A fresh interpreter that carries out one order itself: where forking one that has imported the project is unsafe.

It forks only before anything is imported, where its confinement needs that. Its messages carry a seal, as those of a
forked child do.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import traceback
from typing import Any, Dict

from . import overlay, pytest_session, sandbox, wire
from .child import Order, confined
from .execution import run_anew
from .hazards import descriptors, unsafe_to_fork
from .process import die_with_parent, end, lead_nowhere
from .record import Recorder, places
from .standing import standing


def serve_once(descriptor: int) -> None:
    """Carry out the order that comes over a socket, and end."""
    sys.dont_write_bytecode = True
    die_with_parent()
    received = wire.receive(socket.socket(fileno=os.dup(descriptor)))
    if received is None:
        os._exit(0)
    order = received[0].message()
    number, seal = received[0].number, bytes.fromhex(order.pop("seal"))

    def emit(message: Dict[str, Any], *, last: bool = False) -> None:
        wire.write(descriptor, seal + wire.frame(number, message, last=last).bytes())

    try:
        lead_nowhere()
        _watch_over(descriptor)
        means, refusal = confined(order["confine"], (descriptor,))
        if refusal:
            emit({"done": False, "failure": refusal}, last=True)
        elif order["do"] == "collect":
            emit(_collected(order), last=True)
        else:
            run_anew(order, means, emit)
            emit({"done": True}, last=True)
    except BaseException:  # noqa: BLE001 - the candidate may raise anything; the server is told
        emit({"done": False, "failure": traceback.format_exc()[-2000:]}, last=True)
    finally:
        os._exit(0)


def _watch_over(descriptor: int) -> None:
    """Without namespaces let a parent, which stays behind, end what is left running when this process has ended."""
    if not hasattr(os, "fork") or sandbox.available()["namespaces"]:
        return
    sandbox.adopt_strays()
    process = os.fork()
    if process == 0:
        die_with_parent()
        return
    os.close(descriptor)
    signal.signal(signal.SIGTERM, lambda *_: end(process))
    os.waitpid(process, 0)
    sandbox.end_strays(())
    os._exit(0)


def _collected(order: Order) -> Dict[str, Any]:
    """What there is to be tested, with these texts in place of files."""
    own = descriptors()
    overlay.install()
    overlay.lay(order["texts"])
    recorder = Recorder(order["root"])
    recorder.start()
    try:
        collected = pytest_session.collect(order["arguments"])
    finally:
        imported = places(recorder.stop())
    return standing(collected, order["root"], imported, unsafe_to_fork(own))
