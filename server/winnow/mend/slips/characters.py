"""Characters that look like Python and are not, as word processors and web pages write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from winnow.mend.slips.unparsed import Change, Rewriting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.slips.unparsed import Literal, Unparsed

_CURLY = dict.fromkeys("\u201c\u201d\u201e", '"') | dict.fromkeys("\u2018\u2019\u201a", "'")
_ALIKE = {
    "\N{NO-BREAK SPACE}": " ", "\N{FIGURE SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\N{THIN SPACE}": " ",
    "\N{IDEOGRAPHIC SPACE}": " ", "\N{ZERO WIDTH SPACE}": "", "\N{ZERO WIDTH NO-BREAK SPACE}": "",
    "\N{ZERO WIDTH NON-JOINER}": "", "\N{ZERO WIDTH JOINER}": "", "\N{EN DASH}": "-", "\N{MINUS SIGN}": "-",
    "\N{FULLWIDTH COMMA}": ",", "\N{FULLWIDTH COLON}": ":", "\N{FULLWIDTH LEFT PARENTHESIS}": "(",
    "\N{FULLWIDTH RIGHT PARENTHESIS}": ")", "\N{LESS-THAN OR EQUAL TO}": "<=", "\N{GREATER-THAN OR EQUAL TO}": ">=",
    "\N{NOT EQUAL TO}": "!=",
}  # fmt: skip
_ANY = re.compile("[" + "".join(_ALIKE) + "]")
_FENCE = re.compile(r"\s*```\w*$")


def look_alike(source: Unparsed) -> Iterator[Rewriting]:
    """All typographic quotes, spaces and signs of the code at once."""
    quotes = [_straight(source, each) for each in source.literals if each.quote in _CURLY]
    changes = [each for each in quotes if each]
    changes += [Change(*found.span(), _ALIKE[found[0]]) for found in _ANY.finditer(source.shadow)]
    if changes:
        what = "quotes" if len(quotes) == len(changes) else "characters" if quotes else "spaces and signs"
        why = "These look like those of Python, and are others: a word processor or a web page put them there."
        yield Rewriting(tuple(changes), f"write plain {what}", why, 0.95)


def _straight(source: Unparsed, literal: Literal) -> Change | None:
    """A text in straight quotes, of the kind that does not stand in it."""
    inside = source.text[literal.start + 1 : literal.end - 1]
    kinds = [_CURLY[literal.quote], *"'\""]
    quote = next((kind for kind in kinds if kind not in inside), None)
    return (
        Change(literal.start, literal.end, f"{quote}{inside}{quote}") if quote and not inside.endswith("\\") else None
    )


def fenced(source: Unparsed) -> Iterator[Rewriting]:
    """The backticks of Markdown: around a block, around a line, or one that is left over."""
    fences = [number for number in range(len(source.lines)) if _FENCE.match(source.code(number))]
    if fences:
        changes = tuple(Change(source.starts[each], source.starts[each + 1], "") for each in fences)
        yield Rewriting(changes, "drop the ``` of Markdown", "They stand around code, and are no part of it.", 0.95)
    for number in source.blamed:
        code = source.code(number)
        ticks = [index for index, letter in enumerate(code) if letter == "`"]
        around = len(ticks) == 2 and (code[: ticks[0]].strip(), ticks[1]) == ("", len(code) - 1)  # noqa: PLR2004 - a pair
        if 0 < len(ticks) < 3 and "```" not in code:  # noqa: PLR2004 - one, or a pair
            changes = tuple(source.change(number, each, each + 1, "") for each in ticks)
            sure = 0.92 if len(ticks) == 1 or around else 0.7  # a pair may have been a text, or repr in Python 2
            yield Rewriting(changes, "drop the backticks", "A backtick means nothing in Python.", sure)
