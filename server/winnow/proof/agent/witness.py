"""A witness of one function while a test runs: what it was called with, and what its variables held line by line.

The values are what LDB (Zhong et al. 2024) shows a model: those that a failing run really had.
"""

from __future__ import annotations

import sys
from opcode import opmap
from types import FrameType
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from .lines import Lines, line_at
from .showing import shown, without_addresses

MOST_CALLS = 32
MOST_STEPS = 120
LONGEST_ARGUMENTS = 4000
VARIABLE_ARGUMENTS = 0x04 | 0x08  # CO_VARARGS, CO_VARKEYWORDS
LEAVING = ("RETURN_", "YIELD_", "RESUME")  # at a yield, Python 3.13 is at the instruction behind it already
RETURNING = frozenset(number for name, number in opmap.items() if name.startswith(LEAVING))


class Place(NamedTuple):
    """A function: its file, its name, and the lines from 1 within which its definition starts."""

    path: str
    name: str
    first: int
    last: int


class Witness:
    """Looks at one function from ``start`` to ``stop``.

    ``calls`` are the arguments of the outermost calls, as the text of a tuple; ``steps`` are of the latest of them:
    the line about to run, and the variables that had changed.
    """

    def __init__(self, place: Place, lines: Lines) -> None:
        self._place = place
        self._lines = lines
        self._depth = 0
        self._known: Dict[str, str] = {}
        self.calls: List[str] = []
        self.steps: List[Tuple[int, Dict[str, str]]] = []

    def start(self) -> None:
        """Look from now on."""
        sys.settrace(self._entered)

    def stop(self) -> None:
        """Look no more."""
        sys.settrace(None)

    def _entered(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        code, place = frame.f_code, self._place
        if code.co_filename != place.path or code.co_name != place.name:
            return None
        if not place.first <= self._lines.of(code, code.co_firstlineno) <= place.last:
            return None
        if self._depth == 0:
            self.steps, self._known = [], {}
            arguments = _arguments(frame)
            if arguments is not None and len(self.calls) < MOST_CALLS:
                self.calls.append(arguments)
        self._depth += 1
        return self._stepped

    def _stepped(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "return":
            self._depth -= 1
            if _returns(frame):
                self._step(frame, {"returned": shown(argument)})
        elif event in ("line", "exception"):
            self._step(frame, {"raised": shown(argument[1])} if event == "exception" else {})
        return self._stepped

    def _step(self, frame: FrameType, also: Dict[str, str]) -> None:
        if len(self.steps) >= MOST_STEPS:
            return
        values = {name: shown(value) for name, value in list(frame.f_locals.items())}
        changed = {name: value for name, value in values.items() if self._known.get(name) != value}
        self._known = values
        line = line_at(frame.f_code, frame.f_lasti, frame.f_lineno)
        self.steps.append((self._lines.of(frame.f_code, line), {**changed, **also}))


def _returns(frame: FrameType) -> bool:
    """Whether a function ends by itself: one that an exception leaves is said to return None, too."""
    return frame.f_code.co_code[frame.f_lasti] in RETURNING


def _arguments(frame: FrameType) -> Optional[str]:
    """The arguments as the text of a tuple; None where they cannot be given again by position."""
    code = frame.f_code
    if code.co_flags & VARIABLE_ARGUMENTS or code.co_kwonlyargcount:
        return None
    try:
        text = repr(tuple(frame.f_locals[name] for name in code.co_varnames[: code.co_argcount]))
    except Exception:  # noqa: BLE001 - the project's own repr may raise anything
        return None
    return without_addresses(text) if len(text) <= LONGEST_ARGUMENTS else None
