"""Run small programs that a model wrote, each in a confined fork: ``python -m winnow.commands.program_host FOLDER``.

A line of JSON on standard input is a request: ``programs`` (their texts), ``function`` (the one that is called),
``tests`` (statements to run after a program), ``checks`` (the same) and ``inputs`` (texts of tuples of arguments). The
answer is a line, too: for each program ``passed`` (all the tests), and, if so, ``kept`` (which of the checks) and
``outcomes`` (what each input gave). FOLDER is a private one with the empty folders ``project`` and ``scratch``.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from winnow.commands.pipes import read_until
from winnow.parsing import literal
from winnow.proof.agent import sandbox
from winnow.proof.agent.behaviour import OutOfTimeError, limited, outcome_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_TEST_SECONDS = 1.0  # of computing, for loading a program and for each of its tests
_INPUT_SECONDS = 0.2
_ALL_INPUTS_SECONDS = 1.0
_PATIENCE = 30.0  # seconds of waiting for all of it, as other programs want the processor too
_ENDS = (OutOfTimeError, SystemExit, KeyboardInterrupt, GeneratorExit)
_REFUTED = {"passed": False, "kept": [], "outcomes": []}
_LONGEST = 2000  # characters of an outcome: what differs does so earlier


def main() -> None:
    """Answer requests until there are no more."""
    folder = Path(sys.argv[1])
    spec = sandbox.prepare(
        {"project": str(folder / "project"), "scratch": str(folder / "scratch"), "cpu_seconds": 10, "memory_mb": 1024}
    )
    _import_ahead()
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps([_forked(spec, request, program) for program in request["programs"]]), flush=True)


def _import_ahead() -> None:
    """Import what small programs import, once for all, and keep it out of the collector's way."""
    for module in ("collections", "functools", "heapq", "itertools", "math", "re", "string", "typing"):
        importlib.import_module(module)
    gc.collect()
    gc.freeze()


def _forked(spec: Mapping[str, Any], request: Mapping[str, Any], program: str) -> object:
    """What a confined child makes of a program; not passed if it died or took too long."""
    inlet, outlet = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(inlet)
            sandbox.confine({**spec, "keep_fds": (outlet,)})
            told = json.dumps(_tried(program, request)).encode("utf-8", "replace")
            with os.fdopen(outlet, "wb") as pipe:
                pipe.write(told)
        finally:
            os._exit(0)
    os.close(outlet)
    told = b"".join(read_until(inlet, time.monotonic() + _PATIENCE))
    os.close(inlet)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    sandbox.clear(spec["scratch"], ())
    try:
        return json.loads(told)
    except ValueError:
        return _REFUTED


def _tried(program: str, request: Mapping[str, Any]) -> Mapping[str, object]:
    """Load a program, run the tests and the checks, and call its function with every input."""
    names: dict[str, Any] = {"__name__": "candidate"}
    if not all(_holds(statement, names) for statement in (program, *request["tests"])):
        return _REFUTED
    function = names.get(request["function"])
    if not callable(function):
        return _REFUTED
    outcomes = list(_outcomes(function, request["inputs"]))
    return {"passed": True, "kept": [_holds(check, names) for check in request["checks"]], "outcomes": outcomes}


def _holds(statement: str, names: dict[str, Any]) -> bool:
    """Whether a statement runs to its end, and soon."""
    random.seed(0)
    try:
        with limited(_TEST_SECONDS):
            exec(compile(statement, "<candidate>", "exec"), names)  # noqa: S102 - what this process is for, confined
    except (Exception, *_ENDS):  # noqa: BLE001 - whatever a program does
        return False
    return True


def _outcomes(function: Callable[..., Any], inputs: list[str]) -> Iterator[str]:
    started = time.process_time()
    for given in inputs:
        if time.process_time() - started > _ALL_INPUTS_SECONDS:
            yield "!timeout"
            continue
        random.seed(0)
        try:
            yield outcome_of(function, literal(given), _INPUT_SECONDS)[:_LONGEST]
        except (Exception, *_ENDS) as error:  # noqa: BLE001 - whatever a program does
            yield f"!{type(error).__name__}"


if __name__ == "__main__":
    main()
