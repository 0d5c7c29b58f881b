"""Values as text that a person can read, and that is the same in every run: fields instead of addresses.

Beyond the values' own ``repr`` nothing of the project runs: no property, no ``__getattr__``, no iterator of its own.
"""

from __future__ import annotations

import re
from types import GetSetDescriptorType, MemberDescriptorType
from typing import Any, Dict, Iterable, Iterator, List, Tuple

LONGEST = 100
DEEPEST, OBJECT = 6, 2
"""How deep a value is shown, and how much deeper each object goes: objects hold each other, and may form rings."""
MOST_SORTED = 1000
"""A larger set is shown in the order it has."""
_ADDRESS = re.compile(r" at (0x[0-9A-Fa-f]+)(?=[>,])")
_BRACKETS: Dict[type, Tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
    dict: ("{", "}"),
}


def shown(value: Any) -> str:
    """A value, short enough to read."""
    try:
        return _cut(_written(value, 0))
    except Exception as error:  # noqa: BLE001 - the project's own repr may raise anything
        return f"<{type(error).__name__} when shown>"


def without_addresses(text: str) -> str:
    """A text in which objects are told apart by numbers, in order of appearance, and a lone one has none."""
    found = list(dict.fromkeys(_ADDRESS.findall(text)))
    numbers = {address: f" #{number}" if len(found) > 1 else "" for number, address in enumerate(found, 1)}
    return _ADDRESS.sub(lambda match: numbers[match[1]], text)


def is_plain_object(value: Any) -> bool:
    """Whether an object says no more of itself than where it is."""
    own: Any = type(value).__repr__
    return own is object.__repr__


def fields_of(value: Any) -> Iterator[Tuple[str, Any]]:
    """What an object holds, by name: its slots, then its dictionary, in the order in which they were made."""
    for kind in reversed(type(value).__mro__):
        for name, member in vars(kind).items() if "__slots__" in vars(kind) else ():
            if isinstance(member, MemberDescriptorType):
                try:
                    yield name, member.__get__(value, type(value))
                except AttributeError:  # a slot that holds nothing
                    continue
    for kind in type(value).__mro__:
        own = vars(kind).get("__dict__")
        if isinstance(own, GetSetDescriptorType):
            yield from list(own.__get__(value, type(value)).items())
            return


def _written(value: Any, depth: int) -> str:
    kind = type(value)
    if kind in _BRACKETS:
        return _collection(value, depth)
    if is_plain_object(value):
        parts = (f"{name}={_written(part, depth + OBJECT)}" for name, part in fields_of(value))
        return f"{kind.__name__}({'...' if depth >= DEEPEST else _joined(parts)})"
    if kind in (str, bytes) and len(value) > LONGEST:
        value = value[:LONGEST]
    return without_addresses(repr(value))


def _collection(value: Any, depth: int) -> str:
    first, last = _BRACKETS[type(value)]
    if not value:
        return repr(value)
    if depth >= DEEPEST:
        return f"{first}...{last}"
    if isinstance(value, dict):
        return first + _joined(f"{_written(k, depth + 1)}: {_written(v, depth + 1)}" for k, v in value.items()) + last
    parts: Iterable[str] = (_written(part, depth + 1) for part in value)
    if isinstance(value, (set, frozenset)) and len(value) <= MOST_SORTED:
        parts = sorted(parts)
    one = "," if isinstance(value, tuple) and len(value) == 1 else ""
    return f"{first}{_joined(parts)}{one}{last}"


def _joined(parts: Iterable[str]) -> str:
    """Parts with commas, as many as fit: of what is too long only the beginning is made."""
    found: List[str] = []
    length = 0
    for part in parts:
        found.append(part)
        length += len(part) + 2
        if length > LONGEST:
            break
    return ", ".join(found)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
