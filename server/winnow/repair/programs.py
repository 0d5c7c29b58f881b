"""Whether two texts are the same program, whatever their layout and comments."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from winnow.parsing import parse
from winnow.text import split_lines

if TYPE_CHECKING:
    from collections.abc import Sequence


class Programs:
    """Tells programs apart by their syntax trees; a statement that many of them share is looked at once."""

    def __init__(self) -> None:
        self._trees: dict[tuple[str, int], str] = {}

    def shape(self, text: str) -> str:
        """The same for the same program; the text itself where it does not parse, or is nested too deeply."""
        try:
            body, lines = parse(text).body, split_lines(text)
            return "\n".join(self._tree(statement, lines) for statement in body)
        except (SyntaxError, RecursionError):
            return text

    def _tree(self, statement: ast.stmt, lines: Sequence[str]) -> str:
        first = min([statement.lineno, *(each.lineno for each in getattr(statement, "decorator_list", ()))])
        place = ("".join(lines[first - 1 : statement.end_lineno]), statement.col_offset)
        if place not in self._trees:
            self._trees[place] = ast.dump(statement)
        return self._trees[place]
