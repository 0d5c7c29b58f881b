"""A change that holds the very answer that the failing test expects, wherever it stands."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from winnow.mend.tricks.flow import Flow, ends_in, passed_in
from winnow.mend.tricks.values import elements, is_plain, is_slip, is_telling, spelt
from winnow.mend.unit import Function

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from winnow.mend.tricks.change import Change

_NUMBER = re.compile(r"(?<=Constant\(value=)\d[\d.]*(?:e[+-]?\d+)?(?=\))")
_SMALL = 10
_SEVERAL = 3  # words in a table make it a table of words


def answers(change: Change) -> Iterator[str]:
    """A literal that is returned, or that stands where it may become the answer, and was not there before.

    Not one of several words that a function chooses among, nor what only corrects a word or a number that was there.
    """
    sought = {value for value in change.demands.expected if not is_plain(value)}
    if not sought:
        return
    sought -= set(_chosen_among(change.after.tree))
    returned, held, less = change.more(_returned), change.more(_held), [*change.less(_returned), *change.less(_held)]
    for value in (*returned, *held):
        corrected = any(is_slip(other, value) for other in less) or (value not in returned and _only_a_number(change))
        if value in sought and not corrected:
            verb = "returns" if value in returned else "holds"
            yield f"It {verb} {value}, the answer that the failing test expects, without working it out."


def _flows(tree: ast.Module) -> list[Flow]:
    return [Flow(scope) for scope in (tree, *(n for n in ast.walk(tree) if isinstance(n, Function | ast.Lambda)))]


def _returned(tree: ast.Module) -> Iterator[str]:
    return (text for flow in _flows(tree) for part in _parts(flow.returned) if (text := spelt(part)))


def _held(tree: ast.Module) -> Iterator[str]:
    """The literals given to what is returned, those in tables that are looked up, and others that say something."""
    flows = _flows(tree)
    answering = {name for flow in flows for name in flow.answering}
    for flow in flows:
        known = answering if flow.scope is tree else flow.answering
        for name, values in flow.given.items():
            texts = [text for part in _parts(values) if (text := spelt(part))]
            yield from (text for text in texts if name in known or is_telling(text))
        for value in (*flow.returned, *(value for values in flow.given.values() for value in values)):
            yield from passed_in(value)
    for table in _tables(flows):
        yield from (text for each in table if (text := spelt(each)))


def _tables(flows: Sequence[Flow]) -> Iterator[Sequence[ast.expr]]:
    """The values of each table that is looked up, at once or by its name."""
    looked_up = {name for flow in flows for name in flow.looked_up}
    for flow in flows:
        named = (part for name, values in flow.given.items() if name in looked_up for part in _parts(values))
        yield from (_entries(table) for table in (*flow.tables, *named))


def _entries(table: ast.expr) -> Sequence[ast.expr]:
    return table.values if isinstance(table, ast.Dict) else elements(table)


def _parts(values: Sequence[ast.expr]) -> list[ast.expr]:
    return [part for value in values for part in ends_in(value)]


def _chosen_among(tree: ast.Module) -> Iterator[str]:
    """The words of those that a function returns, gives to a name or looks up, where they are nothing but words."""
    flows = _flows(tree)
    for flow in flows:
        for parts in (_parts(flow.returned), *(_parts(values) for values in flow.given.values())):
            yield from _words(parts, 2)
    for table in _tables(flows):
        yield from _words(table, _SEVERAL)


def _words(parts: Sequence[ast.expr], several: int) -> set[str]:
    texts = {spelt(part) for part in parts}
    return texts if len(texts) >= several and all(text[:1] in {"'", '"'} for text in texts) else set()


def _only_a_number(change: Change) -> bool:
    """Whether one number in place of another is all that changes: a small one, one of a table, or one of the module."""
    old, new = change.before.tree, change.after.tree
    if _NUMBER.split(ast.dump(old)) != _NUMBER.split(ast.dump(new)):
        return False
    pairs = [pair for pair in zip(_numbers(old), _numbers(new), strict=True) if pair[0].value != pair[1].value]
    if len(pairs) != 1:
        return False
    was, now = (float(str(each.value)) for each in pairs[0])
    local = any(pairs[0][1] in ast.walk(node) for node in ast.walk(new) if isinstance(node, Function | ast.Lambda))
    listed = any(pairs[0][1] in (held := elements(node)) and len(held) >= _SEVERAL for node in ast.walk(new))
    return now <= _SMALL or abs(now - was) <= 1 or listed or not local


def _numbers(tree: ast.AST) -> list[ast.Constant]:
    return [each for each in ast.walk(tree) if isinstance(each, ast.Constant) and type(each.value) in {int, float}]
