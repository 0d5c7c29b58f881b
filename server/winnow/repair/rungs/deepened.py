"""A second small edit on top of one that mends a part: two slips in one function are found one after the other.

What turned the failing test green and left others of the same function red is the best place to go on from: one round
over the edits of a program that is half mended, instead of one over all pairs of edits.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from winnow.mend import propose
from winnow.repair.candidates import of_proposal
from winnow.repair.rungs.edited import time_left
from winnow.uris import path_of, uri_of
from winnow.workspace import apply

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from winnow.facts import Edit
    from winnow.mend import Proposal
    from winnow.repair.scene import Scene
    from winnow.repair.search import Search
    from winnow.repair.trying import Proposed, Tried

PARTS = 2
"""Of the edits that mend a part, the likeliest."""
MOST = 60
"""Further edits that are tried on each."""


async def climb(search: Search) -> AsyncGenerator[Proposed, None]:
    """The likeliest edits of a half-mended program, while nothing survives and the time of this rung lasts."""
    for part in sorted(search.parts, key=lambda each: -each.weight)[:PARTS]:
        for proposed in await asyncio.to_thread(_further, part, search.scene):
            if search.survivors or not time_left(search):
                return
            yield proposed


def _further(part: Tried, scene: Scene) -> list[Proposed]:
    texts = {path_of(uri): text for uri, text in apply(part.candidate.edits, scene.snapshot).items()}
    proposals = propose({**scene.sources, **texts}, scene.suspects, part.left, pairs=0)
    return [both for each in islice(proposals, MOST) if (both := _together(part, each, scene)) is not None]


def _together(part: Tried, further: Proposal, scene: Scene) -> Proposed | None:
    """Both edits as one candidate against the text as it is; None where they overlap."""
    edits = list(part.candidate.edits)
    for edit in further.edits:
        moved = _moved_back(replace(edit, uri=uri_of(edit.uri)), part.candidate.edits)
        if moved is None:
            return None
        edits.append(moved)
    second = of_proposal(further, scene)
    candidate = replace(
        second.candidate,
        edits=tuple(sorted(edits, key=lambda edit: (edit.uri, edit.start))),
        versions={**part.candidate.versions, **second.candidate.versions},
        title=f"{part.candidate.title.rpartition(' in ')[0]}, and {second.candidate.title}",
        explanation=f"{part.candidate.explanation} {second.candidate.explanation}".strip(),
    )
    return replace(second, candidate=candidate, weight=part.weight * second.weight)


def _moved_back(edit: Edit, before: tuple[Edit, ...]) -> Edit | None:
    """An edit of the text that others made, as one of the text before them; None where it touches theirs."""
    shift = 0
    for each in sorted((other for other in before if other.uri == edit.uri), key=lambda other: other.start):
        start = each.start + shift
        if edit.end < start:
            break
        if edit.start <= start + len(each.text):
            return None
        shift += len(each.text) - (each.end - each.start)
    return replace(edit, start=edit.start - shift, end=edit.end - shift)
