"""A failure in plain words: what was said, which way it came, what the values were; and what its fixes do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from winnow.repair.guilt import guilty
from winnow.repair.scene import scene_of
from winnow.repair.telling import values_of
from winnow.text import bare_lines
from winnow.words import evidence_says, short_name

if TYPE_CHECKING:
    from winnow.facts import TestResult
    from winnow.session import Folder, Session


async def explain_fixes(failure: TestResult, folder: Folder, session: Session) -> str:
    """What each proven fix of a failing test changes and why that mends it, in plain words."""
    fixes = session.standing_fixes(folder.key(failure.test))
    told = [
        "\n".join(
            filter(None, [fix.title, fix.suggestion.candidate.explanation, evidence_says(fix.suggestion.evidence)])
        )
        for fix in fixes
    ]
    return "\n\n".join(told) or f"No fix of {short_name(failure.test)} is proven on the code as it is now."


async def explain(failure: TestResult, folder: Folder, session: Session) -> str:
    """What happened in a failing test, with the values of the function most likely at fault, line by line."""
    parts = [f"{short_name(failure.test)} {failure.outcome.value}: {failure.message.strip()}"]
    steps = [f"  {frame.path}:{frame.line + 1} in {frame.name}" for frame in failure.frames]
    if steps:
        parts.append("\n".join(["The way there:", *steps]))
    if folder.prover is not None and session.settings.trusted:
        scene = await scene_of(failure, folder, folder.prover, session)
        suspect = guilty(scene)
        values = await values_of(scene, suspect) if suspect else ""
        if suspect and values:
            where = f"What happened in `{suspect.unit}` ({Path(suspect.path).name}), line by line:"
            parts.append("\n".join([where, *(f"  {line}" for line in bare_lines(values))]))
    return "\n\n".join(parts)
