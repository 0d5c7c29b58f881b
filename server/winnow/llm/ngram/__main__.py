"""The engine in a process of its own: JSON lines in, JSON lines out, until the input ends.

A request is ``{"id": 1, "do": NAME, ...}``; an answer carries the same id and either ``result`` or ``error``.
``{"do": "drop", "of": ID}`` takes back a request that has not been looked at yet, ``cancel`` one that learns.
``learn`` reports ``{"id", "done", "of"}`` on its way; meanwhile requests are answered from what was known before.
"""

from __future__ import annotations

import os
import select
import sys
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from winnow.llm.ngram import library
from winnow.llm.ngram.engine import Engine, Work

if TYPE_CHECKING:
    from winnow.llm.ngram.corpus import Shelf

_CHUNK = 1 << 16
_ORPHAN_SECONDS = 5.0
_BUSY_SECONDS = 0.002
_NICENESS = 5
"""How far it stands back, out of 19: it reads for seconds, and the tests are waited for."""


@dataclass(slots=True, kw_only=True)
class _Job:
    """Work in progress, and what it waits for; ``id`` is 0 where nobody asked."""

    id: int
    work: Work
    of: int
    waiting: Future[Shelf] | None = None
    done: int = 0


@dataclass(slots=True, kw_only=True)
class Service:
    """Answers requests, and learns a little between them."""

    engine: Engine = field(default_factory=Engine)
    jobs: deque[_Job] = field(default_factory=deque)
    sorter: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def serve(self) -> None:
        """Until the input ends or the parent is gone."""
        paths = library.files()
        self.jobs.append(_Job(id=0, work=self.engine.learn_library(library.read(paths)), of=len(paths)))
        parent, rest = os.getppid(), b""
        while os.getppid() == parent:
            busy = self.jobs and (self.jobs[0].waiting is None or self.jobs[0].waiting.done())
            patience = 0.0 if busy else _BUSY_SECONDS if self.jobs else _ORPHAN_SECONDS
            if select.select([0], [], [], patience)[0]:
                chunk = os.read(0, _CHUNK)
                if not chunk:
                    return
                *lines, rest = (rest + chunk).split(b"\n")
                self._receive([orjson.loads(line) for line in lines])
            elif busy:
                self._advance()

    def _receive(self, requests: list[dict[str, Any]]) -> None:
        dropped = {request["of"] for request in requests if request["do"] == "drop"}
        for request in requests:
            if request["do"] != "drop" and request["id"] not in dropped:
                self._respond(request)

    def _respond(self, request: dict[str, Any]) -> None:
        try:
            result = self._answer(request)
        except Exception as error:  # noqa: BLE001 - one request that fails must not take the engine with it
            _send({"id": request["id"], "error": f"{type(error).__name__}: {error}"})
        else:
            if result is not None:
                _send({"id": request["id"], "result": result})

    def _answer(self, request: dict[str, Any]) -> Any:
        match request["do"]:
            case "complete":
                offered = self.engine.offer(
                    request["before"], request["after"], request["path"], request["n"], asked=request["asked"]
                )
                return [
                    {"text": each.text, "logprobs": each.logprobs, "confidence": each.confidence} for each in offered
                ]
            case "learn":
                self._drop_learning()
                texts = request.get("texts")
                paths = tuple(request["paths"]) if texts is None else tuple(texts)
                pairs = library.read(paths) if texts is None else iter(texts.items())
                self.jobs.append(_Job(id=request["id"], work=self.engine.learn(pairs), of=len(paths)))
                return None
            case "cancel":
                self._drop_learning(request["of"])
            case "put":
                self.engine.corpus.put(request["path"], request["text"])
            case "forget":
                self.engine.corpus.forget(request["path"])
            case "known":
                return self.engine.known()
            case unknown:
                raise ValueError(f"{unknown!r} is nothing the engine does")
        return True

    def _drop_learning(self, only: int = 0) -> None:
        for job in [job for job in self.jobs if job.id and only in {0, job.id}]:
            job.work.close()
            self.jobs.remove(job)
            _send({"id": job.id, "result": False})

    def _advance(self) -> None:
        """One small step of the first job."""
        job = self.jobs[0]
        try:
            shelf, job.waiting = job.waiting.result() if job.waiting else None, None
            step = job.work.send(shelf) if shelf is not None else next(job.work)
        except StopIteration:
            self.jobs.popleft()
            if job.id:
                _send({"id": job.id, "result": True})
            return
        except Exception as error:  # noqa: BLE001 - what was known before still answers
            self.jobs.popleft()
            _send({"id": job.id, "error": f"{type(error).__name__}: {error}"})
            return
        if isinstance(step, int):
            if job.id and (step * 50 // job.of) != (job.done * 50 // job.of):
                _send({"id": job.id, "done": step, "of": job.of})
            job.done = step
        else:
            job.waiting = self.sorter.submit(step)


def _send(message: dict[str, Any]) -> None:
    data = orjson.dumps(message) + b"\n"
    while data:
        data = data[os.write(1, data) :]


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    try:
        Service().serve()
    except (BrokenPipeError, KeyboardInterrupt):
        sys.exit(0)
