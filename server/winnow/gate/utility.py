"""From costs to thresholds: show when the time an accepted suggestion saves outweighs what a rejected one costs.

With ``p`` the probability of acceptance, ``v`` the value of an accepted suggestion and ``c`` the cost of reading one
that is rejected, showing pays when ``p v > (1 - p) c``: from the probability ``c / (c + v)`` on. The shipped
thresholds fix that ratio for a usual suggestion; eagerness, and what there is left to type, change it.
"""

from __future__ import annotations

COST_RATIOS = {"quiet": 2.5, "balanced": 1.0, "eager": 0.35}
"""What an unwanted suggestion costs, as a multiple of what the shipped threshold stands for."""

_GLANCE, _READING = 0.6, 0.015
_SAVED_AT_ONCE, _TYPING = 0.3, 0.15
"""Seconds to glance at a suggestion, to read a character of it, saved by not having to think, by not typing one."""
_READ_UP_TO, _TYPED_UP_TO = 120, 80
_USUAL = 40
_BOUNDS = (0.85, 1.2)


def threshold_for(balanced: float, cost_ratio: float) -> float:
    """The threshold when an unwanted suggestion costs ``cost_ratio`` times what the balanced threshold implies.

    One of certainty, 1, stays that at every cost.
    """
    if balanced >= 1.0:
        return balanced
    odds = cost_ratio * balanced / (1.0 - balanced)
    return odds / (1.0 + odds)


def cost_of_length(characters: int) -> float:
    """How much worse the bargain is for a text of this length than for a usual one: above 1 for the trivial."""
    low, high = _BOUNDS
    return min(max(_bargain(characters) / _bargain(_USUAL), low), high)


def _bargain(characters: int) -> float:
    cost = _GLANCE + _READING * min(characters, _READ_UP_TO)
    value = _SAVED_AT_ONCE + _TYPING * min(characters, _TYPED_UP_TO)
    return cost / value
