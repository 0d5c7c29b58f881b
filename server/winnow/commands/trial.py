"""Try one program against pytest tests a thousand times: a process that has collected them forks for each version.

Made for measuring on whole benchmarks of small programs. It confines nothing but time and memory.
"""

from __future__ import annotations

import gc
import io
import multiprocessing
import os
import pickle
import resource
import signal
import sys
import time
from contextlib import suppress
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Literal, Self

from winnow.commands.pipes import read_until
from winnow.facts import Frame, TestOutcome, TestResult
from winnow.mend import vary
from winnow.proof.agent.behaviour import OutOfTimeError, limited, outcome_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from pathlib import Path
    from types import ModuleType

    import pytest

_MEMORY = 2 << 30
_FORK = multiprocessing.get_context("fork")
_SPARE = 20  # seconds of waiting allowed for each second of computing, as other programs want the processor too


class Trial:
    """One program of a folder, tried in many versions. Use it as a context; it ends its process."""

    def __init__(self, folder: Path, module: str, function: str) -> None:
        self._link, theirs = _FORK.Pipe()
        self._process = _FORK.Process(target=_serve, args=(theirs, str(folder), module, function), daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        """Nothing more to do: the process has started."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self._link.close()
        self._process.kill()
        self._process.join()

    def baseline(self, source: str, limit: float) -> list[TestResult]:
        """Run every test, ``limit`` seconds of computing each, and keep the inputs they give to the function."""
        return list(self._ask("baseline", source, limit))

    def passes(self, source: str, limit: float, first: Sequence[str]) -> tuple[TestOutcome, int]:
        """How the first test that does not pass ends, or passed, and how many passed before.

        The tests named in ``first`` run first.
        """
        outcome, passed = self._ask("passes", source, limit, tuple(first))
        return TestOutcome(outcome), int(passed)

    def behaviour(self, source: str, limit: float, count: int, seed: int) -> list[str]:
        """What the function does with the inputs of the tests and ``count`` others: one text for each."""
        return list(self._ask("behaviour", source, limit, count, seed))

    def _ask(self, *request: object) -> Any:
        self._link.send(request)
        return self._link.recv()


def _serve(link: Connection, folder: str, module: str, function: str) -> None:
    import pytest  # noqa: PLC0415 - only who tries programs needs it

    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.chdir(folder)
    sys.path.insert(0, folder)
    sys.dont_write_bytecode = True
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
    options = ["-q", "--tb=native", "-p", "no:cacheprovider", "-s", "--rootdir", folder, "-c", f"{folder}/pytest.ini"]
    with suppress(EOFError, OSError):
        pytest.main([*options, folder], plugins=[_Loop(link, module, function)])


class _Loop:
    """A pytest plugin that answers requests instead of running the tests once."""

    def __init__(self, link: Connection, module: str, function: str) -> None:
        self._link = link
        self._module = module
        self._function = function
        self._inputs: list[tuple[Any, ...]] = []
        self._tests: list[pytest.Item] = []
        self._error: BaseException | None = None

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Answer until the link closes."""
        self._tests = list(session.items)
        gc.collect()
        gc.freeze()
        while True:
            self._link.send(self._answered(*self._link.recv()))

    def _answered(self, what: str, source: str, limit: float, *rest: Any) -> object:
        match what:
            case "baseline":
                answer = _forked(lambda: self._baseline(source, limit), limit * len(self._tests) * _SPARE)
                results, inputs = pickle.loads(answer) if answer else ([], b"")  # noqa: S301 - from our own child
                self._inputs = pickle.loads(inputs) if inputs else []  # noqa: S301 - the same
                return results
            case "passes":
                answer = _forked(lambda: self._passes(source, limit, *rest), limit * _SPARE)
                return pickle.loads(answer) if answer else (TestOutcome.UNFINISHED, 0)  # noqa: S301 - the same
            case _:
                answer = _forked(lambda: self._behaviour(source, limit, *rest), 10 * limit * _SPARE)
                return pickle.loads(answer) if answer else []  # noqa: S301 - the same

    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Report without rendering a traceback, which costs more than most tests; remember what was raised."""
        from _pytest.outcomes import Skipped  # noqa: PLC0415 - as pytest itself
        from _pytest.reports import TestReport  # noqa: PLC0415 - the same

        error = call.excinfo.value if call.excinfo else None
        self._error = error or self._error
        outcome: Literal["passed", "skipped", "failed"] = "failed" if error else "passed"
        if isinstance(error, Skipped):
            outcome = "skipped"
        return TestReport(
            item.nodeid, item.location, {}, outcome, None, "call" if call.when == "collect" else call.when
        )

    def _install(self, source: str) -> ModuleType:
        """Put a version in the place of the program, wherever the tests have imported from it."""
        module = sys.modules[self._module]
        old = dict(vars(module))
        exec(compile(source, str(module.__file__), "exec"), vars(module))  # noqa: S102 - what a trial is
        for importer in {sys.modules[test.module.__name__] for test in self._tests}:  # type: ignore[attr-defined]
            for name, value in list(vars(importer).items()):
                if name in old and old[name] is value and not name.startswith("__"):
                    setattr(importer, name, vars(module)[name])
        return module

    def _baseline(self, source: str, limit: float) -> tuple[list[TestResult], bytes]:
        module = self._install(source)
        seen: list[tuple[Any, ...]] = []
        plain = vars(module)[self._function]
        noting = watched(plain, seen)
        for importer in (module, *{test.module for test in self._tests}):  # type: ignore[attr-defined]
            for name, value in list(vars(importer).items()):
                if value is plain:
                    setattr(importer, name, noting)
        results = [self._run(test, limit) for test in self._tests]
        inputs = b""
        with suppress(Exception):  # what cannot be pickled is not varied
            inputs = pickle.dumps(seen)
        return results, inputs

    def _passes(self, source: str, limit: float, first: Sequence[str]) -> tuple[TestOutcome, int]:
        self._install(source)
        order = sorted(self._tests, key=lambda test: first.index(test.nodeid) if test.nodeid in first else len(first))
        for passed, test in enumerate(order):
            outcome = self._run(test, limit).outcome
            if outcome not in {TestOutcome.PASSED, TestOutcome.SKIPPED}:
                return outcome, passed
        return TestOutcome.PASSED, len(order)

    def _run(self, test: pytest.Item, limit: float) -> TestResult:
        from _pytest.runner import runtestprotocol  # noqa: PLC0415 - as pytest itself

        self._error = None
        start = time.process_time()
        with limited(limit):
            reports = runtestprotocol(test, log=False, nextitem=None)
        outcome = TestOutcome.PASSED
        if isinstance(self._error, OutOfTimeError):
            outcome = TestOutcome.UNFINISHED
        elif any(report.failed for report in reports):
            outcome = TestOutcome.FAILED
        elif any(report.skipped for report in reports):
            outcome = TestOutcome.SKIPPED
        said = f"{type(self._error).__name__}: {self._error}"[:2000] if self._error else ""
        return TestResult(
            test=test.nodeid,
            outcome=outcome,
            seconds=time.process_time() - start,
            message=said,
            path=str(test.location[0]),
            line=test.location[1] or 0,
            frames=tuple(_frames(self._error)),
        )

    def _behaviour(self, source: str, limit: float, count: int, seed: int) -> list[str]:
        function = vars(self._install(source))[self._function]
        return [outcome_of(function, arguments, limit) for arguments in vary(self._inputs, count, seed)]


def watched(function: Callable[..., Any], seen: list[tuple[Any, ...]]) -> Callable[..., Any]:
    """The function, noting what it is called with from outside."""
    depth = 0

    def watch(*arguments: Any, **named: Any) -> Any:
        nonlocal depth
        if depth == 0 and not named:
            with suppress(Exception):  # what cannot be copied is not varied
                seen.append(deepcopy(arguments))
        depth += 1
        try:
            return function(*arguments, **named)
        finally:
            depth -= 1

    watch.__name__ = function.__name__
    return watch


def _frames(error: BaseException | None) -> Iterator[Frame]:
    trace = error.__traceback__ if error else None
    here = os.getcwd() + os.sep  # noqa: PTH109 - a prefix of paths as texts
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        if path.startswith(here):
            yield Frame(path=path.removeprefix(here), line=trace.tb_lineno - 1, name=trace.tb_frame.f_code.co_name)
        trace = trace.tb_next


def _forked(work: Callable[[], object], seconds: float) -> bytes:
    """What a child computes, pickled; empty if it died or took too long."""
    inlet, outlet = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
            with os.fdopen(outlet, "wb") as pipe:
                pipe.write(pickle.dumps(work()))
        finally:
            os._exit(0)
    os.close(outlet)
    answer = b"".join(read_until(inlet, time.monotonic() + seconds))
    os.close(inlet)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return answer
