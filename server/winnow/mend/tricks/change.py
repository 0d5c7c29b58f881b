"""One file before and after a change, and what the failing test wants of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winnow.paths import is_of_tests

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterable

    from winnow.mend.tricks.demands import Demands
    from winnow.mend.unit import Source


@dataclass(frozen=True, slots=True)
class Change:
    """``path`` is the changed file's, empty where it is not known."""

    before: Source
    after: Source
    demands: Demands
    path: str = ""

    @property
    def of_tests(self) -> bool:
        """Whether the changed file is one of tests."""
        return bool(self.path) and is_of_tests(self.path)

    def more(self, found_in: Callable[[ast.Module], Iterable[str]]) -> Counter[str]:
        """What is found in the file and was not there, or not as often."""
        return Counter(found_in(self.after.tree)) - Counter(found_in(self.before.tree))

    def less(self, found_in: Callable[[ast.Module], Iterable[str]]) -> Counter[str]:
        """What was found in the file and is not there now, or not as often."""
        return Counter(found_in(self.before.tree)) - Counter(found_in(self.after.tree))
