"""Features of a proposed text and of how sure its author is (stage 2)."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from winnow.gate.lines import IDENTIFIER, character_kind, indentation, line_kind, open_brackets, partial_name
from winnow.gate.table import CHARACTERS, LINES, one_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from winnow.gate.scene import Scene, TokenCertainty
    from winnow.gate.table import Features

_CLOSING = frozenset(")]}")
_MARKER = re.compile(r"</?[A-Z]{3,}|<\|")
_WORD = re.compile(r"\w+")
_NEAR = 300
_SHORT = 3
"""A text of at most so many characters is found anywhere."""
_OVERLAP = 60


def text_features(scene: Scene, text: str, certainty: TokenCertainty) -> Features:
    """What is proposed: its size and shape, what it makes of the line, and what of it stands around already."""
    line = scene.before[scene.before.rfind("\n") + 1 :]
    lines = text.split("\n")
    completed = line + lines[0] if lines[0].strip() else next((each for each in lines if each.strip()), "")
    features = _size_features(text, lines)
    features |= _shape_features(lines, line)
    features |= one_of("starts", character_kind(text[:1]), CHARACTERS)
    features |= one_of("ends", character_kind(text.strip()[-1:]), CHARACTERS)
    features |= one_of("makes", line_kind(completed), LINES)
    features |= _bracket_features(scene, text, line) | _seam_features(scene, text, line)
    return features | _overlap_features(scene, text, line) | _certainty_features(certainty, len(text))


def _size_features(text: str, lines: Sequence[str]) -> Features:
    stripped, size = text.strip(), max(1, len(text))
    letters, spaces = sum(map(str.isalnum, text)), sum(map(str.isspace, text))
    return {
        "characters": float(len(stripped)),
        "lines": float(stripped.count("\n") + 1),
        "words": float(len(text.split())),
        "first_line": float(len(lines[0])),
        "letters_share": letters / size,
        "spaces_share": spaces / size,
        "signs_share": (len(text) - letters - spaces) / size,
        "digits_share": sum(map(str.isdigit, text)) / size,
    }


def _shape_features(lines: Sequence[str], line: str) -> Features:
    """``line`` is what stands before the cursor on its line."""
    text = "\n".join(lines)
    visible = [each.strip() for each in lines if each.strip()]
    further = [indentation(each) - indentation(line) for each in lines[1:] if each.strip()]
    return {
        "has_comment": float("#" in text),
        "has_print": float("print" in text),
        "has_definition": float("def " in text or "class " in text),
        "has_return": float("return" in text),
        "has_long_quote": float('"""' in text or "'''" in text),
        "has_marker": float(_MARKER.search(text) is not None),
        "comments_share": sum(each.startswith("#") for each in visible) / len(visible) if visible else 1.0,
        "blank_share": 1.0 - len(visible) / len(lines),
        "repeats_itself": 1.0 - len(set(visible)) / len(visible) if visible else 0.0,
        "next_indentation": float(further[0]) if further else None,
        "least_indentation": float(min(further)) if further else None,
        "leaves_block": float(any(each and not each[0].isspace() for each in lines[1:])),
    }


def _bracket_features(scene: Scene, text: str, line: str) -> Features:
    opened, balance = open_brackets(line), open_brackets(text)
    return {
        "bracket_balance": float(balance),
        "closes_brackets": float(opened > 0 and opened + balance <= 0),
        "all_balance": None if scene.after is None else float(open_brackets(scene.before + text + scene.after)),
        "doubles_after": None if scene.after is None else float(_doubled(text.strip(), scene.after)),
    }


def _seam_features(scene: Scene, text: str, line: str) -> Features:
    """What happens where the text meets what stands before the cursor."""
    before = scene.before
    features: Features = {
        "joins_word": float(text[:1].isalnum() and before[-1:].isalnum()),
        "breaks_after_closing": float(text[:1] == "\n" and line.rstrip()[-1:] in _CLOSING),
        "repeats_line": float(_overlap(before.rstrip(), text.lstrip())),
        "joined_known": None,
    }
    begun, rest = partial_name(line), _WORD.match(text)
    if begun and rest:
        around = before + (scene.after or "")
        features["joined_known"] = float(re.search(rf"\b{re.escape(begun + rest.group())}\b", around) is not None)
    return features


def _overlap(before: str, text: str) -> int:
    """How many characters of the start of a text stand right before it already."""
    longest = min(len(before), len(text), _OVERLAP)
    return next((size for size in range(longest, _SHORT - 1, -1) if before.endswith(text[:size])), 0)


def _overlap_features(scene: Scene, text: str, line: str) -> Features:
    before, after = scene.before, scene.after
    stripped = text.strip()
    names = IDENTIFIER.findall(text)
    lines = [each.strip() for each in text.split("\n") if len(each.strip()) > _SHORT]
    around = before + (after or "")
    return {
        "names": float(len(names)),
        "names_known": _share_in(names, around),
        "names_near": _share_in(names, before[-_NEAR:]),
        "names_on_line": _share_in(names, line),
        "names_new": float(sum(name not in around for name in set(names))),
        "lines_seen_before": _share_in(lines, before) or 0.0,
        "lines_seen_after": None if after is None else _share_in(lines, after) or 0.0,
        "seen_before": float(len(stripped) > _SHORT and stripped in before),
    }


def _share_in(pieces: Collection[str], text: str) -> float | None:
    return sum(piece in text for piece in pieces) / len(pieces) if pieces else None


def _certainty_features(certainty: TokenCertainty, characters: int) -> Features:
    mean = certainty.mean
    return {
        "certainty_mean": mean,
        "certainty_mean_only": mean if certainty.lowest is None else None,
        "likelihood": None if mean is None else math.exp(mean),
        "likelihood_first": None if certainty.first is None else math.exp(certainty.first),
        "certainty_total": None if mean is None else mean * characters / 4,
        "certainty_first": certainty.first,
        "certainty_lowest": certainty.lowest,
        "certainty_highest": certainty.highest,
        "certainty_spread": certainty.spread,
        "certainty_last": certainty.last,
        "certainty_median": certainty.median,
    }


def _doubled(text: str, after: str) -> bool:
    """Whether a text ends with what already follows the cursor on its line."""
    rest = after.partition("\n")[0].strip()
    return bool(rest) and text.endswith(rest)
