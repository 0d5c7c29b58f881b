"""Failing tests as diagnostics: at the assertion, and at the line of the project that the traceback points to."""

from __future__ import annotations

import os
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

from winnow.findings import FAILING
from winnow.proof import is_own
from winnow.uris import uri_of
from winnow.words import first_line, short_name

if TYPE_CHECKING:
    from winnow.editor.file_names import FileNames
    from winnow.facts import Frame, Snapshot
    from winnow.findings import Finding, TestKey

SOURCE = "winnow"
ERROR = 1
INFORMATION = 3
LINE_END = 10_000
"""A character past any line's end, which the protocol reads as the end."""


class Failures:
    """The diagnostics of every file, kept up with the tests: a result costs as much as it changes."""

    def __init__(self) -> None:
        self._files: dict[TestKey, frozenset[str]] = {}
        self._at: defaultdict[str, dict[TestKey, list[dict[str, Any]]]] = defaultdict(dict)

    def put(self, key: TestKey, finding: Finding | None, snapshot: Snapshot) -> frozenset[str]:
        """Take in what is known of a test, None once it is gone; the URIs of the files that look different for it."""
        told = diagnose(finding, snapshot) if finding is not None else {}
        before = self._files.pop(key, frozenset())
        for uri in before - told.keys():
            del self._at[uri][key]
            if not self._at[uri]:
                del self._at[uri]
        for uri, diagnostics in told.items():
            self._at[uri][key] = diagnostics
        if told:
            self._files[key] = frozenset(told)
        return before | told.keys()

    def at(self, uri: str) -> list[dict[str, Any]]:
        """The diagnostics of a file."""
        return [each for told in self._at.get(uri, {}).values() for each in told]


def diagnose(finding: Finding, snapshot: Snapshot) -> dict[str, list[dict[str, Any]]]:
    """The diagnostics of one test by URI: at its failure, and at the guilty line, which may be in the same file."""
    result = finding.result
    if result.outcome not in FAILING or not result.path:
        return {}
    home = uri_of(result.path)
    if result.flaky:
        return {home: [_diagnostic(finding, home, result.line, INFORMATION, snapshot)]}
    found = {home: [_diagnostic(finding, home, result.line, ERROR, snapshot)]}
    guilty = guilty_line(finding)
    if guilty is not None:
        where = uri_of(guilty.path)
        diagnostic = _diagnostic(finding, where, guilty.line, INFORMATION, snapshot)
        diagnostic["relatedInformation"] = [
            {
                "location": {"uri": home, "range": _range(home, result.line, snapshot)},
                "message": short_name(result.test),
            }
        ]
        found.setdefault(where, []).append(diagnostic)
    return found


def spelt(diagnostic: dict[str, Any], names: FileNames) -> dict[str, Any]:
    """A diagnostic in which the editor's names stand for the files that it points to."""
    if "relatedInformation" not in diagnostic:
        return diagnostic
    places = [
        {**each, "location": {**each["location"], "uri": names.outside(each["location"]["uri"])}}
        for each in diagnostic["relatedInformation"]
    ]
    return {**diagnostic, "relatedInformation": places}


def guilty_line(finding: Finding) -> Frame | None:
    """The line of the project that the traceback points to; where it points to none, the likeliest suspect."""
    result, root = finding.result, _root(finding.key.folder)
    others = (frame for frame in reversed(result.frames) if frame.path != result.path)
    return next((frame for frame in others if is_own(frame.path, root)), None) or finding.suspect


@cache
def _root(folder: str) -> str:
    """How the paths of a folder's files begin in frames, which know no symbolic links; asked of the disk once."""
    return os.path.realpath(folder) + os.sep


def _diagnostic(finding: Finding, uri: str, line: int, severity: int, snapshot: Snapshot) -> dict[str, Any]:
    result = finding.result
    message = first_line(result.message) or result.outcome.value
    message += " (flaky: it has ended differently on the same code)" if result.flaky else ""
    return {
        "range": _range(uri, line, snapshot),
        "severity": severity,
        "source": SOURCE,
        "code": "failing-test",
        "message": f"{short_name(result.test)}: {message}",
        "data": {"test": str(finding.key)},
    }


def _range(uri: str, line: int, snapshot: Snapshot) -> dict[str, Any]:
    """The line without its indentation; ``line`` counts from 0."""
    document = snapshot.documents.get(uri)
    start = 0
    if document is not None and 0 <= line < document.text.line_count:
        text = document.text.line(line)
        start = len(text) - len(text.lstrip(" \t"))
    return {"start": {"line": line, "character": start}, "end": {"line": line, "character": LINE_END}}
