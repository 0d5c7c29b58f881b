"""How often an ill endpoint is asked: again within one request, and not at all for a while after several failed."""

from __future__ import annotations

from dataclasses import dataclass, replace

_FAILURES_BORNE = 3
_FIRST_PAUSE = 5.0
_LONGEST_PAUSE = 120.0
_FIRST_WAIT = 0.25
_LONGEST_WAIT = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an endpoint has done lately. ``until`` is the monotonic second before which it is left alone."""

    failures: int = 0
    until: float = 0.0
    why: str = ""

    def failed(self, why: str, now: float, retry_after: float | None = None) -> Standing:
        """After a failure: from the third on it is left alone, twice as long each time, or as long as it asked for."""
        failures = self.failures + 1
        if failures < _FAILURES_BORNE and retry_after is None:
            return replace(self, failures=failures, why=why)
        pause = min(_FIRST_PAUSE * 2.0 ** max(failures - _FAILURES_BORNE, 0), _LONGEST_PAUSE)
        if retry_after is not None:
            pause = min(retry_after, _LONGEST_PAUSE) if failures < _FAILURES_BORNE else max(pause, retry_after)
        return Standing(failures=failures, until=now + pause, why=why)

    def left_alone(self, now: float) -> float:
        """For how many seconds more it is not asked; 0 when it may be."""
        return max(0.0, self.until - now)


def wait_before(retry: int, retry_after: float | None, chance: float) -> float:
    """Seconds to wait before asking again, with full jitter (Brooker 2015); ``chance`` is a number from 0 to 1."""
    if retry_after is not None:
        return retry_after
    return min(_FIRST_WAIT * 2.0**retry, _LONGEST_WAIT) * (0.5 + 0.5 * chance)
