"""Which test reaches which function: recorded from the runs themselves, and the tests that an edit calls for.

The unit is the function, told apart by a checksum of its syntax, so a comment changes nothing. Module-level code
counts for every test whose file imports the module, at whatever distance (Gligoric et al., Ekstazi, 2015, select by
file; testmon by method), or that imports it while it runs. What has never run is selected by imports alone: too many
rather than one too few.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from math import inf, log2
from pathlib import PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING

from winnow.facts import TestOutcome
from winnow.proof.runners import pytest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

Place = tuple[str, str]
"""A path, and a function's qualified name in it; empty for a data file as a whole, or a module that is imported."""
EVERYTHING: Place = ("", "")
"""What a test reaches that starts processes: nobody looks into them."""
UNHURRIED, SLOWER = 1.0, 10.0
"""A test that takes these seconds more than so many times its usual ones is taken for endless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """How a test ended last, whether it has ended differently on the same code, or ever passed.

    ``seconds`` is how long it took when it last passed, or else at last.
    """

    outcome: TestOutcome
    seconds: float
    flaky: bool = False
    state: str = ""
    passed: bool = False

    def followed_by(self, outcome: TestOutcome, seconds: float, state: str) -> Past:
        """The past after one more run; two verdicts on one state of the code make a test flaky."""
        verdicts = {TestOutcome.PASSED, TestOutcome.FAILED, TestOutcome.ERROR}
        differs = state == self.state and {outcome, self.outcome} <= verdicts and outcome is not self.outcome
        passed = self.passed or outcome is TestOutcome.PASSED
        seconds = self.seconds if self.passed and outcome is not TestOutcome.PASSED else seconds
        return Past(outcome=outcome, seconds=seconds, flaky=self.flaky or differs, state=state, passed=passed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What changed in one file: functions by qualified name, and whether the module around them did."""

    functions: frozenset[str] = frozenset()
    module: bool = False


