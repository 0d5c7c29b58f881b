"""Run chosen tests in this process, and say how each ended and what it reached.

To be recorded a test runs in a fork, so that what an earlier one left in a cache hides nothing of what it depends on.
Several run in one fork as long as each runs everything that those before it in the fork ran: then nothing was hidden
from it. The first that does not is run again, as the first of another fork. Tests that share fixtures which are slow to
set up run together instead, with their caches emptied. Where the project does not survive a fork all run together, and
each counts as reaching what those before it reached.
"""

from __future__ import annotations

import os
from itertools import islice, takewhile
from types import CodeType
from typing import Any, Callable, Dict, List, Optional, Sequence, Set, Tuple

from . import overlay, pytest_session
from .behaviour import behave
from .bodies import Patch
from .hazards import descriptors, unsafe_to_fork
from .lines import Lines, within
from .process import die_with_parent
from .pytest_session import Collected, TestReports
from .record import SLOW_FIXTURE_SECONDS, FixtureRecords, Outside, Recorder, caches_of, fixtures_of
from .whereabouts import Whereabouts
from .witness import Place, Witness

Result = Dict[str, Any]
Emit = Callable[[Dict[str, Any]], None]
BLIND = "This test starts processes, and these see only what is saved: it says nothing of unsaved text."
LARGEST_BATCH = 64
"""Tests in one fork, at most."""
SLOW_SECONDS = 0.1
"""What a test may take for another one to be tried in its fork, where it may have to be run twice."""
ENDED, ENDED_SLOW = 77, 78
"""The exit status of a fork that came to its end, the second where its shared fixtures were slow to set up."""


def run_anew(order: Dict[str, Any], means: Sequence[str], emit: Emit) -> None:
    """Import the project with the candidate's texts in place of its files, collect what is needed, run it."""
    own = descriptors()
    overlay.install()
    overlay.lay(order["texts"])
    emit({"collecting": True})
    collected = pytest_session.collect(order["arguments"])
    run = Run(collected, order["root"], forks=not (order["record"] and unsafe_to_fork(own)))
    run.prepare(means)
    run.carry_out(order, (), emit)


