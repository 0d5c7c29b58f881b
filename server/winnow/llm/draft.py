"""An answer on its way to be a candidate, which the rules of tidying hand on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from winnow.llm.shape import last_line, rest_of_line

if TYPE_CHECKING:
    from winnow.llm.shape import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An answer on its way to be a candidate; ``covered`` counts characters after the cursor that it replaces."""

    text: str
    before: str
    after: str
    shape: Shape
    language: str
    cut_off: bool = False
    covered: int = 0

    def with_text(self, text: str) -> Draft:
        """This draft with another text."""
        return self if text == self.text else replace(self, text=text)

    @property
    def line(self) -> str:
        """The cursor's line up to the cursor."""
        return last_line(self.before)

    @property
    def rest(self) -> str:
        """The cursor's line after the cursor."""
        return rest_of_line(self.after)
