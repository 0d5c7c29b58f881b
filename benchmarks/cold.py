"""The peer that proof is measured against: ``python -m pytest``, started anew on a copy of a project."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SUITE_SECONDS = 600.0
SKIPPED = {".git", ".hg", ".tox", ".nox", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"}
IMPORT_ROOTS = ("src", "lib", ".")
ENDED = {0, 1, 5}
"""pytest's exit codes when it came to its end: all passed, some failed, none collected."""
REPORTER = '''
"""Write down every test that fails, whatever the project's options make of pytest's own words."""

import os


def _note(report):
    if report.failed:
        with open(os.environ["COLD_FAILED"], "a", encoding="utf-8", errors="surrogateescape") as file:
            file.write(repr(report.nodeid) + "\\n")


pytest_runtest_logreport = pytest_collectreport = _note
'''


@dataclass(frozen=True, slots=True, kw_only=True)
class ColdRun:
    """How one run of pytest went: milliseconds, the tests and files that failed, whether it came to an end."""

    milliseconds: float
    failed: frozenset[str]
    ended: bool
    says: str


def copied(project: Path, place: Path) -> Path:
    """A copy of a project, without its history, caches and environments."""

    def left_out(folder: str, names: Sequence[str]) -> set[str]:
        return {name for name in names if name in SKIPPED or Path(folder, name, "pyvenv.cfg").exists()}

    return Path(shutil.copytree(project, place, ignore=left_out, symlinks=True))


def import_path(project: Path) -> str:
    """What PYTHONPATH has to be for this copy to be imported, not one that is installed."""
    roots = [str(project / root) for root in IMPORT_ROOTS if (project / root).is_dir()]
    return os.pathsep.join([*roots, *filter(None, [os.environ.get("PYTHONPATH")])])


class Cold:
    """Runs pytest in a copy of a project, each time in a new process."""

    def __init__(self, python: str, project: Path, scratch: Path) -> None:
        self._python = python
        self._failed = scratch / "failed"
        self.project = project
        plugin = scratch / "plugin"
        plugin.mkdir()
        (plugin / "cold_reporter.py").write_text(REPORTER)
        self._environment: Mapping[str, str] = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([import_path(project), str(plugin)]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "COLD_FAILED": str(self._failed),
        }
        self._options = ["-q", "--tb=no", "-p", "cold_reporter", "-o", f"cache_dir={scratch / 'cache'}"]
        self._options += ["--maxfail=0", "--continue-on-collection-errors"]

    def run(self, tests: Sequence[str] = ()) -> ColdRun:
        """Run these tests, or all of them; where parameters are never twice the same, all that a test has now."""
        ran = self._run(tests)
        if not ran.ended and any(f"not found: {self.project / test}" in ran.says for test in tests):
            ran = self._run(tuple(dict.fromkeys(test.partition("[")[0] for test in tests)))
        return ran

    def _run(self, tests: Sequence[str]) -> ColdRun:
        self._failed.write_text("")
        command = [self._python, "-m", "pytest", *self._options, *tests]
        started = time.perf_counter()
        try:
            done = subprocess.run(
                command,
                cwd=self.project,
                env=self._environment,
                capture_output=True,
                text=True,
                errors="replace",
                stdin=subprocess.DEVNULL,
                timeout=SUITE_SECONDS,
                check=False,
            )
            says, ended = done.stdout + done.stderr, done.returncode in ENDED
        except subprocess.TimeoutExpired:
            says, ended = f"It did not end in {SUITE_SECONDS:g} seconds.", False
        milliseconds = 1e3 * (time.perf_counter() - started)
        failed = frozenset(self._failed.read_text(encoding="utf-8", errors="surrogateescape").splitlines())
        return ColdRun(milliseconds=milliseconds, failed=failed, ended=ended, says=says)
