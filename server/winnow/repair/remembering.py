"""What a proven fix teaches: lines that became others, and how often that helped again (MemRL, 2026)."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING

from winnow.journal import Lesson
from winnow.session import LESSONS_KEPT, now
from winnow.text import bare_lines
from winnow.workspace import apply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.findings import Fix
    from winnow.session import Session

RECALLED, UNDONE = "recalled", "undone"
"""The origins of what a lesson proposes and of what is put back, which teach nothing new."""


def learn_from(fix: Fix, session: Session) -> None:
    """Remember the lines that a fix replaced, for this session and those to come."""
    if fix.suggestion.candidate.origin.model not in {RECALLED, UNDONE}:
        for lesson in _lessons(fix):
            remember(lesson, session, helped=True)


def remember(lesson: Lesson, session: Session, *, helped: bool) -> None:
    """Count one more outcome of a lesson."""
    known = next((each for each in session.lessons if each == lesson), lesson)
    grown = replace(known, helped=known.helped + helped, tried=known.tried + 1)
    session.lessons = (*(each for each in session.lessons if each != lesson), grown)[-LESSONS_KEPT:]
    session.journal.teach(lesson, now(), helped=helped)


def _lessons(fix: Fix) -> Iterator[Lesson]:
    """The lines that became others; what only adds lines teaches nothing of where they belong."""
    for uri, text in apply(fix.suggestion.candidate.edits, fix.snapshot).items():
        before, after = bare_lines(str(fix.snapshot.documents[uri].text)), bare_lines(text)
        for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if tag == "replace" and any(line.strip() for line in before[a:b]):
                yield Lesson(
                    before=tuple(line.strip() for line in before[a:b]),
                    after=tuple(after[c:d]),
                    title=fix.suggestion.candidate.title.partition(" in `")[0],
                    explanation=fix.suggestion.candidate.explanation,
                )
