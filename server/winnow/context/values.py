"""Live values: what the variables held at this line when a test last ran it (EG-CFG, 2025, guides models by them)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winnow.context.sources import Piece
from winnow.facts import Excerpt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from winnow.context.sources import Known, Trace
    from winnow.text import Text

_MOST = 12
_WORTH = 0.95


def values(known: Known) -> Iterator[Piece]:
    """One excerpt with the variables of the cursor's function as they were where the cursor stands."""
    if known.trace is None:
        return
    line = known.context.before.count("\n")
    held = held_at(line, known.trace, known.document.text)
    if held:
        text = "\n".join(f"{name} = {value}" for name, value in list(held.items())[-_MOST:])
        test = known.trace.test.rpartition("::")[2]
        excerpt = Excerpt(uri=known.document.uri, text=text, why=f"values at this line when {test} last ran")
        yield Piece(excerpt=excerpt, worth=_WORTH)


def held_at(line: int, trace: Trace, text: Text) -> Mapping[str, str]:
    """What the variables held when the run last came to a line, else to the nearest one behind it that it came to.

    Lines are those of the text as it is now. Where the run never came so far, what they held at its end.
    """
    moved = _moving(trace.text, text)
    state: dict[str, str] = {}
    nearest: tuple[int, dict[str, str]] | None = None
    above = True
    for ran, changed in trace.steps:
        state |= {name: value for name, value in changed.items() if name != "returned"}
        at = moved(ran)
        if at >= line and (above or at == line) and (nearest is None or at <= nearest[0]):
            nearest = at, dict(state)
        above = at < line
    return nearest[1] if nearest else state


def _moving(before: Text, after: Text) -> Callable[[int], int]:
    """Where the lines of an older text stand in a newer one: those whose code is below the change have moved along."""
    start, end, typed = before.difference(after)
    added = typed.count("\n") - before.slice(start, end).count("\n")

    def moved(line: int) -> int:
        written = before.line(line)
        code = before.offset(line, len(written) - len(written.lstrip(" \t")))
        return line + added if code >= end else line

    return moved
