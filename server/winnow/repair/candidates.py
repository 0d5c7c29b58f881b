"""Edits as candidates: made against a scene's texts, with who made them."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from winnow.facts import Candidate, Edit, Origin
from winnow.repair.trying import Proposed
from winnow.uris import uri_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winnow.mend import Proposal
    from winnow.repair.scene import Scene


def of_proposal(proposal: Proposal, scene: Scene) -> Proposed:
    """A small edit of the embedded search."""
    edits = tuple(replace(edit, uri=uri_of(edit.uri)) for edit in proposal.edits)
    candidate = Candidate(
        id=uuid.uuid4().hex,
        edits=edits,
        versions=versions(edits, scene),
        origin=Origin(provider="embedded", model=proposal.kind),
        title=proposal.title,
        explanation=proposal.explanation,
    )
    return Proposed(candidate=candidate, weight=proposal.weight)


def versions(edits: tuple[Edit, ...], scene: Scene) -> Mapping[str, int]:
    """The versions of the documents that edits were made against."""
    return {edit.uri: scene.snapshot.documents[edit.uri].version for edit in edits}
