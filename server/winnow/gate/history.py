"""Features of the recent past: the pace, what became of what was shown, and how a new proposal relates to it."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from winnow.gate.lines import shared_start
from winnow.gate.scene import typed_since

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.gate.scene import Scene, Showing, TokenCertainty
    from winnow.gate.table import Features

USUAL_SHARE = 0.22
"""The share of suggestions that people take, before anything is known of one of them."""
_AS_IF_SEEN = 4
_MINUTE = 60.0
_AT_ONCE = 1.5
"""Seconds within which a suggestion that is followed by another was hardly read."""
_LATELY = 5
_QUOTED = 200
_MEMORIES = {"taken_moment": 0.5, "taken_while": 0.8, "taken_long": 0.95}
"""How much of the share taken so far outlives one more suggestion."""


def past_features(scene: Scene, past: Sequence[Showing]) -> Features:
    """What happened lately (stage 1): the pace, whether the last suggestion is being typed, and what was taken."""
    last = past[-1] if past else None
    times = [showing.at for showing in past[-_LATELY - 1 :]] + [scene.at]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    features: Features = {
        "since_showing": scene.at - last.at if last else None,
        "usual_gap": median(gaps) if gaps else None,
        "quick_gaps": float(sum(gap < _AT_ONCE for gap in gaps)),
        "showings_lately": float(sum(scene.at - showing.at < _MINUTE for showing in past[-20:])),
        "experience": float(len(past)),
    }
    return features | _taken_features(scene, past) | _moved_features(scene, last)


def _taken_features(scene: Scene, past: Sequence[Showing]) -> Features:
    known = [showing.taken for showing in past if showing.taken is not None]
    last = past[-1].taken if past else None
    taken = next((showing for showing in reversed(past) if showing.taken), None)
    features: Features = {
        "last_taken": None if last is None else float(last),
        "taken_lately": (sum(known[-_LATELY:]) + USUAL_SHARE * 3) / (len(known[-_LATELY:]) + 3),
        "taken_share": (sum(known) + USUAL_SHARE * _AS_IF_SEEN) / (len(known) + _AS_IF_SEEN),
        "refused_in_a_row": float(next((n for n, each in enumerate(reversed(known)) if each), len(known))),
        "since_taken": scene.at - taken.at if taken else None,
        "taken_stands": None,
    }
    if taken and scene.before:
        text = taken.text.strip()[:_QUOTED]
        features["taken_stands"] = float(text in scene.before or text in (scene.after or ""))
    for name, memory in _MEMORIES.items():
        share = USUAL_SHARE
        for each in known:
            share = memory * share + (1.0 - memory) * each
        features[name] = share
    return features


def _moved_features(scene: Scene, last: Showing | None) -> Features:
    """What the person did to the text since the last suggestion."""
    names = (
        "moved", "typing_rate", "same_place", "grown", "changed_elsewhere",
        "typed_along", "typed_astray", "typed_share",
    )  # fmt: skip
    features: Features = dict.fromkeys(names)
    if last is None:
        return features
    moved, grown = scene.offset - last.offset, scene.length - last.length
    features["moved"] = float(moved)
    features["same_place"] = float(moved == 0)
    features["grown"] = float(grown)
    features["changed_elsewhere"] = float(grown - moved)
    features["typing_rate"] = moved / max(scene.at - last.at, 0.1)
    typed = typed_since(last, scene)
    if typed is not None and not last.taken:
        features["typed_along"] = float(bool(typed) and last.text.startswith(typed))
        features["typed_astray"] = float(bool(typed) and not last.text.startswith(typed))
    if typed:
        features["typed_share"] = shared_start(typed, last.text) / len(typed)
    return features


def memory_features(
    scene: Scene, text: str, names: frozenset[str], certainty: TokenCertainty, past: Sequence[Showing]
) -> Features:
    """How the proposal relates to what was shown lately (stage 2). ``names`` are its identifiers."""
    stripped = text.strip()
    same = [each for each in past if each.text.strip() == stripped]
    taken = [each for each in past if each.taken]
    refused = [each for each in past if each.taken is False]
    sure = [each.certainty for each in past if each.certainty is not None]
    features: Features = {
        "shown_before": float(len(same)),
        "shown_before_ago": scene.at - same[-1].at if same else None,
        "refused_before": float(sum(each.taken is False for each in same)),
        "tail_of_earlier": float(_is_tail(text, past[-6:])),
        "like_refused": max((_likeness(names, each.names) for each in refused[-3:]), default=None),
        "like_taken": max((_likeness(names, each.names) for each in taken[-3:]), default=None),
        "longer_than_taken": len(text) - sum(len(each.text) for each in taken) / len(taken) if taken else None,
        "surer_than_usual": None,
    }
    if certainty.mean is not None and sure:
        features["surer_than_usual"] = certainty.mean - sum(sure) / len(sure)
    if not past:
        return features | dict.fromkeys(
            ("same_as_last", "tail_of_last", "like_last", "names_of_last", "longer_than_last")
        )
    last = past[-1].text
    features["same_as_last"] = float(last.strip() == stripped)
    features["tail_of_last"] = float(_is_tail(text, past[-1:]))
    features["like_last"] = shared_start(last.strip(), stripped) / max(len(stripped), 1)
    features["names_of_last"] = _likeness(names, past[-1].names)
    features["longer_than_last"] = float(len(text) - len(last))
    return features


def _is_tail(text: str, past: Sequence[Showing]) -> bool:
    end = text.rstrip()
    return len(end) > 1 and any(each.text.rstrip().endswith(end) for each in past)


def _likeness(names: frozenset[str], others: frozenset[str]) -> float:
    """The share of names in common (Jaccard)."""
    return len(names & others) / max(len(names | others), 1)
