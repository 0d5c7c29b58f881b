"""What a test reaches: functions and modules of the project that run, files that are opened, processes started.

``sys.monitoring`` on 3.12 and later, where a function costs one event a test; ``sys.setprofile`` before that.
"""

from __future__ import annotations

import functools
import sys
import threading
import time
import types
from typing import Any, Callable, Dict, FrozenSet, Iterator, List, Optional, Set, Tuple

TOOL = 4
SLOW_FIXTURE_SECONDS = 0.05
"""What setting up the fixtures that tests share may take before they are set up once for all of them."""
_CACHE = type(functools.lru_cache(lambda: None))
IS_FUNCTION = 0x1  # CO_OPTIMIZED
MODULE = "<module>"
STARTS_PROCESSES = frozenset(("subprocess.Popen", "os.posix_spawn", "os.exec", "os.fork", "os.forkpty", "os.system"))


class Recorder:
    """Collects the code objects that start to run, in every thread. One at a time."""

    def __init__(self, root: str) -> None:
        self._root = root
        self.codes: Set[types.CodeType] = set()
        self._seen_enough: Any = getattr(getattr(sys, "monitoring", None), "DISABLE", None)

    def start(self) -> None:
        """Record from now on."""
        if sys.version_info >= (3, 12):
            monitoring = sys.monitoring
            if monitoring.get_tool(TOOL) is None:
                monitoring.use_tool_id(TOOL, "winnow")
            monitoring.register_callback(TOOL, monitoring.events.PY_START, self._started)
            monitoring.set_events(TOOL, monitoring.events.PY_START)
            monitoring.restart_events()
        else:
            threading.setprofile(self._profiled)
            sys.setprofile(self._profiled)

    def stop(self) -> Set[types.CodeType]:
        """Stop, and give what ran since the start."""
        if sys.version_info >= (3, 12):
            sys.monitoring.set_events(TOOL, 0)
        else:
            sys.setprofile(None)
            threading.setprofile(None)
        return self.take()

    def take(self) -> Set[types.CodeType]:
        """The project's functions and modules that ran since the last time, or the start; goes on, as if anew."""
        own = self.so_far()
        self.codes = set()
        if sys.version_info >= (3, 12):
            sys.monitoring.restart_events()
        return own

    def so_far(self) -> Set[types.CodeType]:
        """The same, while it goes on."""
        return {code for code in self.codes.copy() if _is_unit(code) and is_own(code.co_filename, self._root)}

    def _started(self, code: types.CodeType, _offset: int) -> Any:
        self.codes.add(code)
        return self._seen_enough

    def _profiled(self, frame: types.FrameType, event: str, _argument: Any) -> None:
        if event == "call":
            self.codes.add(frame.f_code)


def is_own(path: str, root: str) -> bool:
    """Whether a file is the project's: what is installed in an environment inside its folder is not."""
    return path.startswith(root) and "site-packages" not in path


def _is_unit(code: types.CodeType) -> bool:
    """Whether code is a function's or a module's: that of a class runs with what is around it."""
    return bool(code.co_flags & IS_FUNCTION) or code.co_name == MODULE


def places(codes: Set[types.CodeType]) -> List[Tuple[str, int]]:
    """Where functions start, path and line from 1; line 0 is a module."""
    return sorted({(code.co_filename, start_of(code)) for code in codes})


def start_of(code: types.CodeType) -> int:
    """The line, from 1, at which a function starts; 0 for a module."""
    return 0 if code.co_name == MODULE else code.co_firstlineno


class Outside:
    """What leaves the process while it listens: data files of the project that are opened, processes started.

    An audit hook, which nobody can take away again: for a forked child only. ``before_processes`` is called once,
    before the first process starts.
    """

    def __init__(self, root: str, before_processes: Optional[Callable[[], None]] = None) -> None:
        self._root = root
        self._before_processes = before_processes
        self._opened: Set[str] = set()
        self.starts_processes = False
        sys.addaudithook(self._heard)

    def _heard(self, event: str, arguments: Any) -> None:
        if event == "open":
            if isinstance(arguments[0], str) and is_own(arguments[0], self._root):
                self._opened.add(arguments[0])
        elif event in STARTS_PROCESSES:
            self.starts_processes = True
            before, self._before_processes = self._before_processes, None
            if before is not None:
                before()

    def forget(self) -> None:
        """Listen as if anew."""
        self._opened = set()
        self.starts_processes = False

    def opened(self) -> List[str]:
        """The data files of the project, sorted: neither code nor what version control keeps."""
        return sorted(path for path in self._opened if not path.endswith((".py", ".pyc")) and "/.git/" not in path)


class FixtureRecords:
    """A plugin of pytest: what the fixtures that several tests share reached when they were set up.

    The first test of a module pays for its fixtures; without this the others would seem not to depend on them.
    """

    def __init__(self, recorder: Recorder) -> None:
        from _pytest.config import hookimpl

        self._reached: Dict[int, FrozenSet[types.CodeType]] = {}
        self._used: List[Any] = []
        self.seconds = 0.0

        @hookimpl(hookwrapper=True)
        def pytest_fixture_setup(fixturedef: Any) -> Iterator[None]:
            if fixturedef.scope == "function":
                yield
                return
            before = recorder.take()
            started = time.perf_counter()
            yield
            self.seconds += time.perf_counter() - started
            own = recorder.take()
            self._reached[id(fixturedef)] = frozenset(own)
            recorder.codes = before | own

        @hookimpl(tryfirst=True)
        def pytest_runtest_teardown(item: Any) -> None:
            self._used = fixtures_of(item)  # those asked for while it ran are forgotten with the test

        self.pytest_fixture_setup = pytest_fixture_setup
        self.pytest_runtest_teardown = pytest_runtest_teardown

    def reached(self) -> Set[types.CodeType]:
        """What the shared fixtures of the latest test reached, whichever test they were set up for."""
        return {code for each in self._used for code in self._reached.get(id(each), ())}

    def ever_reached(self) -> Set[types.CodeType]:
        """What any shared fixture reached: for a test of which nobody knows yet which it will have used."""
        return {code for codes in self._reached.values() for code in codes}


def fixtures_of(item: Any) -> List[Any]:
    """The fixtures a test asked for, by name or while it ran."""
    declared = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    asked = getattr(getattr(item, "_request", None), "_fixture_defs", {})
    return [each for many in declared.values() for each in many] + list(asked.values())


def caches_of(root: str) -> List[Any]:
    """The caches (``functools.lru_cache``) of the functions and methods of the project's modules."""
    modules = [vars(sys.modules[name]) for name in module_files(root)]
    classes = [vars(each) for names in modules for each in list(names.values()) if isinstance(each, type)]
    return [each for names in (*modules, *classes) for each in list(names.values()) if isinstance(each, _CACHE)]


def module_files(root: str) -> Dict[str, str]:
    """The imported modules of the project: file by name."""
    found = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and is_own(file, root) and file.endswith(".py"):
            found[name] = file
    return found
