"""Inputs like those the tests give: to see whether two repairs that pass every test behave alike beyond them.

What holds of every observed input is kept (signs, order, distinct items, lengths, alphabets, and how numbers
and lengths compare), in the manner of Daikon's likely invariants (Ernst et al. 2001), so that a function is
not judged where nobody meant it to work.
"""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from itertools import permutations
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Arguments = tuple[Any, ...]
_LARGE = 10_000  # what is larger in every input is left as it is: varying it makes slow runs
_TRIES = 20  # attempts for each input wanted


@dataclass(frozen=True, slots=True)
class _Likely:
    """What held of all observed inputs."""

    traits: dict[tuple[object, ...], frozenset[str]]
    alphabets: dict[tuple[object, ...], frozenset[str]]
    relations: frozenset[tuple[int, int, str]]

    def allows(self, arguments: Arguments) -> bool:
        """Whether all of it holds of other inputs, too."""
        for path, value in _parts(arguments, ()):
            if not self.traits.get(path, frozenset()) <= _traits(value):
                return False
            if isinstance(value, str) and not set(value) <= self.alphabets.get(path, frozenset(value)):
                return False
        return self.relations <= _relations(arguments)


def vary(observed: Sequence[Arguments], count: int, seed: int = 0, *, bold: bool = False) -> list[Arguments]:
    """The observed inputs, then up to ``count`` new ones made from them; the same for the same seed.

    Numbers, texts and collections change a little; an object is exchanged for another of its class that the
    same input holds. Nothing observed is changed. ``bold``: also where nobody may have meant the function to work.
    """
    if not observed:
        return []
    chance = Random(seed)  # noqa: S311 - variety, not secrecy
    likely = _learn(observed)
    found = list(observed)
    seen = {repr(arguments) for arguments in observed}
    for _ in range(count * _TRIES):
        if len(found) >= len(observed) + count:
            break
        arguments = _varied(observed, found, chance)
        if repr(arguments) not in seen and (bold or likely.allows(arguments)):
            seen.add(repr(arguments))
            found.append(arguments)
    return found


def _learn(observed: Sequence[Arguments]) -> _Likely:
    traits: dict[tuple[object, ...], frozenset[str]] = {}
    alphabets: dict[tuple[object, ...], frozenset[str]] = {}
    for arguments in observed:
        for path, value in _parts(arguments, ()):
            traits[path] = traits.get(path, _traits(value)) & _traits(value)
            if isinstance(value, str):
                alphabets[path] = alphabets.get(path, frozenset()) | frozenset(value)
    relations = frozenset.intersection(*(_relations(arguments) for arguments in observed))
    return _Likely(traits, alphabets, relations)


def _parts(value: object, path: tuple[object, ...]) -> Iterator[tuple[tuple[object, ...], object]]:
    """A value and what it holds, with where: arguments by position, items of collections all alike."""
    yield path, value
    if isinstance(value, tuple) and len(path) == 0:
        for index, part in enumerate(value):
            yield from _parts(part, (index,))
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from _parts(part, (*path, "item"))
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _parts(key, (*path, "key"))
            yield from _parts(part, (*path, "value"))


def _traits(value: object) -> frozenset[str]:
    found = {type(value).__name__}
    if isinstance(value, int | float) and not isinstance(value, bool):
        found |= {name for name, holds in {"at least 0": value >= 0, "above 0": value > 0}.items() if holds}
        found |= {"above 1"} if value > 1 else set()
    if isinstance(value, str | list | tuple | dict | set):
        found |= {f"length {len(value)}"} | ({"not empty"} if value else set())
    if isinstance(value, list | tuple):
        found |= _order(value)
    return frozenset(found)


def _order(values: Sequence[Any]) -> set[str]:
    found = {"distinct"} if len({repr(v) for v in values}) == len(values) else set()
    with suppress(TypeError):  # what has no order is not ascending
        found |= {"ascending"} if list(values) == sorted(values) else set()
    return found


