"""One failing test and everything a search for its fix works with; frozen, so that the person may type on."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING

from winnow.facts import Frame, Snapshot, TestOutcome, TestResult
from winnow.mend import Suspect, function_at, locate
from winnow.parsing import parse
from winnow.paths import serves_tests
from winnow.text import bare_lines
from winnow.uris import path_of, uri_of
from winnow.workspace import closed_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from winnow.findings import TestKey
    from winnow.proof import Past, Prover
    from winnow.session import Folder, Session


STARTING = 2.0
"""Seconds for starting a run, on a machine that nothing is known of."""
GENEROUS = 5.0
WHOLE = 20_000
"""Characters of a file that a model may be asked to write again as a whole."""
_MODULE = "<module>"
_STEP = re.compile(r"^(\S+\.py):(\d+): in (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """``sources`` are the texts by path, ``suspects`` the functions that may be at fault, most suspect first.

    ``of_tests`` are the paths among them of tests, and of what serves tests alone.
    """

    failure: TestResult
    session: Session
    folder: Folder
    prover: Prover
    snapshot: Snapshot
    sources: Mapping[str, str]
    of_tests: frozenset[str]
    suspects: tuple[Suspect, ...]
    fresh: Mapping[str, range]
    """The lines (from 0) by path that were changed lately; empty where the test never passed, as they do not matter."""
    passed_before: bool
    """Whether the failing test ever passed."""
    speaking: int
    """How many tests reach the most suspect function, and so speak for or against a change of it."""
    withheld: frozenset[str]
    """The paths among ``sources`` of ignored files, which no model may read."""
    known_seconds: float
    """What the tests take that reach anything the failing one does, those that came to no end left out."""

    @property
    def key(self) -> TestKey:
        """The failing test among those of all folders."""
        return self.folder.key(self.failure.test)

    def withholds(self, suspect: Suspect) -> bool:
        """Whether a model may not be told of the failure: it is in an ignored file, or its words show lines of one."""
        shown = {suspect.path, self.failure.path, *(frame.path for frame in self.failure.frames)}
        return not self.withheld.isdisjoint(shown)

    def patience(self, starting: float = STARTING) -> float:
        """Seconds that a candidate's tests may take: a small edit often makes a loop endless, a search has no time for.

        So much as the tests that come to an end are known to take, generously, and ``starting`` for starting them.
        """
        return min(starting + GENEROUS * self.known_seconds, self.session.settings.repair_seconds)

    @property
    def test_source(self) -> str:
        """The text of the failing test's file."""
        return self.sources.get(self.failure.path, "")

    @property
    def frozen(self) -> frozenset[str]:
        """The paths among ``sources`` that are not to be edited."""
        return self.of_tests if self.session.settings.freeze_tests else frozenset()

    @property
    def steps(self) -> tuple[Frame, ...]:
        """The lines of what may be edited that the error came through, the latest first."""
        return _steps(self.failure, self.sources, self.frozen)

    @property
    def subject(self) -> Suspect | None:
        """The function whose behaviour is compared: the most suspect one that the test's file calls by its name.

        Only a function of a module can be called with arguments alone, so a method is never one.
        """
        plain = [each for each in self.suspects if each.unit and "." not in each.unit]
        called = [each for each in plain if re.search(rf"\b{re.escape(each.unit)}\(", self.test_source)]
        return next(iter([*called, *plain]), None)


async def scene_of(failure: TestResult, folder: Folder, prover: Prover, session: Session) -> Scene:
    """Read what the failure touches, and say where the fault may be; the editor may draw that at once."""
    snapshot = await asyncio.to_thread(_with_files, session.workspace.snapshot, failure, folder, prover)
    sources = {path_of(uri): str(document.text) for uri, document in snapshot.documents.items()}
    results = _results(failure, folder, prover, session)
    of_tests = _of_tests(sources, folder, prover)
    frozen = of_tests if session.settings.freeze_tests else frozenset()
    reached, history = prover.reached(), prover.history()
    suspects = await asyncio.to_thread(
        _suspects, results, sources, reached, of_tests, opened=not session.settings.freeze_tests
    )
    if suspects and not session.standing_fixes(folder.key(failure.test)):  # which know better where the fault is
        first = suspects[0]
        steps = () if first.unit else _steps(failure, sources, frozen)
        where = steps[0] if steps else Frame(path=first.path, line=first.start_line, name=first.unit)
        session.revise(folder.key(failure.test), lambda known: replace(known, suspect=where))
    past = history.get(failure.test)
    passed_before = past is not None and past.passed
    return Scene(
        failure=failure,
        session=session,
        folder=folder,
        prover=prover,
        snapshot=snapshot,
        sources=sources,
        of_tests=of_tests,
        suspects=suspects,
        fresh=dict(_changed(session, snapshot)) if passed_before else {},
        passed_before=passed_before,
        speaking=sum((each.path, each.unit) in places for each in suspects[:1] for places in reached.values()),
        withheld=await session.withheld(sources),
        known_seconds=await asyncio.to_thread(_known_seconds, failure.test, reached, history),
    )