class Run:
    """What becomes of a collected session in a child: prepared ahead of its orders, then carried out once."""

    def __init__(self, collected: Collected, root: str, *, forks: bool = True) -> None:
        self._collected = collected
        self._forks = forks
        self._before: Set[Tuple[str, int]] = set()
        self._read_before: Set[str] = set()
        self._root = root
        self._reports = TestReports(root)
        self._layered = False
        self._outside: Optional[Outside] = None
        self._recorder: Optional[Recorder] = None
        self._fixtures: Optional[FixtureRecords] = None
        self._slow_fixtures: Set[Any] = set()
        self._follows = False
        self._batching_score = 3
        """Above 0 while forks that hold several tests of a file spare more than they cost."""
        self._whereabouts = Whereabouts(self._stands)

    def prepare(self, means: Sequence[str]) -> None:
        """Make the session this process's own: its reports, its files for captured output, and its ears."""
        config = self._collected.session.config
        config.pluginmanager.register(self._reports, "winnow-reports")
        pytest_session.fresh_capture(config)
        pytest_session.fresh_cache(config)
        self._layered = "overlay" in means
        self._outside = Outside(self._root, overlay.put_on_disk if self._layered else None)

    def carry_out(self, order: Dict[str, Any], patches: Sequence[Patch], emit: Emit) -> None:
        """Run the tests of an order; emit when each starts and how it ended, the two together where they meet."""
        self._reports.lines = Lines(patches)
        self._whereabouts.tell(emit)
        wanted = self._wanted(order["tests"])
        if order.get("look"):
            self._look(order["look"], wanted, emit)
            return
        if order["record"]:
            self._record()
        together = self._run_apart(wanted, emit)
        self._collected.session.items, self._collected.session.testscollected = together, len(together)
        caches = caches_of(self._root) if self._recorder else []
        told: Dict[str, Any] = {}
        for item, following in zip(together, [*together[1:], None]):
            emit({**told, **_starts(item)})
            for cache in caches:
                cache.cache_clear()
            result = self._one(item, following)
            told = self._reported(result)
            if order["first"] and _failed(result) and item.nodeid not in order["known"]:
                break
        else:
            absent = [test for test in order["tests"] if test not in self._collected.items]
            for test in absent:
                emit({"result": _absent(test, self._collected)})
        if told:
            emit(told)

    def _look(self, look: Dict[str, Any], wanted: Sequence[Any], emit: Emit) -> None:
        """Run tests with a witness of one function, then call that function with the inputs given."""
        place = Place(*look["place"])
        for item in wanted:
            witness = Witness(place, self._reports.lines)
            emit(_starts(item))
            witness.start()
            try:
                result = self._one(item, None)
            finally:
                witness.stop()
            emit({"result": result, "calls": witness.calls, "steps": witness.steps})
        if look["inputs"]:
            emit({"behaviour": behave(place.path, place.name, look["inputs"], look["limit"])})

    def _wanted(self, tests: Sequence[str]) -> List[Any]:
        """The items that were asked for; where parameters changed, those that a test has now."""
        items = self._collected.items
        changed = {_plain(test) for test in tests if test not in items}
        others = [item for test, item in items.items() if _plain(test) in changed and test not in tests]
        return [items[test] for test in tests if test in items] + others

    def _record(self) -> None:
        self._recorder = Recorder(self._root)
        self._fixtures = FixtureRecords(self._recorder)
        self._collected.session.config.pluginmanager.register(self._fixtures, "winnow-fixtures")

    def _has_slow_fixtures(self, item: Any) -> bool:
        """Whether a test shares fixtures that were slow to set up for another one."""
        return not self._slow_fixtures.isdisjoint(_shared(item))

    def _run_apart(self, wanted: Sequence[Any], emit: Emit) -> List[Any]:
        """Run what is to be recorded in forks, which leave nothing behind in this process; returns what is left."""
        if self._recorder is None or not self._forks:
            return list(wanted)
        together, left = [], list(wanted)
        while left:
            if self._has_slow_fixtures(left[0]):
                together.append(left.pop(0))
            else:
                del left[: self._apart(self._batch(left), emit)]
        return together

    def _batch(self, left: Sequence[Any]) -> List[Any]:
        """The first test and those that may run in the same fork: its variants, and others of its file if that goes."""
        part = _file if self._batching_score > 0 else _plain
        first = part(left[0].nodeid)
        fitting = takewhile(lambda each: part(each.nodeid) == first and not self._has_slow_fixtures(each), left)
        return list(islice(fitting, LARGEST_BATCH))

    def _apart(self, items: Sequence[Any], emit: Emit) -> int:
        """Run the first of these tests in a fork, and those after it that nothing is hidden from; how many they are."""
        hearing, saying = os.pipe()
        process = os.fork()
        if process == 0:
            try:
                die_with_parent()
                os._exit(ENDED_SLOW if self._one_by_one(items, saying, emit) else ENDED)
            finally:
                os._exit(1)
        os.close(saying)
        status = self._whereabouts.elsewhere(process)
        done = len(os.read(hearing, LARGEST_BATCH))
        os.close(hearing)
        self._follows = True
        if status >> 8 == ENDED_SLOW:
            self._slow_fixtures |= _shared(items[done - 1])
        elif status >> 8 != ENDED:
            how = f"signal {status & 0x7F}" if status & 0x7F else f"exit status {status >> 8}"
            words = f"The process of the test ended early ({how})."
            place = dict(zip(("path", "line"), _place(items[done])))
            said = {"test": items[done].nodeid, "outcome": "unfinished", "seconds": 0.0, "message": words, **place}
            emit({"result": said})
            return done + 1
        self._batching_score += min(done, 3) - 2 if len(items) > 1 else 0
        return done

    def _one_by_one(self, items: Sequence[Any], saying: int, emit: Emit) -> bool:
        """Run tests until one does not run what those before it ran; whether their fixtures were slow to set up.

        A mark is left for each that counts.
        """
        before: Set[Any] = set()
        for number, item in enumerate(items):
            emit(_starts(item))
            result = self._one(item, None)
            own = self._reports.lines.places(_own_codes(item))
            ran = {tuple(place) for place in result["reached"]}.difference(own) | set(result["read"])
            if number and (not before <= ran or _failed(result)):
                break
            emit(self._reported(result))
            os.write(saying, b".")
            if self._fixtures is not None and self._fixtures.seconds > SLOW_FIXTURE_SECONDS:
                return True
            if result["processes"] or result["seconds"] > SLOW_SECONDS:
                break
            before |= ran
            self._before.update(result["reached"])
            self._read_before.update(result["read"])
        return False

    def _reported(self, result: Result) -> Dict[str, Any]:
        """A result; or where files that an earlier test left behind may have made it, that the test is to run alone."""
        again = self._recorder is not None and self._forks and self._follows and _failed(result)
        self._follows = True
        return {"again": result["test"]} if again else {"result": result}

    def _one(self, item: Any, following: Any) -> Result:
        """Run a test here."""
        assert self._outside is not None  # noqa: S101 - prepared before
        self._outside.forget()
        if self._recorder:
            self._recorder.start()
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        result = self._reports.result(item.nodeid)
        if self._recorder and self._fixtures:
            reached = set(self._reports.lines.places(self._recorder.stop() | self._fixtures.reached()))
            read = set(self._outside.opened())
            if not self._forks:
                reached, read = self._before, self._read_before = self._before | reached, self._read_before | read
            result["reached"], result["read"] = sorted(reached), sorted(read)
            result["processes"] = self._outside.starts_processes
        if self._outside.starts_processes and overlay.TEXTS and not self._layered:
            result["outcome"], result["message"] = "unfinished", BLIND
        if result["outcome"] in ("passed", "skipped"):
            result["path"], result["line"] = _place(item)
        return result

    def _stands(self, frame: Any) -> Dict[str, Any]:
        """Where the test of this process stands, and what it depends on: what it or one before it has reached."""
        told: Dict[str, Any] = {"stands": self._reports.stands(frame)}
        if self._recorder and self._fixtures and self._outside:
            codes = self._recorder.so_far() | self._fixtures.ever_reached()
            told["reached"] = sorted(self._before.union(self._reports.lines.places(codes)))
            told["read"] = sorted(self._read_before.union(self._outside.opened()))
            told["processes"] = self._outside.starts_processes
        return told


