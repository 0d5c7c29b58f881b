"""The project's Python sources as the editor has them, and what differs between two states of them."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

from winnow.parsing import parse
from winnow.paths import GENERATED
from winnow.proof.agent.outline import Outline
from winnow.proof.agent.source_lines import read_source
from winnow.proof.reach import Changed
from winnow.uris import path_of
from winnow.workspace import apply, stamp_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from winnow.facts import Candidate, Snapshot, TestResult

ASK_SECONDS = 10.0
NOTHING = Changed()


class Sources:
    """Parses files rarely: an edit inside one function of an anchored file parses that function alone."""

    def __init__(self, root: str) -> None:
        self._root = root + os.sep
        self._anchors: dict[str, Outline] = {}
        self._parsing: dict[str, str] = {}
        self._asked: dict[str, tuple[str, bool]] = {}
        self.interpreter = ""
        """One with a newer Python than this, which is asked about what does not parse here; may be empty."""

    def texts(self, snapshot: Snapshot) -> dict[str, str]:
        """The open Python files of the folder, by real path."""
        found = {}
        for uri, document in snapshot.documents.items():
            path = os.path.realpath(path_of(uri))
            if path.startswith(self._root) and path.endswith(".py"):
                found[path] = str(document.text)
        return found

    def sound(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Each text, or where it does not parse the last one that did, else what is on the disk."""
        found = {}
        for path, text in texts.items():
            if self.parses(path, text):
                self._parsing[path] = text
                found[path] = text
            elif (before := self._parsing.get(path) or read_source(path)) is not None:
                found[path] = before
        return found

    def remember(self, texts: Mapping[str, str]) -> None:
        """Take these for all that is open: they parse, and stand for what does not later; the rest was closed."""
        self._parsing = dict(texts)
        self._asked = {path: asked for path, asked in self._asked.items() if path in texts}

    def parses(self, path: str, text: str) -> bool:
        """Whether a text is Python, this one's or that of the interpreter which runs the tests."""
        try:
            self._anchored(path, text)
        except SyntaxError:
            return bool(self.interpreter) and self._parses_there(path, text)
        return True

    def all_parse(self, texts: Mapping[str, str]) -> bool:
        """Whether each text is Python."""
        return all(self.parses(path, text) for path, text in texts.items())

    def _parses_there(self, path: str, text: str) -> bool:
        if self._asked.get(path, ("", False))[0] != text:
            command = [self.interpreter, "-I", "-c", "import ast, sys; ast.parse(sys.stdin.buffer.read())"]
            said = text.encode("utf-8", "surrogatepass")
            try:
                asked = subprocess.run(  # noqa: S603 - as set
                    command, input=said, capture_output=True, check=False, timeout=ASK_SECONDS
                )
            except (OSError, subprocess.TimeoutExpired):
                return False
            self._asked[path] = (text, asked.returncode == 0)
        return self._asked[path][1]

    def changed(self, before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, Changed]:
        """What differs between two states, by path. Paths that only one knows are compared with the disk."""
        found = {}
        for path in before.keys() | after.keys():
            old, new = (texts[path] if path in texts else read_source(path) or "" for texts in (before, after))
            if old != new and (changed := self._between(path, old, new)) != NOTHING:
                found[path] = changed
        return found

    def name_at(self, path: str, line: int, text: str | None) -> str:
        """The function at a line (from 1) of a text or the file; empty where there is none."""
        source = text if text is not None else read_source(path)
        if source is None:
            return ""
        anchor = self._anchors.get(path)
        try:
            outline = anchor if anchor is not None and anchor.source == source else Outline(source, parse)
        except SyntaxError:
            return ""
        self._anchors[path] = outline
        unit = outline.unit_at(line)
        return unit.qualname if unit else ""

    def placed(self, result: TestResult, texts: Mapping[str, str]) -> TestResult:
        """A result with the place of its test, which one that ended its process, or came to no end, could not tell."""
        if result.path:
            return result
        file, _, name = result.test.partition("::")
        path = self._root + file
        name = name.rpartition("::")[2].partition("[")[0]
        text = texts.get(path) or read_source(path) or ""
        defined = re.search(rf"^[ \t]*(?:async )?def {re.escape(name)}\b", text, re.MULTILINE)
        return replace(result, path=path, line=text.count("\n", 0, defined.start()) if defined else 0)

    def checksums(self, path: str, text: str | None) -> dict[str, str]:
        """A checksum by function of a text or the file; its stamp where the file is no Python."""
        if not path.endswith(".py"):
            return {"": stamp_of(path)}
        source = text if text is not None else read_source(path)
        anchor = self._anchors.get(path)
        try:
            if anchor is not None and anchor.source == source:
                return anchor.checksums()
            return Outline(source, parse).checksums() if source is not None else {}
        except SyntaxError:
            return {}

    def _anchored(self, path: str, text: str) -> None:
        """Make sure that a text parses, at the least cost."""
        anchor = self._anchors.get(path)
        if anchor is None:
            self._anchors[path] = Outline(text, parse)
        elif (new := anchor.change_to(text).new) is not None:
            self._anchors[path] = new

    def _between(self, path: str, old: str, new: str) -> Changed:
        try:
            if path not in self._anchors:
                self._anchors[path] = Outline(old, parse)
            anchor = self._anchors[path]
            first, second = anchor.change_to(old), anchor.change_to(new)
            if first.new is not None or second.new is not None or first.module or second.module:
                anchor = self._anchors[path] = first.new or Outline(old, parse)
                change = anchor.change_to(new)
                return Changed(functions=frozenset(u.qualname for u, _ in change.functions), module=change.module)
        except SyntaxError:
            return Changed(module=True)
        bodies = [{before.qualname: after.body for before, after in each.functions} for each in (first, second)]
        names = bodies[0].keys() | bodies[1].keys()
        return Changed(functions=frozenset(name for name in names if bodies[0].get(name) != bodies[1].get(name)))


def edited_texts(candidate: Candidate, snapshot: Snapshot) -> dict[str, str]:
    """The Python texts that a candidate makes, by real path."""
    texts = apply(candidate.edits, snapshot)
    return {os.path.realpath(path_of(uri)): text for uri, text in texts.items() if path_of(uri).endswith(".py")}


def python_files(folder: str) -> Iterator[str]:
    """The Python files of a folder that somebody wrote, in order."""
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - GENERATED)
        yield from (os.path.join(here, name) for name in sorted(names) if name.endswith(".py"))  # noqa: PTH118 - thousands


def written_at(path: str) -> int:
    """When a file was last written by the clock of the machine, in nanoseconds, whatever time it claims; 0 for none."""
    try:
        return os.stat(path).st_ctime_ns  # noqa: PTH116 - asked of many files
    except OSError:
        return 0


def digest(texts: Mapping[str, str]) -> str:
    """A name for a state of the sources."""
    found = hashlib.blake2b(digest_size=12)
    for path in sorted(texts):
        found.update(path.encode("utf-8", "surrogateescape") + b"\0" + texts[path].encode("utf-8", "surrogatepass"))
    return found.hexdigest()
