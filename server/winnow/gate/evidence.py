"""What trying a candidate adds to its odds, weighed by hand: no log of real people holds evidence to fit on.

The weights are log-odds, small beside what the prior can say, and a person's own decisions bend them (they are
learned under the same names). Refuting evidence is not weighed at all: it hides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from winnow.facts import Outcome

if TYPE_CHECKING:
    from winnow.facts import Evidence

WEIGHTS = {
    "tests_passed": 0.6,
    "many_tests_passed": 0.3,
    "tests_unfinished": -0.1,
    "tests_unreached": 0.0,
}
SAYS = {
    "tests_passed": "its tests passed",
    "many_tests_passed": "several tests passed",
    "tests_unfinished": "its tests have not finished",
    "tests_unreached": "no test reaches it",
}
MANY_TESTS = 3


def evidence_features(evidence: Evidence) -> dict[str, float]:
    """What the evidence says for a candidate, each 0 or 1."""
    passed = evidence.outcome is Outcome.PASSED
    return {
        "tests_passed": float(passed),
        "many_tests_passed": float(passed and len(evidence.passed) >= MANY_TESTS),
        "tests_unfinished": float(evidence.outcome is Outcome.UNFINISHED),
        "tests_unreached": float(evidence.outcome is Outcome.UNREACHED),
    }
