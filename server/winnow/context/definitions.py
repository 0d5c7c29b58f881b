"""Signatures of the names in play: what the lines around the cursor speak of and another place defines."""

from __future__ import annotations

import builtins
import keyword
import re
from typing import TYPE_CHECKING

from winnow.context.sources import Piece
from winnow.facts import Excerpt
from winnow.paths import is_of_tests
from winnow.uris import path_of, uri_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.context.sources import Definition, Known

_NAME = re.compile(r"[^\W\d]\w+")
_MEMBER = re.compile(r"\.\s*([^\W\d]\w+)")
"""A name behind a dot: only there can a method or an attribute be meant."""
_ABOVE, _BELOW = 25, 5
_MOST_NAMES = 40
_AMBIGUOUS = 3
"""A name defined in more places than this says nothing about which one is meant."""
_UNTOLD = frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "self", "cls"})


def definitions(known: Known) -> Iterator[Piece]:
    """The heads of what is named near the cursor, the nearest first."""
    if known.names is None:
        return
    here = path_of(known.document.uri)
    members = set(_MEMBER.findall(_near(known.context.before, known.context.after)))
    for rank, (name, distance) in enumerate(names_in_play(known.context.before, known.context.after)):
        found = [
            each
            for each in known.names.find(name, _AMBIGUOUS)
            if each.signature.strip()
            and (name in members or not each.container)
            and (is_of_tests(here) or not is_of_tests(path_of(each.path)))
        ]
        elsewhere = [each for each in found if path_of(each.path) != here]
        if not elsewhere or len(elsewhere) > _AMBIGUOUS or len(elsewhere) < len(found):
            continue  # what this file defines itself is read with it
        for definition in elsewhere:
            yield _piece(definition, distance, 0.9 - 0.5 * rank / _MOST_NAMES - 0.1 * (len(elsewhere) - 1))


def _near(before: str, after: str) -> str:
    return "\n".join([*before.rsplit("\n", _ABOVE)[-_ABOVE:], *after.split("\n", _BELOW)[:_BELOW]])


def names_in_play(before: str, after: str) -> list[tuple[str, int]]:
    """The names near the cursor, each with how many lines away it stands, the nearest first."""
    distances: dict[str, int] = {}
    above = before.rsplit("\n", _ABOVE)[-_ABOVE:]
    for distance, line in enumerate(reversed(above)):
        for match in reversed(list(_NAME.finditer(line))):
            distances.setdefault(match.group(), distance)
    for distance, line in enumerate(after.split("\n", _BELOW)[:_BELOW]):
        for match in _NAME.finditer(line):
            distances.setdefault(match.group(), distance)
    told = ((name, distance) for name, distance in distances.items() if name not in _UNTOLD)
    return sorted(told, key=lambda pair: pair[1])[:_MOST_NAMES]


def _piece(definition: Definition, distance: int, worth: float) -> Piece:
    where = "on this line" if distance == 0 else f"{distance} line{'s' if distance > 1 else ''} away"
    why = f"defines {definition.name}, which stands {where}"
    text = (
        f"class {definition.container}:\n    {definition.signature}" if definition.container else definition.signature
    )
    return Piece(excerpt=Excerpt(uri=uri_of(definition.path), text=text, why=why), worth=worth)
