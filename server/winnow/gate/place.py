"""Features of where the cursor stands (stage 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winnow.gate.lines import character_kind, indentation, line_kind, open_brackets, partial_name
from winnow.gate.scene import BEFORE_WINDOW
from winnow.gate.table import CHARACTERS, LINES, one_of

if TYPE_CHECKING:
    from winnow.gate.scene import Scene
    from winnow.gate.table import Features


def place_features(scene: Scene) -> Features:
    """Where the cursor stands: the line, what is around it, and how far down the document it is."""
    after_count = max(scene.length - scene.offset, 0)
    features: Features = {
        "asked": float(scene.asked),
        "paused": None if scene.paused is None else float(scene.paused),
        "document_length": float(scene.length),
        "characters_after": float(after_count),
        "relative_position": (scene.offset + 0.5) / (scene.length + 1.0),
        "at_end": float(after_count <= 1),
    }
    before = scene.before
    known = bool(before) or not scene.offset
    line = before[before.rfind("\n") + 1 :]
    above = before[: len(before) - len(line)].rstrip()
    above = above[above.rfind("\n") + 1 :]
    features |= one_of("behind", character_kind(before[-1:]), CHARACTERS, known=known)
    features |= one_of("visible", character_kind(before[-BEFORE_WINDOW:].rstrip()[-1:]), CHARACTERS, known=known)
    features |= one_of("line", line_kind(line), LINES, known=known)
    features |= one_of("above", line_kind(above), LINES, known=known)
    numbers: Features = {
        "line_length": float(len(line)),
        "indentation": float(indentation(line)),
        "in_comment": float("#" in line),
        "above_opens_block": float(above.endswith((":", "{"))),
        "brackets_open": float(open_brackets(line)),
        "quote_open": float(line.count('"') % 2 or line.count("'") % 2),
        "part_of_name": float(len(partial_name(line))),
        "all_open": float(open_brackets(before)),
    }
    features |= numbers if known else dict.fromkeys(numbers)
    return features | _after_features(scene, after_count)


def _after_features(scene: Scene, after_count: int) -> Features:
    if scene.after is None:
        at_end = after_count <= 1
        return {"line_ends": 1.0 if at_end else None, "line_rest": 0.0 if at_end else None, "below_blank": None}
    rest, _, below = scene.after.partition("\n")
    return {
        "line_ends": float(not rest.strip()),
        "line_rest": float(len(rest.rstrip())),
        "below_blank": float(not below.partition("\n")[0].strip()),
    }
