"""One invented name, and how it is said."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_CLOSE = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """``name`` was invented; two complaints with the same ``key`` are about the same thing."""

    name: str
    key: tuple[str, ...]
    sentence: str


def or_rather(name: str, known: Iterable[str], likeness: float = _CLOSE) -> str:
    """A hint at the name that was probably meant, or nothing."""
    close = get_close_matches(name, [k for k in known if k != name], n=1, cutoff=likeness)
    return f" (did you mean `{close[0]}`?)" if close else ""
