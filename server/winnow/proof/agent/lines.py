"""Where the lines of running code stand in the texts that it was patched to.

A function that was given a new body has the lines of the new text; one that was not still has those of the text that
was imported, however far an edit above has moved it.
"""

from __future__ import annotations

import dis
import sys
import types
from bisect import bisect_right
from typing import Dict, FrozenSet, Iterable, Iterator, List, Optional, Tuple

from .bodies import Patch
from .record import start_of


class Lines:
    """Knows what the patches of a run moved, and tells lines as the editor counts them, from 1."""

    def __init__(self, patches: Iterable[Patch] = ()) -> None:
        self._moved: Dict[str, Tuple[Patch, FrozenSet[types.CodeType]]] = {
            patch.path: (patch, frozenset(each for _, _, code in patch.codes for each in within(code)))
            for patch in patches
            if patch.shifts
        }

    def of(self, code: types.CodeType, line: int) -> int:
        """Where a line of running code stands now."""
        if code.co_filename not in self._moved:
            return line
        patch, new = self._moved[code.co_filename]
        if code in new:
            return line
        position = bisect_right(patch.shifts, (line, sys.maxsize)) - 1
        return line if position < 0 else line + patch.shifts[position][1]

    def places(self, codes: Iterable[types.CodeType]) -> List[Tuple[str, int]]:
        """Where functions start now, path and line, each once; line 0 is a module."""
        return sorted({(code.co_filename, self.of(code, start_of(code))) for code in codes})


def line_at(code: types.CodeType, instruction: int, line: Optional[int]) -> int:
    """The line of an instruction; of one that the compiler gave none, as many a jump back, that of the last before."""
    if line is not None:
        return line
    known = [each for start, each in dis.findlinestarts(code) if start <= instruction and each is not None]
    return known[-1] if known else code.co_firstlineno


def within(code: types.CodeType) -> Iterator[types.CodeType]:
    """A function's code, and that of what is defined inside it."""
    yield code
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            yield from within(each)