def _starts(item: Any) -> Dict[str, Any]:
    """Which test begins, and where it stands: who never hears how it ended knows that much."""
    path, line = _place(item)
    return {"started": item.nodeid, "path": path, "line": line}


def _place(item: Any) -> Tuple[str, int]:
    return str(getattr(item, "path", "") or item.fspath), (item.location[1] or 0) + 1


def _shared(item: Any) -> Set[Any]:
    """What a test shares with others: its fixtures of wider scope; its file, where it asks for them as it runs."""
    declared = {id(each) for each in fixtures_of(item) if each.scope != "function"}
    return declared or {str(item.fspath)}


def _own_codes(item: Any) -> List[CodeType]:
    """A test's function and those inside it: nobody else's business, whatever they leave behind."""
    code = getattr(getattr(item, "function", None), "__code__", None)
    return list(within(code)) if isinstance(code, CodeType) else []


def _failed(result: Result) -> bool:
    return result["outcome"] in ("failed", "error")


def _absent(test: str, collected: Collected) -> Result:
    """What is known of a test that was not collected: the words of its file's failure, or that it is gone."""
    file = test.partition("::")[0]
    for broken, words in collected.broken.items():
        if not broken or broken.partition("::")[0] == file:
            path = os.path.join(collected.root, file)
            return {"test": test, "outcome": "error", "seconds": 0.0, "message": words, "path": path, "line": 1}
    if any(_plain(other) == _plain(test) for other in collected.items):
        return {"test": test, "outcome": "skipped", "seconds": 0.0, "message": "It has other parameters now."}
    return {"test": test, "outcome": "unfinished", "seconds": 0.0, "message": "The test was not collected."}


def _file(test: str) -> str:
    """The file that a test stands in."""
    return test.partition("::")[0]


def _plain(test: str) -> str:
    """A test's name without its parameters."""
    return test.partition("[")[0]
