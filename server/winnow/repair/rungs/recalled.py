"""Earlier proven fixes, made again: the same slip often stands in more than one place, and comes back.

Similar is what has the very lines that an earlier fix replaced; no embedding is asked.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from winnow.facts import Candidate, Edit, Origin
from winnow.repair.candidates import versions
from winnow.repair.remembering import RECALLED, remember
from winnow.repair.trying import Proposed
from winnow.text import bare_lines
from winnow.uris import uri_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from winnow.journal import Lesson
    from winnow.mend import Suspect
    from winnow.repair.scene import Scene
    from winnow.repair.search import Search

BELIEF = 0.75
"""Of a lesson that would always help, against a program that a model wrote for this very failure."""
USELESS = 0.2
"""A lesson that helps less often is not tried any more."""


async def climb(search: Search) -> AsyncGenerator[Proposed, None]:
    """What mended the same lines before, in every suspect that has them: what helps most often first."""
    session = search.scene.session
    useful = [lesson for lesson in reversed(session.lessons) if lesson.utility >= USELESS]
    for lesson in sorted(useful, key=lambda each: -each.utility):
        suspects = search.scene.suspects
        for suspect in [each for each in suspects if each.unit] or suspects:  # a whole file holds the others
            for edit in applied(lesson, suspect, search.scene):
                proposed = _proposed(edit, lesson, search.scene)
                yield proposed
                proven = any(each.candidate is proposed.candidate for each in search.survivors)
                remember(lesson, session, helped=proven)


def applied(lesson: Lesson, suspect: Suspect, scene: Scene) -> Iterator[Edit]:
    """A lesson's edit at every place of a suspect where its lines stand again, with the line ends of that file."""
    text = scene.snapshot.documents[uri_of(suspect.path)].text
    lines = bare_lines(str(text))
    length = len(lesson.before)
    for number in range(suspect.start_line, suspect.end_line - length + 2):
        found = lines[number : number + length]
        if tuple(line.strip() for line in found) == lesson.before:
            start = text.offset(number, 0)
            end = text.offset(number + length - 1, len(found[-1]))
            after = _at_margin(lesson.after, found[0])
            yield Edit(uri=uri_of(suspect.path), start=start, end=end, text=text.line_end.join(after))


def _at_margin(lines: tuple[str, ...], like: str) -> list[str]:
    """Lines moved so that the first is as deep as another line."""
    had = len(lines[0]) - len(lines[0].lstrip())
    margin = like[: len(like) - len(like.lstrip())]
    return [margin + line[had:] if line.strip() else line for line in lines]


def _proposed(edit: Edit, lesson: Lesson, scene: Scene) -> Proposed:
    candidate = Candidate(
        id=uuid.uuid4().hex,
        edits=(edit,),
        versions=versions((edit,), scene),
        origin=Origin(provider="embedded", model=RECALLED),
        title=f"{lesson.title}, as before",
        explanation=lesson.explanation,
    )
    return Proposed(candidate=candidate, weight=BELIEF * lesson.utility)
