from __future__ import annotations

import sys
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from winnow.facts import Candidate, Document, Edit, Origin, Snapshot
from winnow.proof import Prover
from winnow.settings import Settings
from winnow.text import Text
from winnow.uris import uri_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

CALC = """
def add(a, b):
    return a + b


def scale(x):
    # twice
    return add(x, x)


class Counter:
    def __init__(self):
        self.count = 0

    def up(self):
        self.count = add(self.count, 1)
        return self.count
"""

TESTS = """
import unittest
import pytest
from calc import Counter, add, scale


def test_add():
    assert add(1, 2) == 3


@pytest.mark.parametrize("x", [1, 2])
def test_scale(x):
    assert scale(x) == 2 * x


class TestCounter(unittest.TestCase):
    def test_up(self):
        for step in (1, 2):
            with self.subTest(step):
                self.assertEqual(self.counter.up(), step)

    def setUp(self):
        self.counter = Counter()
"""

WITHOUT = {
    "namespaces": """
    def unshare(self, _flags):
        ctypes.set_errno(1)
        return -1
""",
    "overlays": """
    def mount(self, source, target, kind, *rest):
        if kind == b"overlay":
            ctypes.set_errno(1)
            return -1
        return self["mount"](source, target, kind, *rest)
""",
}
MACHINE = """
import ctypes

class Library(ctypes.CDLL):
{method}
ctypes.CDLL = Library
"""


class Project:
    """A folder of sources on the disk, and what an editor and a model make of it."""

    def __init__(self, folder: Path, files: Mapping[str, str]) -> None:
        self.folder = folder
        self.state = folder.with_name(folder.name + "-state")
        self.settings = Settings(trusted=True, interpreter=sys.executable, test_seconds=2.0)
        for name, text in files.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def uri(self, name: str) -> str:
        return uri_of(str(self.folder / name))

    def snapshot(self, **texts: str) -> Snapshot:
        """What the editor has open: module name to text."""
        documents = {
            self.uri(f"{name}.py"): Document(
                uri=self.uri(f"{name}.py"), language="python", version=1, text=Text.of(text)
            )
            for name, text in texts.items()
        }
        return Snapshot(revision=1, documents=MappingProxyType(documents))

    def candidate(self, snapshot: Snapshot, name: str, old: str, new: str) -> Candidate:
        uri = self.uri(f"{name}.py")
        start = str(snapshot.documents[uri].text).index(old)
        edit = Edit(uri=uri, start=start, end=start + len(old), text=new)
        return Candidate(id="c", edits=(edit,), versions={uri: 1}, origin=Origin(provider="replay", model="m"))

    def lacking(self, means: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have interpreters find a machine without namespaces, or without overlays."""
        machine = self.folder.with_name(f"without-{means}")
        machine.mkdir()
        (machine / "sitecustomize.py").write_text(MACHINE.format(method=WITHOUT[means]))
        monkeypatch.setenv("PYTHONPATH", str(machine))

    @asynccontextmanager
    async def prover(self, settings: Settings | None = None) -> AsyncIterator[Prover]:
        prover = await Prover.open(str(self.folder), settings or self.settings, str(self.state))
        try:
            yield prover
        finally:
            await prover.close()


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Project]:
    def make(**files: str) -> Project:
        named = {f"{name}.py": text for name, text in files.items()}
        return Project(tmp_path / "project", named or {"calc.py": CALC, "test_calc.py": TESTS})

    return make
