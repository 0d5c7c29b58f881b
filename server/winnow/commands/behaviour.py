"""What a function does with given inputs, written down so that it can be compared between versions and processes."""

from __future__ import annotations

import signal
from contextlib import suppress
from copy import deepcopy
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


class OutOfTimeError(BaseException):
    """The program computed longer than it may; not an Exception, so that few programs catch it."""


def watched(function: Callable[..., Any], seen: list[tuple[Any, ...]]) -> Callable[..., Any]:
    """The function, noting what it is called with from outside."""
    depth = 0

    def watch(*arguments: Any, **named: Any) -> Any:
        nonlocal depth
        if depth == 0 and not named:
            with suppress(Exception):  # what cannot be copied is not varied
                seen.append(deepcopy(arguments))
        depth += 1
        try:
            return function(*arguments, **named)
        finally:
            depth -= 1

    watch.__name__ = function.__name__
    return watch


def outcome_of(function: Callable[..., Any], arguments: tuple[Any, ...], limit: float) -> str:
    """What a call gives, changes or raises, as a text; ``!`` and a word where it raises or takes too long."""
    given = deepcopy(arguments)
    try:
        with limited(limit):
            value = function(*given)
            if hasattr(value, "__next__"):
                value = list(islice(value, 10_000))
    except OutOfTimeError:
        return "!timeout"
    except Exception as error:  # noqa: BLE001 - whatever the program does is its outcome
        return f"!{type(error).__name__}"
    return plain(given if value is None else value)


def plain(value: Any, depth: int = 0) -> str:
    """A value as a text that is equal for equal values in any process; floats to nine digits."""
    if isinstance(value, float):
        return f"{value:.9g}"
    if isinstance(value, list | tuple) and depth < 50:  # noqa: PLR2004 - deeper than any answer, less than the stack
        return f"{type(value).__name__}({', '.join(plain(part, depth + 1) for part in value)})"
    if isinstance(value, set | frozenset):
        return f"set({', '.join(sorted(plain(part, depth + 1) for part in value))})"
    if isinstance(value, dict):
        return f"dict({', '.join(sorted(f'{plain(k, depth + 1)}: {plain(v, depth + 1)}' for k, v in value.items()))})"
    if hasattr(value, "__dict__"):
        inner = [f"{k}={plain(v, depth + 4)}" for k, v in vars(value).items()] if depth < 8 else []  # noqa: PLR2004 - objects may form rings
        return f"{type(value).__name__}({', '.join(inner)})"
    return repr(value)


class limited:  # noqa: N801 - used as a statement
    """Let what runs within compute so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        """Start counting."""
        signal.signal(signal.SIGPROF, _out_of_time)
        signal.setitimer(signal.ITIMER_PROF, self._seconds)

    def __exit__(self, *_: object) -> None:
        """Stop counting."""
        signal.setitimer(signal.ITIMER_PROF, 0)


def _out_of_time(_signal: int, _frame: FrameType | None) -> None:
    raise OutOfTimeError
