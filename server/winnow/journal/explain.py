"""A decision in words, for the editor and the terminal alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winnow.facts import Reason
from winnow.words import evidence_says

if TYPE_CHECKING:
    from winnow.facts import Decision, Opinion

SAYS = {
    Reason.SHOWN: "Shown",
    Reason.UNWANTED: "Nobody was asked: a suggestion here is hardly ever taken",
    Reason.EMPTY: "Nothing usable was proposed",
    Reason.REFUTED: "Hidden: it is wrong",
    Reason.UNLIKELY: "Hidden: you would hardly take it",
    Reason.UNSURE: "Hidden: the engine is not sure enough of this line",
    Reason.STALE: "Hidden: you had typed on before it was ready",
    Reason.REMEMBERED: "Hidden: you rejected it here before",
    Reason.PAUSED: "Silent: Winnow is paused",
    Reason.UNREACHABLE: "Nothing was proposed: the model cannot be reached",
}


def explain(decision: Decision) -> str:
    """Why something was shown, or why there was silence, in a few sentences."""
    sentences = [SAYS[decision.reason]]
    opinion = decision.opinion
    if opinion is not None and opinion.threshold >= 1.0 and not opinion.features:  # a fix: proof decides, and no guess
        return f"{sentences[0]}. {_capital(decision.detail).rstrip('.')}."
    if decision.reason is Reason.UNSURE:  # whatever the chance is that it would be taken
        sentences = [f"Hidden: {decision.detail[:1].lower()}{decision.detail[1:]}"]
    elif opinion is not None:
        sentences.append(_likelihood(decision.reason, opinion))
        if opinion.weighed:
            weighed = "; ".join(f"{says} ({contribution:+.1f})" for says, contribution in opinion.weighed)
            sentences.append(f"What weighed most: {weighed}")
    if decision.evidence is not None:
        sentences.append(_capital(evidence_says(decision.evidence)))
    elif decision.reason is Reason.UNREACHABLE:
        sentences.append(decision.detail)
    return " ".join(sentence.rstrip(".") + "." for sentence in sentences)


def _likelihood(reason: Reason, opinion: Opinion) -> str:
    chance = f"The chance that you take it is {opinion.probability:.0%}"
    if reason is Reason.SHOWN and opinion.probability < opinion.threshold:
        why = "it is shown as a sample" if opinion.propensity < 1.0 else "you asked"
        return f"{chance}, below the {opinion.threshold:.0%} that it takes, but {why}"
    side = "above" if opinion.probability >= opinion.threshold else "below"
    return f"{chance}, {side} the {opinion.threshold:.0%} that it takes"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
