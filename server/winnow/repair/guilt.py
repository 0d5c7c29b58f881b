"""Where the fault of a failing test is taken to be: where a proven fix changes the text, else where it is likeliest."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from winnow.facts import Frame
from winnow.mend import function_at
from winnow.text import bare_lines
from winnow.uris import path_of
from winnow.workspace import apply

if TYPE_CHECKING:
    from winnow.findings import Fix
    from winnow.mend import Suspect
    from winnow.repair.scene import Scene


def guilty(scene: Scene) -> Suspect | None:
    """The function to explain; None where none is suspect."""
    fixes = scene.session.standing_fixes(scene.key)
    changed = [(place.path, place.name) for place in map(changed_first, fixes[:1])]
    mended = (each for each in scene.suspects if (each.path, each.unit) in changed)
    return next(mended, None) or next(iter(scene.suspects), None)


def changed_first(fix: Fix) -> Frame:
    """The first line that a fix changes, and the function around it (no name: none).

    Lines are compared, as a model writes a whole function anew where one line is at fault.
    """
    uri = fix.suggestion.candidate.edits[0].uri
    text = str(fix.snapshot.documents[uri].text)
    before, after = map(bare_lines, (text, apply(fix.suggestion.candidate.edits, fix.snapshot)[uri]))
    same = takewhile(lambda lines: lines[0] == lines[1], zip(before, after, strict=False))
    line = min(sum(1 for _ in same), max(len(before) - 1, 0))
    return Frame(path=path_of(uri), line=line, name=function_at(text, line))
