"""The code that computes what ``table.py`` documents: the same for fitting and for deciding.

A feature that cannot be known is None; the prior has learned what its absence means. Evidence is not among them: no
log of real people holds it, so ``evidence.py`` weighs it by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from winnow.gate.history import memory_features, past_features
from winnow.gate.place import place_features
from winnow.gate.proposal import text_features
from winnow.gate.scene import names_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.gate.scene import Scene, Showing, TokenCertainty
    from winnow.gate.table import Features


def before_asking(scene: Scene, past: Sequence[Showing]) -> Features:
    """What is known before a model is asked (stage 1)."""
    return place_features(scene) | past_features(scene, past)


def before_showing(scene: Scene, text: str, certainty: TokenCertainty, past: Sequence[Showing]) -> Features:
    """What is known before its answer is shown (stage 2)."""
    features = before_asking(scene, past)
    features |= text_features(scene, text, certainty)
    return features | memory_features(scene, text, names_in(text), certainty, past)
