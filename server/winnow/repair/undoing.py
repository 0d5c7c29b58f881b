"""What was changed since the test passed or was committed, put back piece by piece: what mends it is what broke it.

This is what delta debugging looks for (Zeller, "Yesterday, my program worked. Today, it does not. Why?", 1999). It
takes a run or two, where a search takes seconds, and stands below what mends the code as it is meant by now.
"""

from __future__ import annotations

import asyncio
import re
import uuid
from contextlib import aclosing
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import accumulate
from typing import TYPE_CHECKING

from winnow.facts import Candidate, Edit, Origin
from winnow.mend import brief, function_at
from winnow.repair.candidates import versions
from winnow.repair.confirming import AFTER, fails_again
from winnow.repair.remembering import UNDONE
from winnow.repair.trying import WRITTEN, Proposed, try_out
from winnow.text import Text, bare_lines
from winnow.uris import path_of
from winnow.words import count
from winnow.workspace import committed_texts

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

    from winnow.facts import Document
    from winnow.repair.scene import Scene
    from winnow.repair.trying import Tried

MOST = 6
"""Pieces that are put back, each alone; then all of them together."""
SECONDS = 5.0
LONGEST = 500
"""Lines between the first change of a file and the last; of more, nobody would have any put back."""
_LINE_END = re.compile(r"\r?\n")


async def undo(scene: Scene) -> Tried | None:
    """What was edited lately, or else differs from the last commit: the one piece of it that mends the failing test.

    All pieces together where none does alone; None where that does not help either.
    """
    if not scene.session.settings.repair_puts_back:
        return None
    try:
        async with asyncio.timeout(SECONDS), aclosing(_proposals(scene)) as proposals:
            refused: set[tuple[Edit, ...]] = set()
            async for proposed in proposals:
                if proposed.candidate.edits not in refused:
                    tried = await try_out(proposed, scene)
                    if tried.survives:
                        return tried if await fails_again(scene, AFTER) else None
                    refused.add(proposed.candidate.edits)
    except TimeoutError:
        scene.session.client.log(f"{scene.failure.test}: not all of what was changed could be put back in time.")
    return None


async def _proposals(scene: Scene) -> AsyncGenerator[Proposed]:
    for earlier, because in ((_edited, "The test passed while this stood here"), (_committed, "It is committed so")):
        for edits in await asyncio.to_thread(_pieces, earlier, scene):
            yield _proposed(edits, because, scene)


def _edited(scene: Scene) -> list[Document]:
    """The documents as they were before they were edited lately; nothing where the test did not pass then."""
    return [edited.document for edited in scene.session.recent_edits] if scene.passed_before else []


def _committed(scene: Scene) -> list[Document]:
    """The documents as they were committed last, with the line ends that they have now."""
    paths = {path_of(uri): document for uri, document in scene.snapshot.documents.items()}
    return [
        replace(paths[path], text=Text.of(_LINE_END.sub(paths[path].text.line_end, text)))
        for path, text in committed_texts(str(scene.folder.path), paths).items()
    ]


def _pieces(earlier: Callable[[Scene], list[Document]], scene: Scene) -> list[tuple[Edit, ...]]:
    """What stood where something else stands by now, that of the most suspect functions first; at last all of it."""
    found: list[Edit] = []
    for document in earlier(scene):
        now = scene.snapshot.documents.get(document.uri)
        if now is not None and path_of(document.uri) not in scene.frozen:
            found += _differences(document, now)
    found.sort(key=lambda edit: _rank(edit, scene))
    return [*((edit,) for edit in found[:MOST]), *([tuple(found)] if len(found) > 1 else [])]


def _differences(before: Document, now: Document) -> Iterator[Edit]:
    """Lines of one text in place of those of the other; not where nothing stood, as what was added may be wanted."""
    old, new = (re.split(r"(?<=\n)", str(document.text)) for document in (before, now))
    shared = min(len(old), len(new))
    top = next((at for at in range(shared) if old[at] != new[at]), shared)
    shared -= top
    tail = next((at for at in range(shared) if old[-1 - at] != new[-1 - at]), shared)
    above, below = old[top : len(old) - tail], new[top : len(new) - tail]
    if max(len(above), len(below)) > LONGEST:
        return
    starts = list(accumulate(map(len, new), initial=0))
    for tag, a, b, c, d in SequenceMatcher(None, above, below, autojunk=False).get_opcodes():
        text = "".join(above[a:b])
        if tag != "equal" and text.strip():
            yield Edit(uri=now.uri, start=starts[top + c], end=starts[top + d], text=text)


def _rank(edit: Edit, scene: Scene) -> int:
    line = _line(edit, scene)
    for rank, suspect in enumerate(scene.suspects):
        if suspect.path == path_of(edit.uri) and suspect.start_line <= line <= suspect.end_line:
            return rank
    return len(scene.suspects)


def _line(edit: Edit, scene: Scene) -> int:
    return scene.snapshot.documents[edit.uri].text.position(edit.start)[0]


def _proposed(edits: tuple[Edit, ...], because: str, scene: Scene) -> Proposed:
    candidate = Candidate(
        id=uuid.uuid4().hex,
        edits=edits,
        versions=versions(edits, scene),
        origin=Origin(provider="embedded", model=UNDONE),
        title=_title(edits, scene),
        explanation=f"{because}, and the test passes with it.",
    )
    return Proposed(candidate=candidate, weight=WRITTEN, stood=True)


def _title(edits: tuple[Edit, ...], scene: Scene) -> str:
    if len(edits) > 1:
        return f"put back what stood in {count(len(edits), 'place')}"
    (edit,) = edits
    lines = sorted((line.strip() for line in bare_lines(edit.text) if line.strip()), key=lambda line: line[0] == "#")
    more = f" and {count(len(lines) - 1, 'line')} more" if len(lines) > 1 else ""
    text = str(scene.snapshot.documents[edit.uri].text)
    unit = function_at(text, _line(edit, scene))
    return f"put back `{brief(lines[0])}`{more}" + (f" in `{unit}`" if unit else "")
