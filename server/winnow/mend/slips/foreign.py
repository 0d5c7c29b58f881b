"""Signs and words of other languages, and keywords with a slip in them."""

from __future__ import annotations

import keyword
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from winnow.mend.slips.names import BUILTINS, bound
from winnow.mend.slips.unparsed import Rewriting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.slips.unparsed import Unparsed

_FOREIGN = tuple(
    (re.compile(pattern), word, other)
    for pattern, word, other in (
        (r"(?P<sign>\s*&&\s*)", " and ", "&&"), (r"(?P<sign>\s*\|\|\s*)", " or ", "||"),
        (r"(?:(?<=\w)\s+|(?<=[(=,:\[!&|])\s*)(?P<sign>!\s*)(?=[\w(\[!])", "not ", "!"),
        (r"^\s*[\w.\[\]\"]+(?P<sign>\s*\+\+\s*;?)$", " += 1", "++"),
        (r"^\s*[\w.\[\]\"]+(?P<sign>\s*--\s*;?)$", " -= 1", "--"),
        (r"^\s*(?P<sign>function|func|fn)(?=\s+\w+\s*\()", "def", "function"), (r"(?P<sign><>)", "!=", "<>"),
        (r"^\s*(?:async\s+)?for\s+[\w,\s]+?\s(?P<sign>of)\s", "in", "of"),
    )
)  # fmt: skip
_WORD = re.compile(r"(?<![\w.])[A-Za-z]{2,}\b")


def foreign(source: Unparsed, number: int) -> Iterator[Rewriting]:
    """Operators and words of other languages."""
    code = source.code(number)
    found = [
        (tuple(source.change(number, *each.span("sign"), word) for each in pattern.finditer(code)), word.strip(), other)
        for pattern, word, other in _FOREIGN
    ]
    found = [each for each in found if each[0]]
    for changes, word, other in found:
        why = f"Python has no `{other}`; it writes `{word}`."
        yield Rewriting(changes, f"write `{word}` instead of `{other}`", why, 0.93)
    if len(found) > 1:
        words = [f"`{word}` instead of `{other}`" for _, word, other in found]
        title = f"write {' and '.join(words)}"
        yield Rewriting(tuple(change for each in found for change in each[0]), title, f"Python has {title[6:]}.", 0.93)


def misspelt(source: Unparsed, number: int) -> Iterator[Rewriting]:
    """A keyword with a slip in it, surest where one letter is wrong in a word that nothing in the text names."""
    names: frozenset[str] | None = None
    for found in _WORD.finditer(source.code(number)):
        if keyword.iskeyword(found[0]) or found[0] in BUILTINS:
            continue
        near = [word for word in keyword.kwlist if _one_slip(found[0], word)]
        further = [word for word in get_close_matches(found[0], keyword.kwlist, n=3, cutoff=0.66) if word not in near]
        meant = [word for word in near if source.mended(source.change(number, *found.span(), word))]
        names = bound(source, number) if names is None and (near or further) else names
        named = names is not None and found[0] in names
        sure = 0.6 if named or len(meant) > 1 else 0.93
        for word in (*near, *further):
            change = source.change(number, *found.span(), word)
            title = f"write `{word}` instead of `{found[0]}`"
            yield Rewriting((change,), title, f"`{word}` is the keyword.", sure if word in near else min(sure, 0.82))


def _one_slip(written: str, meant: str) -> bool:
    """Whether a word becomes another by one letter more, less or instead, by two letters swapped, or in small ones."""
    if written.lower() == meant.lower():
        return True
    head = next(
        (i for i, (a, b) in enumerate(zip(written, meant, strict=False)) if a != b), min(len(written), len(meant))
    )
    rest, goal = written[head:], meant[head:]
    return rest[1:] in (goal, goal[1:]) or rest == goal[1:] or (rest[:2] == goal[1::-1] and rest[2:] == goal[2:])
