"""Tests as the specification: those that fail in the function at the cursor, and those that speak of it.

Giving a model the tests of what it is to write makes it write what passes them (TENET, 2025).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from winnow.context.sources import Piece
from winnow.facts import Excerpt
from winnow.paths import is_of_tests
from winnow.uris import path_of, uri_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from winnow.context.sources import Known
    from winnow.facts import TestResult

_MOST_FAILURES, _MOST_SPECIFYING = 3, 4
_MOST_LINES = 40


def tests(known: Known) -> Iterator[Piece]:
    """Failing tests that reach the cursor's function with what they say, then tests that mention it."""
    texts = _texts(known)
    here = path_of(known.document.uri)
    reaching = [result for result in known.failures if _reaches(result, here, known.function)]
    for rank, result in enumerate(reaching[:_MOST_FAILURES]):
        path = result.path or result.test.partition("::")[0]
        own = {at: text for at, text in texts.items() if at.endswith(path)}
        body = _body(_bare_name(result.test), [*own.values(), *texts.values()])
        text = f"{body}\n# fails: {result.message.strip()}".strip()
        yield _piece(path, text, f"{_bare_name(result.test)} fails here", 1.0 - 0.05 * rank)
    if not known.function:
        return
    for rank, (path, name, body) in enumerate(_specifying(known.function, here, texts)[:_MOST_SPECIFYING]):
        yield _piece(path, body, f"{name} says what {known.function} should do", 0.85 - 0.1 * rank)


def _specifying(function: str, here: str, texts: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """The tests that mention a function (path, name, body): first those of its file's own tests that call it."""
    call, mention = re.compile(rf"\b{re.escape(function)}\("), re.compile(rf"\b{re.escape(function)}\b")
    stem = _stem(here)
    found = [
        (stem not in _stem(path), not call.search(body), path, name, body)
        for path, text in texts.items()
        if path != here and is_of_tests(path) and function in text
        for name, body in _functions(text)
        if mention.search(body)
    ]
    return [(path, name, body) for _, _, path, name, body in sorted(found, key=lambda each: each[:2])]


def _body(name: str, texts: Iterable[str]) -> str:
    """A test's source; one that a class inherits stands in another file than the test's name says."""
    return next(filter(None, (_function(text, name) for text in texts)), "")


def _reaches(result: TestResult, path: str, function: str) -> bool:
    """Whether a failure passed through this function, or through this file where no function is known."""
    through = [frame for frame in result.frames if path.endswith(frame.path) or frame.path.endswith(path)]
    if not function:
        return bool(through)
    return any(frame.name.rpartition(".")[2] == function for frame in through) or function in result.message


def _texts(known: Known) -> dict[str, str]:
    """Every text at hand by path; an open document counts as it stands in the editor."""
    opened = {path_of(uri): str(document.text) for uri, document in known.opened.items()}
    return {**known.texts, **opened}


def _functions(text: str) -> Iterator[tuple[str, str]]:
    """The test functions of a Python file, by their indentation, each with its source."""
    for match in re.finditer(r"^([ \t]*)(?:async )?def (test\w*)", text, re.MULTILINE):
        yield match.group(2), _indented(text, match.start(), match.group(1))


def _function(text: str, name: str) -> str:
    match = re.search(rf"^([ \t]*)(?:async )?def {re.escape(name)}\b", text, re.MULTILINE)
    return _indented(text, match.start(), match.group(1)) if match else ""


def _indented(text: str, start: int, indent: str) -> str:
    """The lines from ``start`` on for as long as they are indented deeper than the first."""
    lines = text[start:].split("\n", _MOST_LINES)[:_MOST_LINES]
    end = next(
        (
            at
            for at, line in enumerate(lines[1:], 1)
            if line.strip() and not line.startswith((indent + " ", indent + "\t"))
        ),
        len(lines),
    )
    return "\n".join(lines[:end]).rstrip()


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def _bare_name(test: str) -> str:
    return test.rpartition("::")[2].partition("[")[0]


def _piece(path: str, text: str, why: str, worth: float) -> Piece:
    return Piece(excerpt=Excerpt(uri=uri_of(path), text=text, why=why), worth=worth)
