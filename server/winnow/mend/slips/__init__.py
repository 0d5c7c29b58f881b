"""The common slips of syntax, one file for each family: how a text may have been meant, why, and how surely.

A rule reads only what is code: strings and comments are never rewritten. A confidence of 0.9 and more is for what can
hardly mean anything else; several of them were measured on damaged functions of the standard library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from winnow.mend.slips.brackets import closed_at_the_end, unbalanced
from winnow.mend.slips.characters import fenced, look_alike
from winnow.mend.slips.commas import not_separated
from winnow.mend.slips.conditions import assigned_in_a_condition, turned_round
from winnow.mend.slips.foreign import foreign, misspelt
from winnow.mend.slips.indentation import misplaced
from winnow.mend.slips.quotes import nested, not_ended, open_brace, open_docstring
from winnow.mend.slips.statements import else_if, no_colon, no_parameters, printed, raised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.slips.unparsed import Rewriting, Unparsed

_OF_THE_TEXT = (look_alike, fenced, closed_at_the_end, open_docstring)
_OF_A_LINE = (
    no_colon, assigned_in_a_condition, turned_round, else_if, printed, raised, no_parameters, foreign, unbalanced,
    not_ended, nested, open_brace, not_separated, misspelt, misplaced,
)  # fmt: skip


def rewritings(source: Unparsed) -> Iterator[Rewriting]:
    """Every way a text may have been meant."""
    for rule in _OF_THE_TEXT:
        yield from rule(source)
    for number in source.blamed:
        for each in _OF_A_LINE:
            yield from each(source, number)
