"""The code that computes what ``table.py`` documents.

The same code serves fitting and deciding. A feature that cannot be known is None; the prior has learned what its
absence means. Evidence is not among them: no log of real people holds it, so ``evidence.py`` weighs it by hand.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from winnow.gate.lines import IDENTIFIER, character_kind, line_kind, open_brackets
from winnow.gate.scene import BEFORE_WINDOW, typed_since
from winnow.gate.table import CHARACTERS, LINES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.gate.scene import Scene, Showing, TokenCertainty

Features = dict[str, float | None]
_CLOSING = frozenset(")]}")


def place_features(scene: Scene) -> Features:
    """Where the cursor stands (stage 1)."""
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
    features |= _one_of("behind", character_kind(before[-1:]), CHARACTERS, known=known)
    features |= _one_of("visible", character_kind(before[-BEFORE_WINDOW:].rstrip()[-1:]), CHARACTERS, known=known)
    features |= _one_of("line", line_kind(line), LINES, known=known)
    features |= _one_of("above", line_kind(above), LINES, known=known)
    numbers: Features = {
        "line_length": float(len(line)),
        "indentation": float(len(line) - len(line.lstrip())),
        "in_comment": float("#" in line),
        "above_opens_block": float(above.endswith((":", "{"))),
        "brackets_open": float(open_brackets(line)),
        "quote_open": float(line.count('"') % 2 or line.count("'") % 2),
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


def past_features(scene: Scene, past: Sequence[Showing]) -> Features:
    """What happened lately (stage 1): the pace, whether the last suggestion is being typed, and what was taken."""
    last = past[-1] if past else None
    known = [showing.taken for showing in past if showing.taken is not None]
    taken_at = next((showing.at for showing in reversed(past) if showing.taken), None)
    features: Features = {
        "since_showing": scene.at - last.at if last else None,
        "moved": float(scene.offset - last.offset) if last else None,
        "typing_rate": None,
        "showings_lately": float(sum(scene.at - showing.at < 60 for showing in past[-20:])),  # noqa: PLR2004 - a minute
        "experience": float(len(past)),
        "last_taken": None if last is None or last.taken is None else float(last.taken),
        "taken_lately": (sum(known[-5:]) + 0.25 * 3) / (len(known[-5:]) + 3),
        "refused_in_a_row": float(next((n for n, taken in enumerate(reversed(known)) if taken), len(known))),
        "since_taken": None if taken_at is None else scene.at - taken_at,
        "typed_along": None,
        "typed_astray": None,
    }
    if last is None:
        return features
    typed = typed_since(last, scene)
    features["typing_rate"] = (scene.offset - last.offset) / max(scene.at - last.at, 0.1)
    if typed is not None and not last.taken:
        features["typed_along"] = float(bool(typed) and last.text.startswith(typed))
        features["typed_astray"] = float(bool(typed) and not last.text.startswith(typed))
    return features


def text_features(scene: Scene, text: str, certainty: TokenCertainty) -> Features:
    """What is proposed, and how sure its author is (stage 2)."""
    stripped = text.strip()
    first = text.partition("\n")[0]
    line = scene.before[scene.before.rfind("\n") + 1 :]
    lines = text.split("\n")
    completed = line + first if first.strip() else next((each for each in lines if each.strip()), "")
    balance = open_brackets(text)
    opened = open_brackets(line)
    visible = [each.strip() for each in lines if each.strip()]
    features: Features = {
        "characters": float(len(stripped)),
        "lines": float(stripped.count("\n") + 1),
        "words": float(len(text.split())),
        "first_line": float(len(first)),
        "letters_share": sum(map(str.isalnum, text)) / max(1, len(text)),
        "has_comment": float("#" in text),
        "has_print": float("print" in text),
        "has_definition": float("def " in text or "class " in text),
        "has_return": float("return" in text),
        "bracket_balance": float(balance),
        "closes_brackets": float(opened > 0 and opened + balance <= 0),
        "joins_word": float(text[:1].isalnum() and scene.before[-1:].isalnum()),
        "breaks_after_closing": float(text[:1] == "\n" and line.rstrip()[-1:] in _CLOSING),
        "repeats_itself": 1.0 - len(set(visible)) / len(visible) if visible else 0.0,
        "doubles_after": None if scene.after is None else float(_doubled(stripped, scene.after)),
    }
    features |= _one_of("starts", character_kind(text[:1]), CHARACTERS)
    features |= _one_of("ends", character_kind(stripped[-1:]), CHARACTERS)
    features |= _one_of("makes", line_kind(completed), LINES)
    return features | _overlap_features(scene, text) | _certainty_features(certainty, len(text))


def _overlap_features(scene: Scene, text: str) -> Features:
    before, after = scene.before, scene.after
    stripped = text.strip()
    names = IDENTIFIER.findall(text)
    lines = [line.strip() for line in text.split("\n") if len(line.strip()) > 3]  # noqa: PLR2004 - a bracket is no line
    around = before + (after or "")
    return {
        "names": float(len(names)),
        "names_known": sum(name in around for name in names) / len(names) if names else None,
        "lines_seen_before": sum(line in before for line in lines) / len(lines) if lines else 0.0,
        "lines_seen_after": None
        if after is None
        else sum(line in after for line in lines) / len(lines)
        if lines
        else 0.0,
        "seen_before": float(len(stripped) > 3 and stripped in before),  # noqa: PLR2004 - as above
    }


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


def memory_features(text: str, past: Sequence[Showing]) -> Features:
    """How the proposal relates to what was shown lately (stage 2)."""
    if not past:
        return dict.fromkeys(("same_as_last", "tail_of_last", "like_last", "refused_before"))
    last = past[-1].text
    stripped = text.strip()
    return {
        "same_as_last": float(last.strip() == stripped),
        "tail_of_last": float(len(stripped) > 1 and last.rstrip().endswith(text.rstrip())),
        "like_last": _shared_start(last.strip(), stripped) / max(len(stripped), 1),
        "refused_before": float(any(each.taken is False and each.text.strip() == stripped for each in past[-30:])),
    }


def _shared_start(first: str, second: str) -> int:
    """How many characters two texts begin with in common."""
    shorter = min(len(first), len(second))
    return next((number for number in range(shorter) if first[number] != second[number]), shorter)


def _doubled(text: str, after: str) -> bool:
    """Whether a text ends with what already follows the cursor on its line."""
    rest = after.partition("\n")[0].strip()
    return bool(rest) and text.endswith(rest)


def _one_of(prefix: str, value: str, choices: Sequence[str], *, known: bool = True) -> Features:
    if not known:
        return dict.fromkeys(f"{prefix}_{choice}" for choice in choices)
    return {f"{prefix}_{choice}": float(value == choice) for choice in choices}
