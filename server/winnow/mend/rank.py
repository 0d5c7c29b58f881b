"""Which of several repairs that pass every test comes first, and when they are too different to choose.

What counts is how much is believed of each, not how many they are: small edits are enumerated, so that many amount to
the same whether it is right or not. Programs that were drawn independently of one another are weighed by their number
instead, see ``choose``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from winnow.facts import Edit

_TERM = 10  # characters that make no difference to how large a change looks
_CLEAR = 2.0  # a rival that behaves differently must be so many times less likely


class Repair(Protocol):
    """A change with how much is believed of it."""

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What it changes."""

    @property
    def weight(self) -> float:
        """A share of belief, comparable between the repairs of one search."""

    @property
    def title(self) -> str:
        """What to call it."""


R = TypeVar("R", bound=Repair)


def rank(survivors: Sequence[R]) -> tuple[R, ...]:
    """The survivors of all tests: fewest edits first, then the likeliest for its size."""

    def order(repair: R) -> tuple[int, float, str]:
        size = sum(edit.end - edit.start + len(edit.text) for edit in repair.edits)
        return len(repair.edits), -repair.weight / (_TERM + size), repair.title

    return tuple(sorted(survivors, key=order))


def alike(survivors: Sequence[tuple[R, Sequence[str]]]) -> Mapping[tuple[str, ...], Sequence[R]]:
    """The survivors by what each does on generated inputs, the most believed behaviour first.

    Each survivor comes with its outcomes, one for every input and in the same order. Those that behave alike
    stand together and lend each other weight (CodeT's dual agreement, Chen et al. 2022).
    """
    groups: dict[tuple[str, ...], list[R]] = {}
    for repair, outcomes in survivors:
        groups.setdefault(tuple(outcomes), []).append(repair)
    return dict(sorted(groups.items(), key=lambda group: -belief(group[1])))


def belief(group: Sequence[Repair]) -> float:
    """How much is believed of those that behave alike, together."""
    return sum(repair.weight for repair in group)


def is_clear(groups: Mapping[tuple[str, ...], Sequence[Repair]]) -> bool:
    """Whether the first behaviour is far more believed than every other; True where there is no other."""
    first, *others = (belief(group) for group in groups.values())
    return not others or first >= _CLEAR * others[0]
