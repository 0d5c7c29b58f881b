"""Earlier proven fixes, made again: the same slip often stands in more than one place, and comes back.

Similar is what has the very lines that an earlier fix replaced; no embedding is asked.
"""

from __future__ import annotations

import difflib
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winnow.facts import Candidate, Edit
from winnow.repair.candidates import versions
from winnow.repair.trying import Proposed
from winnow.workspace import apply, uri_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from winnow.findings import Fix
    from winnow.mend import Suspect
    from winnow.repair.scene import Scene
    from winnow.repair.search import Search

BELIEF = 0.5
"""A person who saw the same lines mended the same way before is likely to want it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Lines, without their margins, that became others."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    title: str


async def climb(search: Search) -> AsyncGenerator[Proposed, None]:
    """What mended the same lines before, in every suspect that has them, the latest lesson first."""
    scene = search.scene
    for fix in reversed(scene.session.mended):
        for lesson in _lessons(fix):
            for suspect in scene.suspects:
                for edit in _applied(lesson, suspect, scene):
                    yield _proposed(edit, lesson, fix, scene)


def _lessons(fix: Fix) -> Iterator[Lesson]:
    """The lines that a fix replaced; what only adds lines teaches nothing of where they belong."""
    for uri, text in apply(fix.suggestion.candidate.edits, fix.snapshot).items():
        before, after = str(fix.snapshot.documents[uri].text).splitlines(), text.splitlines()
        for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if tag == "replace" and any(line.strip() for line in before[a:b]):
                yield Lesson(
                    before=tuple(line.strip() for line in before[a:b]),
                    after=tuple(after[c:d]),
                    title=fix.suggestion.candidate.title.partition(" in `")[0],
                )


def _applied(lesson: Lesson, suspect: Suspect, scene: Scene) -> Iterator[Edit]:
    text = scene.snapshot.documents[uri_of(suspect.path)].text
    lines = str(text).splitlines()
    length = len(lesson.before)
    for number in range(suspect.start_line, suspect.end_line - length + 2):
        found = lines[number : number + length]
        if tuple(line.strip() for line in found) == lesson.before:
            start = text.offset(number, 0)
            end = text.offset(number + length - 1, len(found[-1]))
            yield Edit(uri=uri_of(suspect.path), start=start, end=end, text=_at_margin(lesson.after, found[0]))


def _at_margin(lines: tuple[str, ...], like: str) -> str:
    """Lines moved so that the first is as deep as another line."""
    had = len(lines[0]) - len(lines[0].lstrip())
    margin = like[: len(like) - len(like.lstrip())]
    return "\n".join(margin + line[had:] if line.strip() else line for line in lines)


def _proposed(edit: Edit, lesson: Lesson, fix: Fix, scene: Scene) -> Proposed:
    candidate = Candidate(
        id=uuid.uuid4().hex,
        edits=(edit,),
        versions=versions((edit,), scene),
        origin=fix.suggestion.candidate.origin,
        title=f"{lesson.title}, as before",
        explanation=fix.suggestion.candidate.explanation,
    )
    return Proposed(candidate=candidate, weight=BELIEF)