class Reach:
    """The map of one folder, in memory. Paths are real and absolute."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.tests: dict[str, None] = {}
        self.reached: dict[str, frozenset[Place]] = {}
        self.history: dict[str, Past] = {}
        self.imports: dict[str, frozenset[str]] = {}
        self.at_import: frozenset[Place] = frozenset()
        """What ran while the tests were collected: whoever imports the file depends on it."""
        self._files: frozenset[str] = frozenset()
        self._reaching: defaultdict[Place, set[str]] = defaultdict(set)

    def collected(self, tests: Iterable[str]) -> None:
        """Take the tests that exist now; what is gone is forgotten."""
        self.tests = dict.fromkeys(tests)
        self._files = frozenset(self._file(test) for test in self.tests)
        for test in self.reached.keys() - self.tests.keys():
            self.record(test, ())
            del self.reached[test]
            self.history.pop(test, None)

    def record(self, test: str, places: Collection[Place]) -> None:
        """What a test reached in its latest run."""
        for place in self.reached.get(test, frozenset()):
            self._reaching[place].discard(test)
        self.reached[test] = frozenset(places)
        for place in places:
            self._reaching[place].add(test)

    def ended(self, test: str, outcome: TestOutcome, seconds: float, state: str) -> None:
        """How a test ended on a state of the code."""
        past = self.history.get(test) or Past(outcome=outcome, seconds=seconds, state=state)
        self.history[test] = past.followed_by(outcome, seconds, state)

    def flaky(self) -> frozenset[str]:
        """The tests that have ended differently on the same code."""
        return frozenset(test for test, past in self.history.items() if past.flaky)

    def forgive(self, changed: Iterable[str]) -> None:
        """Take the tests of changed files for sound again: somebody may have mended them."""
        files = set(changed)
        for test in self.flaky():
            if self._file(test) in files:
                self.history[test] = replace(self.history[test], flaky=False)

    def paths(self) -> frozenset[str]:
        """The files that the recorded tests depend on."""
        return frozenset(path for path, _ in list(self._reaching)) | frozenset(self.imports)

    def reaching(self, path: str, name: str) -> frozenset[str]:
        """The tests known to reach a function."""
        return frozenset(self._reaching.get((path, name), ()))

    def unrecorded(self, near: Collection[str] = ()) -> tuple[str, ...]:
        """The tests that have never been recorded, those first that seem near to some files."""
        return self._nearest_first((test for test in self.tests if test not in self.reached), near)

    def select(self, changes: Mapping[str, Changed]) -> tuple[str, ...]:
        """The tests that changes call for, those likeliest to refute them at the least cost first."""
        wanted: set[str] = set()
        for path, changed in changes.items():
            wanted |= self._touched_by(path, changed)
        chosen = self._nearest_first((test for test in self.tests if test in wanted), changes)
        return tuple(sorted(chosen, key=self._cost))

    def _nearest_first(self, tests: Iterable[str], paths: Collection[str]) -> tuple[str, ...]:
        """First the tests of a file that is named after one of these, then those of a file that imports one."""
        stems = {PurePath(path).stem for path in paths}

        def distance(test: str) -> int:
            file = self._file(test)
            if PurePath(file).stem.removeprefix("test_").removesuffix("_test") in stems:
                return 0
            return 1 if not self.imports.get(file, frozenset()).isdisjoint(paths) else 2

        return tuple(sorted(tests, key=distance))

    def _touched_by(self, path: str, changed: Changed) -> set[str]:
        name = PurePath(path).name
        if name in pytest.SETTINGS_FILES:
            return set(self.tests)
        below = name == pytest.SHARED_FILE and (
            changed.module or any(each.startswith(pytest.HOOK_PREFIX) for each in changed.functions)
        )
        if below:
            folder = PurePath(path).parent
            return {test for test in self.tests if PurePath(self._file(test)).is_relative_to(folder)}
        if not changed.module and not changed.functions:
            return set()
        found = {test for each in changed.functions for test in self._reaching.get((path, each), ())}
        found |= self._reaching.get(EVERYTHING, set())
        if not path.endswith(".py"):
            written = {test for test in self.tests if self._file(test) == path}
            return found | written | self._reaching.get((path, ""), set())
        module = changed.module or any((path, each) in self.at_import for each in changed.functions)
        if module:
            found |= {test for (file, _), tests in self._reaching.items() if file == path for test in tests}
        importers = self._importers(path)
        new = module or not changed.functions
        for test in self.tests.keys() - found:
            known = test in self.reached
            may = self._file(test) in importers if importers else not (known and self._is_imported_late(path))
            if may and (new or not known):
                found.add(test)
        return found

    def _is_imported_late(self, path: str) -> bool:
        """Whether tests import a file only while they run: each that does so was seen to."""
        return bool(self._reaching.get((path, ""))) and (path, "") not in self.at_import

    def _importers(self, path: str) -> frozenset[str]:
        """The files that import a path at any distance, itself included, and those whose imports nobody knows.

        None when no test file is known to import it.
        """
        above: defaultdict[str, set[str]] = defaultdict(set)
        for importer, imported in self.imports.items():
            for each in imported:
                above[each].add(importer)
        found, fresh = {path}, [path]
        while fresh:
            for importer in above.get(fresh.pop(), ()):
                if importer not in found:
                    found.add(importer)
                    fresh.append(importer)
        files = self.files()
        return frozenset(found | (files - self.imports.keys()) if found & files else ())

    def files(self) -> frozenset[str]:
        """The files that hold tests: some are product code or prose with examples in it."""
        return self._files

    def _file(self, test: str) -> str:
        return pytest.file_of(test, self.root)

    def _cost(self, test: str) -> tuple[bool, bool, float]:
        """Last failed first, then those known to reach it: quick ones that reach little, near the edit and cheap."""
        past = self.history.get(test)
        failed = past is not None and past.outcome in {TestOutcome.FAILED, TestOutcome.ERROR} and not past.flaky
        places = self.reached.get(test)
        seconds = past.seconds if past is not None else 0.05
        return not failed, places is None, (0.002 + seconds) * log2(4 + len(places or ()))

    def endless_after(self, tests: Collection[str]) -> float:
        """Seconds after which a run of one of these is taken for endless, by how long they take; inf: nobody knows."""
        longest = max((self.history[test].seconds if self._has_passed(test) else inf for test in tests), default=inf)
        return UNHURRIED + SLOWER * longest

    def _has_passed(self, test: str) -> bool:
        return test in self.history and self.history[test].passed

    def known(self) -> Mapping[str, Past]:
        """The history of every test."""
        return MappingProxyType(dict(self.history))
