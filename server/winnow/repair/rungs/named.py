"""A name, a member or a module that is not there, by the failure's own words: answered as a checker's complaint.

A test whose import fails has run nothing, so no function is suspect; the words of the error name the line.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from winnow.mend import read, remedies
from winnow.repair.candidates import of_proposal
from winnow.repair.knowing import known_at
from winnow.uris import uri_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from winnow.mend import Complaint
    from winnow.repair.scene import Scene
    from winnow.repair.search import Search
    from winnow.repair.trying import Proposed

_ERROR = re.compile(r"(?:NameError|UnboundLocalError|AttributeError|ImportError|ModuleNotFoundError): .+")
MOST_STEPS = 4


async def climb(search: Search) -> AsyncGenerator[Proposed, None]:
    """The remedies of what the error says, at the lines of the project that it came through, the last one first."""
    scene = search.scene
    folder = scene.session.folder_of_path(scene.failure.path)
    for path, complaint in _complaints(scene):
        document = scene.snapshot.documents[uri_of(path)]
        known = await known_at(complaint, document, folder, scene.session)
        for proposal in await asyncio.to_thread(remedies, complaint, scene.sources[path], path, known):
            yield of_proposal(proposal, scene)


def _complaints(scene: Scene) -> Iterator[tuple[str, Complaint]]:
    found = _ERROR.search(scene.failure.message)
    for step in scene.steps[:MOST_STEPS] if found else ():
        text = scene.snapshot.documents[uri_of(step.path)].text
        start = text.offset(step.line, 0)
        complaint = read(found[0], str(text), start, start) if found else None
        if complaint is not None:
            yield step.path, complaint
