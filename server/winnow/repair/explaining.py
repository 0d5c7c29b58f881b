"""A failure in plain words: what was said, which way it came, what the values were; or only a nudge towards the fix."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from winnow.repair.scene import scene_of
from winnow.repair.telling import values_of
from winnow.words import short_name

if TYPE_CHECKING:
    from winnow.facts import TestResult
    from winnow.session import Fix, Folder, Session

NUDGES = MappingProxyType(
    {
        "arguments": "Look at what is handed to a call there.",
        "borrowed": "Another place of this code does the same thing, and does it right.",
        "calls": "Look at which function is called there, or whether it is.",
        "comparison": "Look at what happens where two values are equal.",
        "conditions": "Ask for which inputs a condition there holds, and for which it should.",
        "constants": "One of the fixed values there is not what the test expects.",
        "guards": "Think of an input that the code does not expect: an empty one, or none at all.",
        "missing": "Something that has to happen there does not happen at all.",
        "names": "Two things there have names that are easily taken for each other.",
        "off_by_one": "Count: where does it begin, and where does it end?",
        "operands": "Look at the order of what is combined there.",
        "operators": "Look at how two values are combined there.",
        "placement": "A statement stands at the wrong depth, or too early, or too late.",
        "returns": "Look at what is handed back, and when.",
        "slices": "Look at which part of a sequence is taken.",
        "updates": "Follow one variable through the loop: is it what it should be after each round?",
        "yields": "Look at what is handed on, one at a time.",
    }
)
"""What to think about, by the kind of the small edit that was proven; it never says the edit."""


async def explain(failure: TestResult, folder: Folder, session: Session) -> str:
    """What happened in a failing test, with the values of the function most likely at fault, line by line."""
    parts = [f"{short_name(failure.test)} {failure.outcome.value}: {failure.message.strip()}"]
    steps = [f"  {frame.path}:{frame.line + 1} in {frame.name}" for frame in failure.frames]
    if steps:
        parts.append("\n".join(["The way there:", *steps]))
    if folder.prover is not None and session.settings.trusted:
        scene = await scene_of(failure, folder, folder.prover, session)
        for suspect in scene.suspects[:1]:
            values = await values_of(scene, suspect)
            if values:
                where = f"What happened in `{suspect.unit}` ({Path(suspect.path).name}), line by line:"
                parts.append("\n".join([where, *(f"  {line}" for line in values.splitlines())]))
    return "\n\n".join(parts)


async def hint(failure: TestResult, folder: Folder, session: Session) -> str:
    """A nudge towards a fix that was proven, without the answer: where to look, and what to think about there."""
    fixes = session.standing_fixes(failure.test)
    if not fixes:
        return f"No fix of {short_name(failure.test)} is proven yet, so there is nothing sure to hint at."
    candidate = fixes[0].suggestion.candidate
    nudge = NUDGES.get(candidate.origin.model.partition("+")[0], "Follow the values through it, line by line.")
    told = [f"Look at line {_line(fixes[0])} of {Path(candidate.edits[0].uri).name}. {nudge}"]
    if folder.prover is not None and session.settings.trusted:
        scene = await scene_of(failure, folder, folder.prover, session)
        values = [await values_of(scene, suspect) for suspect in scene.suspects[:1]]
        told += (
            ["\n".join(["These were the values:", *(f"  {each}" for each in values[0].splitlines())])]
            if any(values)
            else []
        )
    return "\n\n".join(told)


def _line(fix: Fix) -> int:
    """The line of a fix as people count."""
    edit = fix.suggestion.candidate.edits[0]
    return fix.snapshot.documents[edit.uri].text.position(edit.start)[0] + 1
