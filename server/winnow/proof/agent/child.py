"""One forked run, from both sides: what the parent knows of it, and the whole of its life."""

from __future__ import annotations

import os
import traceback
from typing import Any, Callable, Dict

from . import overlay, pytest_session, sandbox, wire
from .process import lead_nowhere

Work = Callable[[Dict[str, Any], Callable[[Dict[str, Any]], None]], None]


class Child:
    """A forked run: its process, what it has said so far, and the word that proves it was the child who said it."""

    def __init__(self, number: int, process: int, descriptor: int, nonce: str) -> None:
        self.number, self.process, self.descriptor, self.nonce = number, process, descriptor, nonce
        self.buffer = bytearray()
        self.finished = False


def anew(request: Dict[str, Any], emit: Callable[[Dict[str, Any]], None]) -> None:
    """Import the project with the candidate's texts in place of its files, collect what is needed, run it."""
    overlay.install()
    overlay.lay(request["texts"])
    emit({"collecting": True})
    collected = pytest_session.collect(request["arguments"])
    pytest_session.run(collected, request, (), emit)


def live(request: Dict[str, Any], work: Work, mouth: int, nonce: str) -> None:
    """The whole life of a child; never returns."""

    def emit(message: Dict[str, Any]) -> None:
        wire.write(mouth, {"nonce": nonce, **message})

    try:
        lead_nowhere()
        if request.get("confine") is not None:
            emit({"confined": sandbox.confine({**request["confine"], "keep_fds": (mouth,)})})
        work(request, emit)
        emit({"done": True})
    except BaseException as error:  # noqa: BLE001 - the candidate may raise anything; the server is told
        words = traceback.format_exc()[-2000:] if not isinstance(error, OSError) else str(error)
        emit({"done": False, "detail": words})
    finally:
        os._exit(0)
