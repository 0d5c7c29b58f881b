"""Which of several repairs that pass every test comes first, and when they are too different to choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.mend.proposal import Proposal

_TERM = 10  # characters that make no difference to how large a change looks
_CLEAR = 2.0  # a rival that behaves differently must be so many times less likely


def size(proposal: Proposal) -> int:
    """How much a proposal changes, in characters removed and written."""
    return sum(edit.end - edit.start + len(edit.text) for edit in proposal.edits)


def rank(survivors: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """The survivors of all tests: fewest edits first, then the likeliest for its size."""
    return tuple(sorted(survivors, key=lambda p: (len(p.edits), -p.weight / (_TERM + size(p)), p.title)))


def agreed(survivors: Sequence[tuple[Proposal, Sequence[str]]]) -> tuple[Proposal, ...]:
    """The survivors worth offering, best first, judged by what each does on generated inputs; none if unclear.

    Each survivor comes with its outcomes, one for every input and in the same order. Those that behave alike
    stand together and lend each other weight (CodeT's dual agreement, Chen et al. 2022); a group is chosen
    only if it is clearly more likely than every group that behaves differently.
    """
    groups: dict[tuple[str, ...], list[Proposal]] = {}
    for proposal, outcomes in survivors:
        groups.setdefault(tuple(outcomes), []).append(proposal)
    weighed = sorted(groups.values(), key=lambda group: -sum(p.weight for p in group))
    if not weighed:
        return ()
    if len(weighed) > 1 and _belief(weighed[0]) < _CLEAR * _belief(weighed[1]):
        return ()
    return rank(weighed[0])


def _belief(group: Sequence[Proposal]) -> float:
    return sum(proposal.weight for proposal in group)
