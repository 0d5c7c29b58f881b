"""From costs to thresholds: show when the time an accepted suggestion saves outweighs what a rejected one costs.

With ``p`` the probability of acceptance, ``v`` the value of an accepted suggestion and ``c`` the cost of reading one
that is rejected, showing pays when ``p v > (1 - p) c``: from the probability ``c / (c + v)`` on.
"""

from __future__ import annotations

COST_RATIOS = {"quiet": 2.5, "balanced": 1.0, "eager": 0.35}
"""What an unwanted suggestion costs, as a multiple of what the shipped threshold stands for."""


def threshold_for(balanced: float, cost_ratio: float) -> float:
    """The threshold when an unwanted suggestion costs ``cost_ratio`` times what the balanced threshold implies."""
    odds = cost_ratio * balanced / (1.0 - balanced)
    return odds / (1.0 + odds)