def _suspects(
    results: tuple[TestResult, ...],
    sources: Mapping[str, str],
    reached: Mapping[str, frozenset[tuple[str, str]]],
    of_tests: frozenset[str],
    *,
    opened: bool,
) -> tuple[Suspect, ...]:
    """Where the fault of the first failure may be: in a file as a whole where it is in no function."""
    outside = tuple(_outside(results[0], sources, of_tests))
    located = locate(results, sources, reached, of_tests=of_tests, opened=opened)
    return (*outside, *located) or tuple(_unreadable(sources, of_tests))


def _of_tests(sources: Iterable[str], folder: Folder, prover: Prover) -> frozenset[str]:
    """The paths that hold a test, whatever they are called, or lie among tests; not for an example in a docstring."""
    parted = (test.partition("::") for test in prover.tests())
    holding = {
        str(PurePath(folder.path, file)) for file, _, name in parted if PurePath(file).stem not in name.split(".")
    }
    return frozenset(path for path in sources if path in holding or serves_tests(path, folder.path))


def _known_seconds(test: str, reached: Mapping[str, frozenset[tuple[str, str]]], history: Mapping[str, Past]) -> float:
    places = reached.get(test, frozenset())
    near = [other for other, others in reached.items() if other == test or others & places]
    past = [history[other] for other in near if other in history]
    return sum(each.seconds for each in past if each.outcome is not TestOutcome.UNFINISHED)


def _changed(session: Session, snapshot: Snapshot) -> Iterator[tuple[str, range]]:
    """The lines of each document that differ from what it was before it was edited lately."""
    for edited in session.recent_edits:
        document = snapshot.documents.get(edited.document.uri)
        if document is not None and document.text != edited.document.text:
            start, _, text = edited.document.text.difference(document.text)
            first, last = (document.text.position(offset)[0] for offset in (start, start + len(text)))
            yield path_of(document.uri), range(first, last + 1)


def _steps(failure: TestResult, sources: Mapping[str, str], frozen: frozenset[str]) -> tuple[Frame, ...]:
    steps = list(failure.frames)
    for name, number, where in _STEP.findall(failure.message):
        steps += [Frame(path=path, line=int(number) - 1, name=where) for path in sources if path.endswith(f"/{name}")]
    own = (step for step in steps if step.path in sources and step.path not in frozen)
    return tuple({(step.path, step.line): step for step in reversed(list(own))}.values())


def _outside(failure: TestResult, sources: Mapping[str, str], of_tests: frozenset[str]) -> Iterator[Suspect]:
    """The file whose import failed, as a whole, unless it is long: what is wrong there is in no function."""
    for step in _steps(failure, sources, of_tests)[:1]:
        text = sources[step.path]
        if step.name == _MODULE and not function_at(text, step.line) and len(text) <= WHOLE:
            yield _whole(step.path, text)


def _whole(path: str, text: str) -> Suspect:
    return Suspect(path=path, start_line=0, end_line=max(len(bare_lines(text)) - 1, 0), unit="", score=1.0)


def _unreadable(sources: Mapping[str, str], of_tests: frozenset[str]) -> Iterator[Suspect]:
    """The files that do not parse, each as a whole (its unit has no name): no function of theirs can be told."""
    for path, text in sources.items():
        try:
            parse(text)
        except SyntaxError:
            if path not in of_tests:
                yield _whole(path, text)


def _results(failure: TestResult, folder: Folder, prover: Prover, session: Session) -> tuple[TestResult, ...]:
    """The failure, what broke together with it, and what passed, which tells as much about where the fault is."""
    history = prover.history()
    before = {test for test, past in history.items() if past.passed}
    known = [each for key, each in session.findings.items() if key.folder == folder.path]
    others = [each.result for each in known if each.fails and each.result.test != failure.test]
    together = [result for result in others if (result.test in before) == (failure.test in before)]
    passed = [each.result for each in known if each.result.outcome is TestOutcome.PASSED]
    return (failure, *together, *passed)


def _with_files(snapshot: Snapshot, failure: TestResult, folder: Folder, prover: Prover) -> Snapshot:
    """The snapshot with the files the failure touches, read from the disk where no editor has them open."""
    wanted = {failure.path, *(frame.path for frame in failure.frames)}
    wanted |= {path for path, _ in prover.reached().get(failure.test, ())}
    documents = {
        uri: document
        for uri, document in snapshot.documents.items()
        if document.language == "python" and Path(path_of(uri)).is_relative_to(folder.path)
    }
    for path in wanted:
        file, uri = Path(path), uri_of(path)
        if uri not in documents and file.is_relative_to(folder.path):
            with suppress(
                OSError, UnicodeDecodeError
            ):  # it is gone, or nobody could edit it and leave the rest as it is
                documents[uri] = closed_document(path, "python")
    return replace(snapshot, documents=MappingProxyType(documents))
