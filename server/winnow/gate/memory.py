"""What was put before the person lately, what awaits their answer, and what they rejected and where."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winnow.facts import Candidate, Context
    from winnow.gate.scene import Showing

PAST_KEPT = 30
PENDING_KEPT = 32
REJECTIONS_KEPT = 400
_TAIL = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A suggestion whose fate is not known yet, with what it takes to learn from it."""

    candidate_id: str
    showing: Showing
    place: str
    inputs: Mapping[str, float]
    logit: float
    kept_logit: float
    settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The recent past, newest last."""

    past: tuple[Showing, ...] = ()
    pending: tuple[Pending, ...] = ()
    rejections: tuple[str, ...] = ()

    def with_pending(self, pending: Pending) -> Memory:
        """This memory after a suggestion was shown."""
        others = tuple(each for each in self.pending if each.candidate_id != pending.candidate_id)
        return replace(
            self,
            past=(*self.past, pending.showing)[-PAST_KEPT:],
            pending=(*others, pending)[-PENDING_KEPT:],
        )

    def find(self, candidate_id: str) -> Pending | None:
        """The shown suggestion of that candidate, if it is remembered."""
        return next((each for each in self.pending if each.candidate_id == candidate_id), None)

    def settle(self, pending: Pending, *, taken: bool) -> Memory:
        """This memory after the fate of a suggestion became known; a rejection is kept with its place."""
        settled = replace(pending.showing, taken=taken)
        rejections = self.rejections
        if taken:
            rejections = tuple(each for each in rejections if each != pending.place)
        elif pending.place not in rejections:
            rejections = (*rejections, pending.place)[-REJECTIONS_KEPT:]
        return Memory(
            past=tuple(settled if each is pending.showing else each for each in self.past),
            pending=tuple(replace(each, settled=True) if each is pending else each for each in self.pending),
            rejections=rejections,
        )


def place_of(context: Context, candidate: Candidate) -> str:
    """A short digest of what a candidate makes of the place it stands in.

    Made of the line it completes and the one above, so what was rejected stays rejected while the user types along it,
    and lines that move elsewhere in the file do not bring it back.
    """
    start = context.before.rfind("\n") + 1
    above = context.before[:start].rstrip()[-_TAIL:]
    makes = (context.before[start:] + candidate.text).strip()
    return hashlib.blake2b(f"{context.moment.uri}\0{above}\0{makes}".encode(), digest_size=8).hexdigest()
