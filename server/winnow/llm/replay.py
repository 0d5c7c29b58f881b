r"""Answers recorded in a file: for tests and for showing what the server does with a known model.

The file holds JSON lines, one row each::

    {"kind": "complete", "match": "return sel", "answers": ["f.total", {"text": "f.count", "logprobs": [-0.1]}]}
    {"kind": "repair", "match": "/test_total.*assert 3 == 4/s", "answers": ["The sum skips one.\n```python\n...\n```"]}

``kind`` is ``complete`` (the default) or ``repair``. ``match`` is found in the text before the cursor, or in the
failing test's name, message and source; absent, the row always matches; between slashes it is a regular expression
(an ``s`` behind lets the dot match line ends). The first row that matches answers: each answer once, in order, then
the last again and again. A repair's answer holds one fenced block, or else is the whole replacement itself.
``delay`` is how many seconds the answer takes. Empty lines and lines that start with ``#`` are left out.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from winnow.facts import Origin
from winnow.llm.answers import patch_of
from winnow.llm.provider import Answer, EndpointError, Health, Patch, unheard
from winnow.text import bare_lines

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from winnow.facts import Context
    from winnow.llm.provider import Brief, Hear

_KINDS = ("complete", "repair")
_FENCE = re.compile(r"^[ \t]*(?:`{3}|~{3})", re.MULTILINE)
_REGEX = re.compile(r"/(.*)/(s?)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the file."""

    kind: str
    match: re.Pattern[str]
    answers: tuple[Answer, ...]
    delay: float = 0.0


class ReplayProvider:
    """Gives the recorded answers in order; raises EndpointError at the start when the file cannot be used."""

    name = "replay"
    free = False

    def __init__(self, path: str) -> None:
        self.model = Path(path).name
        self._origin = Origin(provider=self.name, model=self.model)
        self._rows = _read(path)
        self._given = [0] * len(self._rows)

    async def complete(self, context: Context, n: int = 1, hear: Hear = unheard) -> AsyncGenerator[Answer, None]:
        """The recorded answers for the text before the cursor; none when no row matches.

        The first is heard at once, before its delay: so a test may tell what follows from its beginning.
        """
        for answer in await self._next("complete", context.before, n, hear):
            yield replace(answer, origin=self._origin)

    async def repair(self, brief: Brief, n: int = 1) -> AsyncGenerator[Patch, None]:
        """The recorded replacements for a failure; none when no row matches."""
        said = f"{brief.test}\n{brief.message}\n{brief.source}"
        for answer in await self._next("repair", said, n):
            patch = patch_of(answer, brief) if _FENCE.search(answer.text) else Patch(text=answer.text)
            if patch is not None:
                yield replace(patch, origin=self._origin)

    async def probe(self) -> Health:
        """Recorded answers are always at hand."""
        return Health(ok=True, says=f"{len(self._rows)} recorded rows in {self.model}", models=(self.model,))

    async def close(self) -> None:
        """Nothing is held open."""

    async def _next(self, kind: str, said: str, n: int, hear: Hear = unheard) -> tuple[Answer, ...]:
        for number, row in enumerate(self._rows):
            if row.kind == kind and row.match.search(said):
                first = min(self._given[number], len(row.answers) - 1)
                given = row.answers[first : first + n]
                self._given[number] = first + len(given)
                if given:
                    hear(given[0].text)
                await asyncio.sleep(row.delay)
                return given
        return ()


def _read(path: str) -> tuple[Row, ...]:
    if not path:
        raise EndpointError("The replay provider has no file: set winnow.replay.file to a file of recorded answers.")
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EndpointError(
            f"The recorded answers in {path} cannot be read ({_why(error)}): set winnow.replay.file to a file of them."
        ) from error
    rows: list[Row] = []
    for number, line in enumerate(bare_lines(text), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            rows.append(_row(json.loads(line)))
        except (ValueError, TypeError, re.error) as error:
            raise EndpointError(f"Line {number} of the recorded answers in {path} is wrong: {error}.") from error
    if not rows:
        raise EndpointError(f"There are no recorded answers in {path}: add rows, or choose another provider.")
    return tuple(rows)


def _row(sent: Any) -> Row:
    if not isinstance(sent, dict):
        raise TypeError("a row is an object in braces")
    if unknown := sorted(set(sent) - {"kind", "match", "answers", "delay"}):
        raise ValueError(f"a row has no field {unknown[0]!r}")
    kind, match, delay = sent.get("kind", "complete"), sent.get("match", ""), sent.get("delay", 0.0)
    if kind not in _KINDS:
        raise ValueError(f"kind is {' or '.join(_KINDS)}, not {kind!r}")
    if not isinstance(match, str):
        raise TypeError("match is text")
    if not isinstance(delay, int | float) or isinstance(delay, bool) or delay < 0:
        raise ValueError("delay is a number of seconds")
    answers = sent.get("answers")
    if not isinstance(answers, list) or not answers:
        raise ValueError("answers is a list of at least one")
    return Row(kind=kind, match=_pattern(match), answers=tuple(map(_answer, answers)), delay=float(delay))


def _answer(sent: Any) -> Answer:
    if isinstance(sent, str):
        return Answer(text=sent)
    if not isinstance(sent, dict) or not isinstance(sent.get("text"), str):
        raise TypeError('an answer is text, or an object with "text"')
    logprobs = sent.get("logprobs", [])
    if not isinstance(logprobs, list) or not all(isinstance(each, int | float) for each in logprobs):
        raise TypeError("logprobs is a list of numbers")
    return Answer(text=sent["text"], logprobs=tuple(map(float, logprobs)), finished=str(sent.get("finished", "stop")))


def _pattern(match: str) -> re.Pattern[str]:
    regex = _REGEX.fullmatch(match)
    if regex is None:
        return re.compile(re.escape(match))
    return re.compile(regex[1], re.DOTALL if regex[2] else re.NOFLAG)


def _why(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or "unreadable" if isinstance(error, OSError) else "it is not UTF-8 text"
