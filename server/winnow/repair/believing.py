"""Whether enough speaks for what survives to offer it, beside the tests that it passes.

Few tests prove little: on recorded failures of models a third of what passes them is wrong. What else speaks is who
proposed a change, how many programs failed before one passed ("How Many Tries", 2024: what comes late gains little),
whether others that pass behave otherwise, and how much of what the function did is left as it was. The limits were
set on the 506 of those failures that could be run, so figures on them are a little kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from winnow.findings import FAILING
from winnow.mend import belief
from winnow.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.repair.scene import Scene
    from winnow.repair.search import Search
    from winnow.repair.trying import Tried

SPEAKING = 3
"""So many tests are hardly passed by chance; with fewer, what merely fits their numbers looks like a fix."""
AGAIN = 2
"""So many where the failing one has passed before: what broke it is fresh, and so is its fix."""
SLIP = 0.001
"""So many, too, for an edit that is believed so much, where no model wrote a program that failed: what people write is
mostly one slip from right, what a model failed at is not."""
ENOUGH = 0.014
"""Fewer prove it only if those who behave like it are believed as much together."""
LATE = 4
"""A program that passes after so many have failed is likely to have met the tests by chance."""
LEFT_ALONE = 0.3
"""Where a model failed, a small edit may change the outcome on no more than this share of the inputs."""


def needed(scene: Scene) -> int:
    """How many tests are to pass for any small edit that was found by trying many."""
    return AGAIN if scene.passed_before else SPEAKING


def must_leave_alone(group: Sequence[Tried], search: Search) -> bool:
    """Whether only a small change of behaviour is believed: a small edit, where a model that was asked has failed."""
    written = any(each.written for each in group)
    return not written and not search.scene.passed_before and search.asked_in_vain > 0


def doubt(group: Sequence[Tried], search: Search, *, rivals: bool, changed: float) -> str:
    """Why what behaves alike is not offered although it survives; empty where it is.

    ``rivals``: others survive and behave otherwise. ``changed`` is the share of inputs, 0 to 1, on which the function
    gives another outcome than before.
    """
    in_vain = search.asked_in_vain
    tests = max((len(each.evidence.passed) for each in group), default=0)
    if any(each.written for each in group):
        if in_vain >= LATE:
            return f"It passes only after {in_vain} programs failed."
        contested = rivals and in_vain > 0 and tests == 1
        return f"Small edits pass its one test too and differ; {count(in_vain, 'program')} failed." if contested else ""
    words = f"Too few tests speak for it: {count(tests, 'test')}, and many edits were tried."
    if not must_leave_alone(group, search):
        slip = in_vain == 0 and tests >= AGAIN and max(each.weight for each in group) >= SLIP
        return "" if slip or tests >= needed(search.scene) or belief(group) >= ENOUGH else words
    if tests < SPEAKING or _mended(group, search) > 1:
        return words
    return "" if changed <= LEFT_ALONE else "It changes much of what the function does, and a model found no such fix."


def _mended(group: Sequence[Tried], search: Search) -> int:
    """The failing tests that pass now."""
    scene = search.scene
    passed = {result.test for each in group for result in each.evidence.passed}
    known = [scene.session.findings.get(scene.folder.key(test)) for test in passed]
    return sum(each is not None and each.result.outcome in FAILING for each in known)
