"""pytest inside the agent: collect once without a terminal, then run chosen items and say how each ended."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any, Dict, Iterable, List, NamedTuple, Sequence, Tuple

from . import overlay
from .lines import Lines, line_at
from .record import is_own
from .showing import without_addresses

MOST_FRAMES = 40
LONGEST_MESSAGE = 4000


class Collected(NamedTuple):
    """A pytest session with its items by node id, and the files that could not be collected."""

    session: Any
    items: Dict[str, Any]
    broken: Dict[str, str]
    root: str
    inifile: str


class CollectionReports:
    """The plugin that notes which files could not be collected, and why."""

    def __init__(self) -> None:
        self.broken: Dict[str, str] = {}

    def pytest_collectreport(self, report: Any) -> None:
        """Keep the words of a failure."""
        if report.failed:
            self.broken[report.nodeid] = _alike(report.longreprtext[-LONGEST_MESSAGE:])


class TestReports:
    """The plugin that gathers what pytest says of each test, and where an exception passed through the project."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.lines = Lines()
        self.reports: List[Any] = []
        self.calls: List[Tuple[Any, Any]] = []

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Subtests report here too, which the return value of the protocol leaves out."""
        self.reports.append(report)

    def pytest_exception_interact(self, node: Any, call: Any) -> None:
        """Keep the exception while its traceback is alive."""
        self.calls.append((node, call.excinfo))

    def result(self, test: str) -> Dict[str, Any]:
        """How a test ended, from everything that was reported; forgets it."""
        reports, calls = self.reports, self.calls
        self.reports, self.calls = [], []
        outcome = _outcome(reports)
        answer: Dict[str, Any] = {"test": test, "outcome": outcome, "seconds": sum(r.duration for r in reports)}
        if outcome in ("failed", "error"):
            failed = next(report for report in reports if report.failed)
            answer["message"] = _alike(failed.longreprtext[-LONGEST_MESSAGE:])
            if calls:
                answer.update(self._failure(*calls[0]))
        elif outcome == "skipped":
            skipped = next(report for report in reports if report.skipped)
            longrepr = skipped.longrepr
            answer["message"] = str(longrepr[2] if isinstance(longrepr, tuple) else getattr(skipped, "wasxfail", ""))
        return answer

    def _failure(self, node: Any, info: Any) -> Dict[str, Any]:
        frames = self._frames(info.tb)
        own = str(getattr(node, "path", "") or node.fspath)
        lines = [line for path, line, _ in frames if path == own]
        return {
            "message": _words(info),
            "path": own,
            "line": lines[-1] if lines else (node.location[1] or 0) + 1,
            "frames": frames,
        }

    def stands(self, frame: Any) -> List[Tuple[str, int, str]]:
        """The way to where a test stands at this moment, as far as the project goes."""
        way: List[Tuple[Any, int]] = []
        while frame is not None:
            if way or is_own(frame.f_code.co_filename, self.root):
                way.append((frame.f_code, line_at(frame.f_code, frame.f_lasti, frame.f_lineno)))
            frame = frame.f_back
        return self._of_project(reversed(way))

    def _frames(self, traceback: Any) -> List[Tuple[str, int, str]]:
        """The way to where an exception came from."""
        way = []
        while traceback is not None:
            code = traceback.tb_frame.f_code
            way.append((code, line_at(code, traceback.tb_lasti, traceback.tb_lineno)))
            traceback = traceback.tb_next
        return self._of_project(way)

    def _of_project(self, way: Iterable[Tuple[Any, int]]) -> List[Tuple[str, int, str]]:
        """The frames from the first of the project on."""
        frames: List[Tuple[str, int, str]] = []
        for code, line in way:
            path = code.co_filename
            if frames or is_own(path, self.root):
                frames.append((path, self.lines.of(code, line), code.co_name))
        return frames[-MOST_FRAMES:]


def _outcome(reports: Sequence[Any]) -> str:
    if any(report.failed and report.when == "call" for report in reports):
        return "failed"
    if any(report.failed for report in reports):
        return "error"
    if any(report.skipped for report in reports):
        return "skipped"
    return "passed" if any(report.when == "call" and report.passed for report in reports) else "unfinished"


def _words(info: Any) -> str:
    """The exception's own words; an assertion's without its class, which says nothing new."""
    words = info.exconly(tryshort=True)
    for prefix in ("AssertionError: ", "Failed: "):
        if words.startswith(prefix):
            words = words[len(prefix) :]
    return _alike(str(words[:LONGEST_MESSAGE]))


def _alike(text: str) -> str:
    """The same text in every run: without addresses, and without the name of the folder that only this one wrote to."""
    scratch = os.environ.get("WINNOW_SCRATCH")
    return without_addresses(text.replace(scratch, "$TMPDIR") if scratch else text)


def collect(arguments: Sequence[str]) -> Collected:
    """Configure pytest and collect, as ``python -m pytest`` does up to the first test."""
    from _pytest import config as configuration
    from _pytest.main import Session

    overlay.teach_rewriter()
    reports = CollectionReports()
    config: Any = configuration._prepareconfig([*arguments, *_quiet()], plugins=[reports])
    config._inicache["cache_dir"] = _cache_folder()
    config._do_configure()
    session = Session.from_config(config)
    config.hook.pytest_sessionstart(session=session)
    with contextlib.suppress(session.Interrupted, session.Failed):
        config.hook.pytest_collection(session=session)
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None:
        config.pluginmanager.unregister(terminal)
    _draw_alike()
    items: Dict[str, Any] = {}
    for item in session.items:
        items.setdefault(item.nodeid, item)
    root = str(getattr(config, "rootpath", None) or config.rootdir)
    return Collected(session, items, reports.broken, root, str(getattr(config, "inipath", None) or ""))


def _draw_alike() -> None:
    """Let hypothesis draw the same examples in every run, unless the project has set a seed.

    Asked for by its option, half a second of it would be imported where no test uses it.
    """
    core: Any = sys.modules.get("hypothesis.core")
    if core is not None and getattr(core, "global_force_seed", 0) is None:
        core.global_force_seed = 0


def _quiet() -> List[str]:
    """Options that keep plugins from changing which tests run, or where; only those whose plugin is there."""
    import importlib.util as finder

    options = ["-q", "--tb=native", "--maxfail=0"]
    for module, words in (
        ("pytest_cov", ["--no-cov"]),
        ("xdist", ["-n0"]),
        ("pytest_randomly", ["-p", "no:randomly"]),
    ):
        if finder.find_spec(module) is not None:
            options += words
    return options


def _cache_folder() -> str:
    return os.path.join(os.environ["WINNOW_SCRATCH"], "cache")


def fresh_cache(config: Any) -> None:
    """Let pytest's cache be a folder that this process may write to; that of the parent may be the parent's alone."""
    cache = getattr(config, "cache", None)
    if cache is not None:
        cache._cachedir = type(cache._cachedir)(_cache_folder())


def fresh_capture(config: Any) -> None:
    """Give this process its own files for captured output; those of the parent are shared between its children."""
    capture = config.pluginmanager.get_plugin("capturemanager")
    if capture is not None:
        capture.stop_global_capturing()
        capture.start_global_capturing()
