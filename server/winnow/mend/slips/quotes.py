"""Texts that do not end, or end too early: with one quote, with three, and with values in braces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from winnow.mend.slips.unparsed import Change, Rewriting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.slips.unparsed import Literal, Unparsed

_WHY = "A text has to end with the quote it began with, on the same line."
_TAIL = re.compile(r"[)\]},:]*\s*$")
_QUOTES = "'\"\u201c\u201d\u2018\u2019"
_OTHER = {"'": '"', '"': "'"}
_STATEMENT = re.compile(
    r"\s*(?:(?:return|if|for|while|with|try|raise|def|class|import|from|assert|del|yield|async|await)\b|pass$|@\w"
    r"|[\w.\[\], ]+[-+*/%&|]?=[^=]|[\w.]+\()"
)
_LONGEST = 20  # lines of a text in three quotes that is looked for
_PLACES = 80  # beyond so many there is hardly one alone
_FORMAT = re.compile(r"[\w.]+(?=[!:])(?:![rsa])?(?::[<>^+\-,.\d]*[A-Za-z%]?)?")


def not_ended(source: Unparsed, number: int) -> Iterator[Rewriting]:
    """A text whose quote is missing at its end, at its beginning, or is another one."""
    literal = _open(source, number)
    if literal is None or "unterminated" not in source.error.msg:
        return
    line, start = source.bare(number), source.starts[number]
    yield from _with_an_apostrophe(source, number, line)
    for index in range(literal.inside - start + 1, len(line)):
        if (
            line[index] in _QUOTES
            and line[index] not in line[literal.inside - start : index]
            and _TAIL.fullmatch(line, index + 1)
        ):
            change = source.change(number, index, index + 1, literal.quote)
            yield Rewriting((change,), "end the text with the quote it began with", _WHY, 0.94)
    empty = line[literal.inside - start :].lstrip()[:1] in set(",)]}:")
    places = _places(source, number, range(literal.inside - start + 1 - empty, len(line) + 1), literal.quote)
    tail = _TAIL.search(line)
    usual = max(tail.start() if tail else len(line), literal.inside - start)
    places = [_over_space(line, at) for at in places]
    for at in dict.fromkeys((usual, *places)):
        change = source.change(number, at, at, literal.quote)
        alone = places == [at] and not _inside_out(source, start, literal) and not line[-1:].isspace()
        alone = alone and (at > literal.inside - start or source.shadow[literal.inside - 2] in " (,=[{:")
        sure = 0.93 if alone else 0.85 if at == usual else 0.6
        yield Rewriting((change,), f"end the text with {literal.quote}", _WHY, sure)
    yield from _not_begun(source, number, literal)


def _open(source: Unparsed, number: int) -> Literal | None:
    """The text of one line that does not end on it."""
    start, end = source.starts[number], source.starts[number + 1]
    return next(
        (each for each in source.literals if start <= each.start < end and not each.ended and len(each.quote) == 1),
        None,
    )


def _places(source: Unparsed, number: int, columns: range, quote: str) -> list[int]:
    """The columns at which a quote makes the whole text parse."""
    line = source.bare(number)
    words = [
        at for at in columns
        if not line[at - 1 : at].isspace() and not (line[at - 1 : at].isalnum() and line[at : at + 1].isalnum())
    ]  # fmt: skip
    if len(words) > _PLACES:
        return []
    return [at for at in words if source.mended(source.change(number, at, at, quote))]


def _over_space(line: str, at: int) -> int:
    """A place behind the space that ends a text, where only brackets follow."""
    behind = len(line) - len(line[at:].lstrip())
    return behind if line[behind : behind + 1] in set(")]},:") else at


def _inside_out(source: Unparsed, start: int, literal: Literal) -> bool:
    """Whether what seems to be a text before another on its line may be what stands between two."""
    before = [each for each in source.literals if start <= each.start < literal.start and each.quote == literal.quote]
    between = source.text[max((each.end for each in before), default=start) : literal.start]
    return bool(before) and (
        not between.strip() or any(re.search(r"[(),]", source.text[each.start : each.end]) for each in before)
    )


def _with_an_apostrophe(source: Unparsed, number: int, line: str) -> Iterator[Rewriting]:
    """A text in single quotes with an apostrophe in it."""
    found = re.fullmatch(r"[^'\"]*(')[^'\"]*\w'\w[^'\"]*(')[^'\"]*", line)
    if found:
        changes = tuple(source.change(number, *found.span(group), '"') for group in (1, 2))
        why = "An apostrophe ends a text in single quotes; one in double quotes may have it."
        yield Rewriting(changes, "write the text in double quotes", why, 0.93)


def _not_begun(source: Unparsed, number: int, literal: Literal) -> Iterator[Rewriting]:
    """The quote that seems to begin a text may end one."""
    line, column = source.bare(number), literal.start + len(literal.prefix) - source.starts[number]
    starts = [found.start() for found in re.finditer(r"(?<=[\s(\[{,=:])(?=[^\s(\[{,=:])", line[:column])]
    found = [
        at for at in starts
        if literal.quote not in line[at:column] and source.mended(source.change(number, at, at, literal.quote))
    ]  # fmt: skip
    clear = (
        len(found) == 1 and not literal.prefix and line[column - 1] not in " \t([{,=:"
    )  # there it may be the half of an empty text
    for at in found:
        change = source.change(number, at, at, literal.quote)
        yield Rewriting((change,), f"begin the text with {literal.quote}", _WHY, 0.9 if clear else 0.6)


def open_docstring(source: Unparsed) -> Iterator[Rewriting]:
    """A text in three quotes that does not end; where more follow, each of those is turned inside out."""
    if "unterminated triple-quoted" not in source.error.msg:
        return
    long = [each for each in source.literals if len(each.quote) > 1]
    turned = [each for each in long if source.text[each.end : each.end + 1].isalnum()]
    for literal in dict.fromkeys((*turned[:1], *long[-1:])):
        first = source.line_of(literal.start)
        short = list(_one_quote_short(source, first, literal))
        yield from short
        for number in range(first, min(first + _LONGEST, len(source.lines)) if not short else first):
            end = source.starts[number] + len(source.bare(number).rstrip())
            change = Change(end, end, literal.quote)
            if end > literal.inside and source.mended(change):
                after = next((i for i in range(number + 1, len(source.lines)) if source.bare(i).strip()), None)
                clear = after is None or _STATEMENT.match(source.bare(after))
                why = "A text in three quotes goes on until there are three again."
                yield Rewriting((change,), f"end the text with {literal.quote}", why, 0.91 if clear else 0.75)
                break


def _one_quote_short(source: Unparsed, number: int, literal: Literal) -> Iterator[Rewriting]:
    """Two quotes where three are meant, at either end of a line."""
    line, quote = source.bare(number).rstrip(), literal.quote[0]
    why = "A text in three quotes ends with three."
    if line.endswith(quote * 2) and len(line.strip(" \t" + quote)) and not line.endswith(quote * 3):
        end = source.starts[number] + len(line)
        yield Rewriting((Change(end, end, quote),), "add the third quote", why, 0.95)
    for below in range(number + 1, min(number + _LONGEST, len(source.lines))):
        if source.bare(below).strip() == quote * 2:
            end = source.starts[below] + len(source.bare(below).rstrip())
            yield Rewriting((Change(end, end, quote),), "add the third quote", why, 0.95)
    if re.match(rf"\s*{quote}{quote}(?!{quote})", line):
        at = source.starts[number] + line.index(quote)
        yield Rewriting((Change(at, at, quote),), "add the third quote", why, 0.95)


def nested(source: Unparsed, number: int) -> Iterator[Rewriting]:
    """The quotes of an f-string within its braces, which only Python 3.12 allows."""
    for literal in _f_strings(source, number):
        pairs = _quoted_inside(source.bare(number), literal.inside - source.starts[number], literal.quote)
        if pairs:
            changes = tuple(source.change(number, at, at + 1, _OTHER[literal.quote]) for pair in pairs for at in pair)
            why = "Before Python 3.12 the quotes around an f-string may not stand in its braces."
            yield Rewriting(changes, f"write {_OTHER[literal.quote]} in the braces", why, 0.95)


def _f_strings(source: Unparsed, number: int) -> list[Literal]:
    start, end = source.starts[number], source.starts[number + 1]
    return [
        each for each in source.literals
        if start <= each.start < end and "f" in each.prefix.lower() and len(each.quote) == 1
    ]  # fmt: skip


def _quoted_inside(line: str, at: int, quote: str) -> list[tuple[int, int]]:
    """The columns of the quotes in the braces of an f-string, where each text in them may have the other kind."""
    deep, pairs = 0, []
    while at < len(line) and (deep or line[at] != quote):
        if not deep and line[at : at + 2] in {"{{", "}}"}:
            at += 1
        elif line[at] in "{}" or (deep and line[at] in "([)]"):
            deep += 1 if line[at] in "{([" else -1
        elif deep and line[at] in _OTHER:
            end = line.find(line[at], at + 1)
            if end < 0 or (line[at] == quote and _OTHER[quote] in line[at:end]):
                return []
            pairs += [(at, end)] if line[at] == quote else []
            at = end
        at += 1
    return pairs if at < len(line) else []


def open_brace(source: Unparsed, number: int) -> Iterator[Rewriting]:
    """A brace of an f-string that does not close."""
    if "f-string" not in source.error.msg:
        return
    start, line = source.starts[number], source.bare(number)
    for literal in _f_strings(source, number):
        end = literal.end - start - literal.ended
        opened = line.replace("{{", "\0\0").rfind("{", literal.inside - start, end)
        if opened < 0 or "}" in line[opened:end]:
            continue
        places = _places(source, number, range(opened + 2, end + 1), "}")
        formatted = _FORMAT.fullmatch(line, opened + 1, end)
        for at in places:
            clear = len(places) == 1 or (formatted and at == end)
            sure = 0.93 if clear else 0.6 if formatted else 0.75
            why = "A value in an f-string stands between two braces."
            yield Rewriting((source.change(number, at, at, "}"),), "close the brace", why, sure)
