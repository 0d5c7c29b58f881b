"""Brackets that close nothing, and brackets that stay open."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from winnow.mend.slips.names import BUILTINS, bound
from winnow.mend.slips.unparsed import PAIRS, Change, Rewriting, balance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.slips.unparsed import Unparsed

_WHY = "Every bracket that opens has to close."
_STRAY = 0.65
"""Right in 6 of 10 damaged functions: where one bracket is too many, as often the other is missing."""
_ALONE = 0.92
"""How sure it is to close a bracket at the statement's end where it can close nowhere else."""
_PLACES = 60  # beyond so many there is hardly one alone
_SEVERAL = re.compile(r"\s*(?:return|yield|del|assert|global|import|from|raise)\b|[^=(]*,[^=(]*=(?!=)")
_GROUP = re.compile(r"(?:^|[^\w)\]\"\s]|\b(?:if|elif|while|return|and|or|not|in|is|assert|yield|else|await))\s*\($")


def unbalanced(source: Unparsed, number: int) -> Iterator[Rewriting]:
    """The brackets of one line."""
    code = source.code(number)
    opened, strays = _balance(code)
    if opened:
        yield from _closed(source, number, opened)
    for index in strays:
        yield from _dropped(source, number, index)
        if opened:
            wanted = PAIRS[code[opened[-1]]]
            change = source.change(number, index, index + 1, wanted)
            yield Rewriting((change,), f"close with `{wanted}` instead of `{code[index]}`", _WHY, 0.88)


def _closed(source: Unparsed, number: int, opened: list[int]) -> Iterator[Rewriting]:
    code = source.code(number)
    closing = "".join(PAIRS[code[each]] for each in reversed(opened))
    first, end = source.starts[number] + opened[0], source.starts[number] + len(code)
    sure = 0.85 if "never closed" in source.error.msg else 0.7
    alone = _only_place(source, first, end) if len(opened) == 1 else None
    title = f"close with `{closing}`"
    yield Rewriting((Change(end, end, closing),), title, _WHY, _ALONE if alone == end else sure)
    if code.endswith(":"):
        change = Change(end - 1, end - 1, closing)
        yield Rewriting((change,), f"{title} before the colon", _WHY, _ALONE if alone == end - 1 else 0.85)
    if code.endswith(","):
        yield Rewriting((Change(end - 1, end, closing),), title, _WHY, sure - 0.3)


def closed_at_the_end(source: Unparsed) -> Iterator[Rewriting]:
    """A bracket that stays open over several lines, closed where the deeper ones end."""
    if "never closed" not in source.error.msg:
        return
    last = source.at
    deep = _deep(source.code(last))
    while (after := source.after(last)) is not None and _deep(source.code(after)) > deep:
        last = after
    first = source.starts[source.at] + (source.error.offset or 1) - 1
    if last == source.at or source.shadow[first] not in PAIRS:
        return
    end = source.starts[last] + len(source.code(last))
    closing = PAIRS[source.shadow[first]]
    sure = _ALONE if _only_place(source, first, end) == end else 0.85
    if source.shadow[end - 1] == ",":
        line = source.lines[source.at]
        newline = line[len(line.rstrip("\r\n")) :]
        closing = newline + line[:deep] + closing
        end = source.starts[last] + len(source.bare(last))
    yield Rewriting((Change(end, end, closing),), f"close with `{closing.strip()}`", _WHY, sure)


def _deep(code: str) -> int:
    return len(code) - len(code.lstrip())


def _only_place(source: Unparsed, first: int, end: int) -> int | None:
    """The one place up to ``end`` at which the bracket at ``first`` may close so that the whole text parses."""
    found: dict[str, int] = {}
    places = [at for at in range(first + 2, end + 1) if _may_close(source, at)]
    if len(places) > _PLACES:
        return None
    for at in reversed(places):
        text = source.mended(Change(at, at, PAIRS[source.shadow[first]]))
        if text is not None:
            found.setdefault(text, at)
    return next(iter(found.values())) if len(found) == 1 else None


def _may_close(source: Unparsed, at: int) -> bool:
    """Whether somebody may have meant to close a bracket at a place; one value alone needs no parentheses."""
    shadow, opened = source.shadow, source.around(at)
    before, behind = shadow[at - 1], shadow[at : at + 1]
    if opened in {None, at - 1} or before.isspace() or behind == "(" or before + behind in {'""', '".'}:
        return False
    if _of_a_word(before) and _of_a_word(behind):
        return False
    start = source.starts[source.line_of(opened or 0)]
    head = shadow[start : (opened or 0) + 1]
    if shadow[at : at + 80].lstrip().startswith(",") and balance(head) == 1 and not _SEVERAL.match(head):
        return False
    if re.fullmatch(r"\s*print\(", head) and shadow[at : source.starts[source.line_of(at) + 1]].strip():
        return False
    inside = shadow[(opened or 0) + 1 : at].strip()
    return not (head.endswith("(") and _GROUP.search(head) and re.fullmatch(r"[\w.]+|\"+", inside))


def _of_a_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _dropped(source: Unparsed, number: int, index: int) -> Iterator[Rewriting]:
    """A stray bracket left out, surest at the line's end where nothing tells that the other one is missing."""
    code = source.code(number)
    whole = code[:index] + code[index + 1 :]
    stopped = "unmatched" in source.error.msg and (source.at, (source.error.offset or 0) - 1) == (number, index)
    comma = _outer_comma(whole)
    ends = code[index + 1 :] in {"", ":"} and _is_closed(source, source.starts[number] + index - 1)
    clear = stopped and ends and comma is None and not _runs_together(source, whole)
    sure = _ALONE if clear else _STRAY
    title = f"drop the stray `{code[index]}`"
    yield Rewriting((source.change(number, index, index + 1, ""),), title, _WHY, sure)
    if comma is not None and code[comma - 1] == code[index] and comma <= index:
        yield Rewriting((source.change(number, comma - 1, comma, ""),), title, _WHY, _STRAY)


def _is_closed(source: Unparsed, at: int) -> bool:
    """Whether a text ends at a place, or brackets but those of a subscript: behind it a ( may be missing."""
    opened = source.around(at) or 0
    return source.shadow[at] in ')}"' or (source.shadow[at] == "]" and not source.shadow[opened - 1].isalnum())


def _outer_comma(code: str) -> int | None:
    """The first comma outside of all brackets, where few are meant but on the left of = and in."""
    commas = (i for i, letter in enumerate(code) if letter == "," and not balance(code[:i]))
    return next((i for i in commas if not re.search(r"(?<![=!<>])=(?!=)|\bin\b", code[i:])), None)


def _runs_together(source: Unparsed, code: str) -> bool:
    """Whether a word that is nowhere else may be two that the missing bracket stood between."""
    names = bound(source) | BUILTINS
    words = Counter(re.findall(r"[^\W\d]\w*", source.shadow))
    return any(
        words[word] < 2 and word not in names and any(word[cut:] in names for cut in range(1, len(word)))  # noqa: PLR2004
        for word in re.findall(r"[^\W\d]\w*", code)
    )


def _balance(code: str) -> tuple[list[int], list[int]]:
    """The places of the brackets of a line that stay open, and of those that close nothing."""
    stack: list[int] = []
    stray = []
    for index, letter in enumerate(code):
        if letter in PAIRS:
            stack.append(index)
        elif letter in PAIRS.values():
            if stack and PAIRS[code[stack[-1]]] == letter:
                stack.pop()
            else:
                stray.append(index)
    return stack, stray
