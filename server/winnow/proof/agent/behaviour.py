"""What a function does with given inputs, written down so that it can be compared between versions and processes."""

from __future__ import annotations

import ast
import signal
import sys
from copy import deepcopy
from inspect import iscoroutine
from itertools import islice
from typing import Any, Callable, Coroutine, List, Optional, Sequence, Tuple

from .showing import fields_of, is_plain_object, without_addresses

DEEPEST = 50
"""Deeper than any answer, less than the stack."""
DEEPEST_OBJECT = 8
"""Objects may form rings."""


class OutOfTimeError(BaseException):
    """The program computed longer than it may; not an Exception, so that few programs catch it."""


def behave(path: str, name: str, inputs: Sequence[str], limit: float) -> Optional[List[str]]:
    """What the function of a loaded module does with inputs, each a literal tuple of arguments; None without it."""
    modules = [each for each in list(sys.modules.values()) if getattr(each, "__file__", None) == path]
    function = getattr(modules[0], name, None) if modules else None
    if not callable(function):
        return None
    return [outcome_of(function, ast.literal_eval(each), limit) for each in inputs]


def outcome_of(function: Callable[..., Any], arguments: Tuple[Any, ...], limit: float) -> str:
    """What a call gives, changes or raises, as a text; ``!`` and a word where it raises or takes too long."""
    given = deepcopy(arguments)
    try:
        with limited(limit):
            value = function(*given)
            if iscoroutine(value):
                value = _awaited(value, limit)
            if hasattr(value, "__next__"):
                value = list(islice(value, 10_000))
    except OutOfTimeError:
        return "!timeout"
    except Exception as error:  # noqa: BLE001 - whatever the program does is its outcome
        return f"!{type(error).__name__}"
    return plain(given if value is None else value)


def _awaited(coroutine: Coroutine[Any, Any, Any], limit: float) -> Any:
    """What a coroutine comes to. ``limit``: seconds, also those in which it only waits."""
    import asyncio  # here, as that takes longer than most functions take to answer

    return asyncio.run(asyncio.wait_for(coroutine, limit))


def plain(value: Any, depth: int = 0) -> str:
    """A value as a text, equal for equal values in any process; a literal where it can be, floats to nine digits."""
    if isinstance(value, float):
        return f"{value:.9g}"
    if depth < DEEPEST:
        for kind, write in _WRITTEN:
            if isinstance(value, kind):
                return write([plain(part, depth + 1) for part in _parts(value)])
    if is_plain_object(value) or hasattr(value, "__dict__"):
        attributes = fields_of(value) if depth < DEEPEST_OBJECT else ()
        return f"{type(value).__name__}({', '.join(f'{k}={plain(v, depth + 4)}' for k, v in attributes)})"
    return without_addresses(repr(value))


def _parts(value: Any) -> List[Any]:
    return [part for item in value.items() for part in item] if isinstance(value, dict) else list(value)


def _dictionary(parts: List[str]) -> str:
    return "{" + ", ".join(sorted(f"{key}: {value}" for key, value in zip(parts[::2], parts[1::2]))) + "}"


_WRITTEN: Tuple[Tuple[Any, Callable[[List[str]], str]], ...] = (
    (tuple, lambda parts: f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"),
    (list, lambda parts: f"[{', '.join(parts)}]"),
    ((set, frozenset), lambda parts: "{" + ", ".join(sorted(parts)) + "}" if parts else "set()"),
    (dict, _dictionary),
)


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


def _out_of_time(_signal: int, _frame: Any) -> None:
    raise OutOfTimeError
