"""What another tool says of a place, read as one of the few complaints that have a remedy.

Every checker has words of its own for the same thing; what they share is the name in quotes and a few words. The
interpreter's own messages are read the same way, so that a test that ends with a NameError is a complaint, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What is complained about."""

    UNUSED = "an unused import"
    NAME = "a name that nothing defines"
    MODULE = "a module that is not there"
    MEMBER = "a member that something does not have"


_WORDS = MappingProxyType(
    {
        Kind.UNUSED: r"imported but unused|unused import|unused .* imported|is not accessed",
        Kind.NAME: r"undefined (?:name|variable)|\bis not defined|used when not defined|could not find name"
        r"|unresolved reference",
        Kind.MODULE: r"no module named|could not be resolved|cannot find (?:implementation|module)|unable to import"
        r"|cannot resolve import|could not find import",
        Kind.MEMBER: r"\bno attribute|cannot access (?:attribute|member)|\bno .*member|import symbol|cannot import name"
        r"|is not a known",
    }
)
_QUOTED = re.compile(r"[`'\"“‘]([A-Za-z_][\w.]*)(?: as \w+)?[`'\"”’]")  # noqa: RUF001 - quotes as tools print them
_OF_NOTHING = re.compile(r"[`'\"](?:None|NoneType)[`'\"]|\| None\b|\bOptional\[")
"""What has no such member is None: its name is right, and what is missing is a question."""
_BARE = re.compile(r"^Unused (?:import )?([\w.]+)")
"""As pylint says it, without quotes."""
_INSTEAD = re.compile(r"(?:did you mean:?|maybe|perhaps)\s+[`'\"]?([A-Za-z_]\w*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """``name`` is what it is about, dotted where the tool says so; ``start`` and ``end`` are the offsets it stands at.

    ``quoted`` are all names that the message quotes, such as the class that lacks a member; ``instead`` is what the
    tool itself takes to be meant, if anything.
    """

    kind: Kind
    name: str
    start: int
    end: int
    quoted: tuple[str, ...] = ()
    instead: str = ""


def read(message: str, text: str, start: int, end: int) -> Complaint | None:
    """A message about the offsets ``start`` to ``end`` of a text; None where it is about something else."""
    said = message.lower()
    kind = next((kind for kind, words in _WORDS.items() if re.search(words, said)), None)
    quoted = tuple(dict.fromkeys((*_QUOTED.findall(message), *_BARE.findall(message))))
    if kind is None or (kind is Kind.MEMBER and _OF_NOTHING.search(message)):
        return None
    instead = _INSTEAD.search(message)
    for name in quoted:
        place = _place(name, kind, text, start, end)
        if place is not None:
            told = instead[1] if instead else ""
            return Complaint(kind=kind, name=name, start=place[0], end=place[1], quoted=quoted, instead=told)
    return None


def _place(name: str, kind: Kind, text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where a name stands in the range, or behind its start on the same line: some tools tell the start alone."""
    last = name if kind is Kind.MODULE else name.rpartition(".")[2]
    line_end = text.find("\n", max(start, end))
    stop = line_end if line_end >= 0 else len(text)
    before = r"(?:\.\s*|import\b[^#]*?\b)" if kind is Kind.MEMBER else r"\b"
    if kind is Kind.UNUSED:
        start = text.rfind("\n", 0, start) + 1  # the range may be the alias alone
    found = re.compile(rf"{before}({re.escape(last)})\b").search(text, max(start - 1, 0), stop)
    if found is None and kind is Kind.MEMBER:  # the range is the member alone
        found = re.compile(rf"\b({re.escape(last)})\b").search(text, start, stop)
    return found.span(1) if found else None
