"""Slips in the words and signs that statements are made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from winnow.mend.slips.names import bound
from winnow.mend.slips.unparsed import Rewriting, balance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.slips.unparsed import Unparsed

_BLOCK = re.compile(r"\s*(?:if|elif|else|for|while|def|class|try|except|finally|with|async|match|case)\b")
_EXCEPT = re.compile(r"\s*except\s+([\w.]+(?:\s*,\s*[\w.]+)+)(\s+as\s+\w+)?\s*(?=:)")
_DEF = re.compile(r"\s*(?:async\s+)?def\s+\w+(?=\s*(?::|->|$))")


def no_colon(source: Unparsed, number: int) -> Iterator[Rewriting]:
    """A line that opens a block without a colon, or the last line of such a statement."""
    code = source.code(number)
    opening = source.opening(number)
    whole = not balance("\n".join(source.code(each) for each in range(opening, number + 1)))
    if whole and _BLOCK.match(source.code(opening)) and not code.endswith((":", "\\")):
        sure = 0.97 if "expected ':'" in source.error.msg else 0.85
        start = len(code) - code.endswith((";", ",", "."))
        why = "A line that opens a block ends with a colon."
        yield Rewriting((source.change(number, start, len(code), ":"),), "add the missing colon", why, sure)


def else_if(source: Unparsed, number: int) -> Iterator[Rewriting]:
    """The elif of other languages."""
    code = source.code(number)
    found = re.match(r"\s*(else\s+if|elseif|elsif)\b", code)
    if found:
        why = "Python joins `else` and `if` in one word."
        word = source.change(number, *found.span(1), "elif")
        yield Rewriting((word,), "write elif", why, 0.96)
        if not code.endswith(":"):
            colon = source.change(number, len(code), len(code), ":")
            yield Rewriting((word, colon), "write elif, with its colon", why, 0.94)


def printed(source: Unparsed, number: int) -> Iterator[Rewriting]:
    """The statements of Python 2 that are functions."""
    code = source.code(number)
    found = re.match(r"\s*(print|exec)(\s+)(?![=(])(?=\S)", code)
    if not found or (found[1] == "exec" and re.search(r"\bin\b", code)):
        return
    changes = (source.change(number, *found.span(2), "("), source.change(number, len(code), len(code), ")"))
    sure = 0.75 if code.endswith(",") else 0.95  # that kept the line open
    yield Rewriting(changes, f"call {found[1]} with parentheses", "It is a function.", sure)


def raised(source: Unparsed, number: int) -> Iterator[Rewriting]:
    """Several exceptions without parentheses, or the comma of Python 2; Python 3.14 takes it for several."""
    code = source.code(number)
    found = _EXCEPT.match(code)
    if not found:
        return
    first, *others = re.split(r"\s*,\s*", found[1])
    many = source.change(number, *found.span(1), f"({', '.join((first, *others))})")
    why = "Several exceptions to catch stand in parentheses."
    title = "put the exceptions in parentheses"
    if found[2] or len(others) > 1 or "." in others[0]:
        yield Rewriting((many,), title, why, 0.95)
        return
    alike = _of_an_exception(others[0], source)
    name = source.change(number, *found.span(1), f"{first} as {others[0]}")
    yield Rewriting((many,), title, why, alike)
    yield Rewriting((name,), "name the exception with as", "The comma was Python 2.", 1 - alike)


def _of_an_exception(name: str, source: Unparsed) -> float:
    """How surely a name is that of an exception, not of a variable."""
    if name[0].isupper() and len(name) > 1:
        return 0.95
    return 0.5 if name[0].isupper() or name in bound(source) else 0.05


def no_parameters(source: Unparsed, number: int) -> Iterator[Rewriting]:
    """A function without parentheses."""
    code = source.code(number)
    found = _DEF.match(code)
    if not found:
        return
    given = f"({_own(source, number)})"
    parentheses = source.change(number, found.end(), found.end(), given)
    title = f"add the parentheses `{given}`"
    why = "The parameters of a function stand in parentheses, even where there are none."
    yield Rewriting((parentheses,), title, why, 0.93)
    if not code.endswith(":"):
        colon = source.change(number, len(code), len(code), ":")
        yield Rewriting((parentheses, colon), f"{title} and the colon", why, 0.92)


def _own(source: Unparsed, number: int) -> str:
    """The first parameter of a method; nothing for another function."""
    deep = len(source.code(number)) - len(source.code(number).lstrip())
    decorator = source.code(source.before(number)).strip()
    for above in range(number - 1, -1, -1):
        code = source.code(above)
        if code.strip() and len(code) - len(code.lstrip()) < deep:
            if not re.match(r"\s*class\b", code) or decorator == "@staticmethod":
                return ""
            return "cls" if decorator == "@classmethod" else "self"
    return ""
