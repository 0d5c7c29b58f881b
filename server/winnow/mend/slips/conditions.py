"""Slips in what is asked: an assignment where a comparison is meant, or a comparison written the other way round."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from winnow.mend.slips.names import bound_before
from winnow.mend.slips.unparsed import Rewriting, balance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.mend.slips.unparsed import Unparsed

_ASKS = re.compile(r"\s*(if|elif|while|assert|return)\b")
_SINGLE = re.compile(r"(?<![=!<>:+\-*/%&|^@])=(?![=<>!])")
_NAME = re.compile(r"(?:\b(?:if|elif|while|return|and|or|not)\b|\()\s*([^\W\d]\w*)\s*$")
_CALL = re.compile(r"\s*(?:await\s+)?[^\W\d][\w.]*\(")
_TURNED = (
    (re.compile(r"(?<![=!<>])=>"), ">="), (re.compile(r"=<(?!<)"), "<="), (re.compile(r"(?<![=!<>])=!\s*"), "!="),
    (re.compile(r"([=!<>])\s+="), r"\1="),
)  # fmt: skip
_EQUAL = "A single = assigns; == compares."


def assigned_in_a_condition(source: Unparsed, number: int) -> Iterator[Rewriting]:
    """A single = in a condition."""
    code = source.code(number)
    asks = _ASKS.match(source.code(source.opening(number)))
    if not asks:
        return
    found = [each for each in _SINGLE.finditer(code) if not _ended(code[: each.start()])]
    outer = [each for each in found if not balance(code[: each.start()])]
    if len(outer) > 1:
        changes = tuple(source.change(number, *each.span(), "==") for each in outer)
        yield Rewriting(changes, "compare with ==", _EQUAL, 0.93)
    for each in found:
        word = _NAME.search(code[: each.start()])
        known = not word or bound_before(source, number, word[1])
        called = bool(word and _CALL.match(code, each.end()))
        sure = _sure(asks[1], known=known, called=called)
        yield Rewriting((source.change(number, *each.span(), "=="),), "compare with ==", _EQUAL, sure)
        if word and called and asks[1] in {"if", "elif", "while"}:
            yield from _kept(source, number, word.start(1), each, 0.75 if known else 0.92)


def _ended(before: str) -> bool:
    """Whether the condition ends before a place: what follows its colon is another statement."""
    return any(letter == ":" and not balance(before[:index]) for index, letter in enumerate(before))


def _sure(asks: str, *, known: bool, called: bool) -> float:
    """How surely == is meant: not where it would ask for a name that has no value yet, or read on in a loop."""
    if called and not known:
        return 0.6
    if called and asks == "while":
        return 0.85
    return 0.6 if asks == "return" and not known else 0.93


def _kept(source: Unparsed, number: int, start: int, sign: re.Match[str], sure: float) -> Iterator[Rewriting]:
    """Keep the answer of a call while asking for it, in parentheses where more is asked."""
    code = source.code(number)
    end = sign.end() + 1
    while end < len(code) and (
        balance(code[sign.end() : end]) or "(" not in code[sign.end() : end] or _goes_on(code[end])
    ):
        end += 1
    if balance(code[sign.end() : end]):
        return  # it ends on another line
    before, after = code[:start].rstrip(), code[end:].lstrip()
    alone = (before.endswith("(") and after.startswith(")")) or (
        re.search(r"\b(?:if|elif|while)$", before) is not None and after in {"", ":"}
    )
    changes = [source.change(number, *sign.span(), ":=")]
    if not alone:
        changes += [source.change(number, start, start, "("), source.change(number, end, end, ")")]
    why = "A single = is no part of an expression; := gives a name a value and asks for that."
    yield Rewriting(tuple(changes), "keep the value with :=", why, sure)


def _goes_on(letter: str) -> bool:
    """Whether what stands right behind a call is done with its answer."""
    return letter in ".([" or letter.isidentifier()


def turned_round(source: Unparsed, number: int) -> Iterator[Rewriting]:
    """A comparison with its two signs apart or the other way round."""
    code = source.code(number)
    if not _ASKS.match(source.code(source.opening(number))):
        return
    for pattern, sign in _TURNED:
        found = list(pattern.finditer(code))
        if found:
            changes = tuple(source.change(number, *each.span(), each.expand(sign)) for each in found)
            called = any(_in_a_call(source, source.starts[number] + each.start()) for each in found)
            why = "Python writes <=, >=, == and != as one sign, the = last."
            yield Rewriting(changes, "write the comparison as Python does", why, 0.6 if called else 0.93)


def _in_a_call(source: Unparsed, offset: int) -> bool:
    """Whether a place stands in the arguments of a call, where other languages write a function with an arrow."""
    opened = source.around(offset)
    return opened is not None and source.shadow[opened - 1 : opened].isidentifier()
