"""How long to wait before asking: follows the person's typing rhythm, and backs off after rejections.

Numbers follow what is known of other tools: a wait of about one and a half typing intervals, longer by half for
each rejection and shorter by a fifth for each acceptance, forgotten within minutes, always within bounds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

SHORTEST, LONGEST = 0.05, 1.5
_FIRST_INTERVAL = 0.18
_PAUSE = 1.5
"""A gap longer than this many seconds is a pause for thought, not a rhythm."""
_ADAPTS = 0.1
_INTERVALS = 1.5
_REJECTED, _TAKEN = 1.5, 0.8
_FORGOTTEN = 240.0
_STRONGEST = 4.0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Mean seconds between keystrokes, the last one, how far rejections stretch the wait, keystrokes in all."""

    interval: float = _FIRST_INTERVAL
    last: float = -math.inf
    stretch: float = 1.0
    stretched_at: float = -math.inf
    keystrokes: int = 0

    def typed(self, at: float) -> Rhythm:
        """The rhythm after one more keystroke."""
        gap = at - self.last
        if not 0 < gap < _PAUSE:
            return Rhythm(self.interval, at, self.stretch, self.stretched_at, self.keystrokes + 1)
        interval = self.interval + _ADAPTS * (gap - self.interval)
        return Rhythm(interval, at, self.stretch, self.stretched_at, self.keystrokes + 1)

    def answered(self, at: float, *, taken: bool) -> Rhythm:
        """The rhythm after a suggestion was taken or dismissed."""
        stretch = self._stretch(at) * (_TAKEN if taken else _REJECTED)
        return replace(self, stretch=min(max(stretch, 1 / _STRONGEST), _STRONGEST), stretched_at=at)

    def delay(self, at: float) -> float:
        """Seconds to wait before asking, between ``SHORTEST`` and ``LONGEST``."""
        return min(max(_INTERVALS * self.interval * self._stretch(at), SHORTEST), LONGEST)

    def paused(self, at: float) -> bool | None:
        """Whether the person has stopped to think; None before the first keystroke."""
        return None if math.isinf(self.last) else at - self.last > _PAUSE

    def _stretch(self, at: float) -> float:
        """The stretch as it is left now: its logarithm decays with time."""
        if math.isinf(self.stretched_at):
            return 1.0
        return float(self.stretch ** math.exp(-max(at - self.stretched_at, 0.0) / _FORGOTTEN))