def _relations(arguments: Arguments) -> frozenset[tuple[int, int, str]]:
    """How the numbers among the arguments, and the lengths of the others, compare."""
    sizes = {i: size for i, value in enumerate(arguments) if (size := _size(value)) is not None}
    found = set()
    for one, other in permutations(sizes, 2):
        found |= {(one, other, "<")} if sizes[one] < sizes[other] else set()
        found |= {(one, other, "<=")} if sizes[one] <= sizes[other] else set()
    return frozenset(found)


def _size(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    return len(value) if isinstance(value, str | list | tuple | dict | set) else None


def _varied(observed: Sequence[Arguments], found: Sequence[Arguments], chance: Random) -> Arguments:
    arguments = list(deepcopy(chance.choice(found if chance.random() < 0.5 else observed)))  # noqa: PLR2004 - evenly
    for _ in range(chance.choice((1, 1, 2, 3))):
        if not arguments:
            break
        index = chance.randrange(len(arguments))
        if chance.random() < 0.1:  # noqa: PLR2004 - now and then another observed value of the same argument
            other = chance.choice(observed)
            arguments[index] = deepcopy(other[index]) if index < len(other) else arguments[index]
        elif hasattr(arguments[index], "__dict__"):
            arguments[index] = chance.choice(_alike(arguments[index], arguments))
        else:
            arguments[index] = _changed(arguments[index], chance)
    return tuple(arguments)


def _alike(value: object, arguments: Sequence[object]) -> list[object]:
    """The objects of the same class that can be reached from the arguments, each once."""
    found: dict[int, object] = {}
    waiting = list(arguments)
    visited: set[int] = set()
    while waiting:
        each = waiting.pop()
        if id(each) in visited:
            continue
        visited.add(id(each))
        if type(each) is type(value):
            found[id(each)] = each
        if isinstance(each, dict):
            waiting += [*each.keys(), *each.values()]
        elif isinstance(each, list | tuple | set | frozenset):
            waiting += list(each)
        elif hasattr(each, "__dict__"):
            waiting += list(vars(each).values())
    return list(found.values())


def _changed(value: Any, chance: Random) -> Any:
    for kinds, change in _CHANGES:
        if isinstance(value, kinds):
            return change(value, chance)
    return value


def _number(value: float, chance: Random) -> float:
    if abs(value) > _LARGE:
        return value
    steps = (value + 1, value - 1, value * 2, value // 2, value + chance.randint(-10, 10), 0, 1)
    return chance.choice(steps)


def _text(value: str, chance: Random) -> str:
    letters = [*value]
    place = chance.randrange(len(letters) + 1)
    match chance.randrange(4):
        case 0:
            letters[place : place + 1] = []
        case 1 if letters:
            letters.insert(place, chance.choice(letters))
        case 2:
            chance.shuffle(letters)
        case _:
            letters = letters[place:] + letters[:place]
    return "".join(letters)


def _items(value: list[Any], chance: Random) -> list[Any]:
    items = list(value)
    ascending = "ascending" in _order(items) and len(items) > 1
    place = chance.randrange(len(items) + 1)
    match chance.randrange(5):
        case 0:
            items[place : place + 1] = []
        case 1 if items:
            items.insert(place, deepcopy(chance.choice(items)))
        case 2:
            chance.shuffle(items)
        case 3 if items:
            place = chance.randrange(len(items))
            items[place] = _changed(items[place], chance)
        case _ if items:
            items.insert(place, _changed(deepcopy(chance.choice(items)), chance))
    if ascending and chance.random() < 0.7:  # noqa: PLR2004 - mostly kept in order
        with suppress(TypeError):  # what was changed may no longer compare with the rest
            return sorted(items)
    return items


def _entries(value: dict[Any, Any], chance: Random) -> dict[Any, Any]:
    entries = dict(value)
    if entries:
        key = chance.choice(list(entries))
        if chance.random() < 0.3:  # noqa: PLR2004 - fewer entries now and then
            del entries[key]
        else:
            entries[key] = _changed(entries[key], chance)
    return entries


_CHANGES: tuple[tuple[type | tuple[type, ...], Callable[[Any, Random], Any]], ...] = (
    (bool, lambda value, _: not value),
    ((int, float), _number),
    (str, _text),
    (list, _items),
    (tuple, lambda value, chance: tuple(_changed(part, chance) for part in value)),
    (dict, _entries),
)
