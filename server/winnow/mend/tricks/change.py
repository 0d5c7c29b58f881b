"""One file before and after a change, and what the failing test wants of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterable

    from winnow.mend.tricks.demands import Demands
    from winnow.mend.unit import Source


@dataclass(frozen=True, slots=True)
class Change:
    """``of_tests`` tells whether the changed file is one of tests."""

    before: Source
    after: Source
    demands: Demands
    of_tests: bool = False

    def more(self, found_in: Callable[[ast.Module], Iterable[str]]) -> Counter[str]:
        """What is found in the file and was not there, or not as often."""
        return Counter(found_in(self.after.tree)) - Counter(found_in(self.before.tree))

    def less(self, found_in: Callable[[ast.Module], Iterable[str]]) -> Counter[str]:
        """What was found in the file and is not there now, or not as often."""
        return Counter(found_in(self.before.tree)) - Counter(found_in(self.after.tree))
