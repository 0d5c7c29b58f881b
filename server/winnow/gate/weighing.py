"""What weighed most in a judgement, in words that a person can check against what they see."""

from __future__ import annotations

from heapq import nlargest
from typing import TYPE_CHECKING

from winnow.gate.evidence import SAYS as EVIDENCE_SAYS
from winnow.gate.table import FEATURES

if TYPE_CHECKING:
    from collections.abc import Mapping

WEIGHED = 3
PERSON = "what it learned of you"
_IF = "1 when "
_TABLE = {feature.name: feature for feature in FEATURES}


def heaviest(contributions: Mapping[str, float], features: Mapping[str, float | None]) -> tuple[tuple[str, float], ...]:
    """The contributions to the log-odds that are largest, each with its feature and what it was, in words.

    The answers to one question (what kind of line, of character) are one feature here.
    """
    questions: dict[str, float] = {}
    for name, contribution in contributions.items():
        feature = _TABLE.get(name)
        question = feature.among if feature and feature.among else name
        questions[question] = questions.get(question, 0.0) + contribution
    chosen = nlargest(WEIGHED, questions, key=lambda question: abs(questions[question]))
    return tuple((_says(question, features), questions[question]) for question in chosen if questions[question])


def _says(question: str, features: Mapping[str, float | None]) -> str:
    if question in EVIDENCE_SAYS:
        return EVIDENCE_SAYS[question]
    if question in _TABLE:
        return says(question, features.get(question))
    answers = [feature.name for feature in FEATURES if feature.among == question]
    chosen = next((name for name in answers if features.get(name)), None)
    return says(chosen, 1.0) if chosen else PERSON if not answers else f"the kind of {question} is not known"


def says(name: str, value: float | None) -> str:
    """A feature and its value in words: "its lines: 3", "the cursor has not moved"."""
    meaning = _TABLE[name].meaning
    if meaning.startswith(_IF):
        statement = meaning.removeprefix(_IF)
        return f"not known whether {statement}" if value is None else statement if value else f"not so that {statement}"
    return f"{meaning}: {'not known' if value is None else f'{value:.3g}'}"
