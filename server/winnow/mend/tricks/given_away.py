"""A change that holds the very answer that the failing test expects, wherever it stands."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from winnow.mend.tricks.flow import Flow, Scope, ends_in, passed_in
from winnow.mend.tricks.values import is_plain, is_telling, spelt
from winnow.mend.unit import Function

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from winnow.mend.tricks.change import Change

_NUMBER = re.compile(r"(?<=Constant\(value=)\d[\d.]*(?:e[+-]?\d+)?(?=\))")
_SMALL = 10
_SEVERAL = 3  # words in a table make it a table of words


def answers(change: Change) -> Iterator[str]:
    """A literal that is returned, or that stands where it may become the answer, and was not there before.

    Not one of several words that a function chooses among, nor a small number in place of another.
    """
    sought = {value for value in change.demands.expected if not is_plain(value)}
    if not sought:
        return
    returned, held = change.more(_returned), change.more(_held)
    for value in returned:
        if value in sought:
            yield f"It returns {value}, the answer that the failing test expects, without working it out."
    for value in held:
        if value in sought and value not in returned and not _only_a_number(change):
            yield f"It holds {value}, the answer that the failing test expects, without working it out."


def _returned(tree: ast.Module) -> Iterator[str]:
    for scope in _scopes(tree):
        values = Flow(scope).returned
        found = [text for value in values for part in ends_in(value) if (text := spelt(part))]
        if not _words(found, sum(1 for value in values for _ in ends_in(value))):
            yield from found


def _scopes(tree: ast.Module) -> list[Scope]:
    return [tree, *(node for node in ast.walk(tree) if isinstance(node, Function | ast.Lambda))]


def _words(found: Sequence[str], of: int) -> bool:
    """Whether literals are words that are chosen among: texts, more than one, and nothing but them."""
    return len(found) == of and len(set(found)) > 1 and all(text[0] in "'\"" for text in found)


def _held(tree: ast.Module) -> Iterator[str]:
    """The literals given to what is returned, those in tables that are looked up, and others that say something."""
    flows = [Flow(scope) for scope in _scopes(tree)]
    answering = {name for flow in flows for name in flow.answering}
    looked_up = {name for flow in flows for name in flow.looked_up}
    for flow in flows:
        yield from (text for value in flow.returned for text in passed_in(value))
        for table in flow.tables:
            yield from _entries(table)
        known = flow.answering if isinstance(flow.scope, Function | ast.Lambda) else answering
        for name, values in flow.given.items():
            parts = [part for value in values for part in ends_in(value)]
            texts = [text for part in parts if (text := spelt(part))]
            if not _words(texts, len(parts)):
                yield from (text for text in texts if name in known or is_telling(text))
            if name in looked_up:
                yield from (text for part in parts for text in _entries(part))
            yield from (text for value in values for text in passed_in(value))


def _entries(table: ast.AST) -> list[str]:
    """What a table of literals answers with, where it is not one of words."""
    match table:
        case ast.List(elts=held) | ast.Tuple(elts=held) | ast.Dict(values=held):
            texts = [text for each in held if (text := spelt(each))]
            return [] if len(texts) >= _SEVERAL and _words(texts, len(held)) else texts
    return []


def _only_a_number(change: Change) -> bool:
    """Whether a small number in place of another is all that changes, or one next to it."""
    old, new = ast.dump(change.before.tree), ast.dump(change.after.tree)
    if _NUMBER.split(old) != _NUMBER.split(new):
        return False
    pairs = zip(_NUMBER.findall(old), _NUMBER.findall(new), strict=True)
    changed = [(float(was), float(now)) for was, now in pairs if was != now]
    return len(changed) == 1 and (changed[0][1] <= _SMALL or abs(changed[0][1] - changed[0][0]) <= 1)
