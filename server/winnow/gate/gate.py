"""The gate decides whether to ask, whether to show, and learns what the person makes of it.

A cascade of two models after "When to Show a Suggestion?" (Mozannar et al., 2023): one before a model is asked, one
before its answer is shown. A suggestion is shown when the time it is expected to save outweighs the time it is
expected to cost; the probability only gates, it never ranks.
"""

from __future__ import annotations

import math
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from winnow.facts import Fate, Opinion, Reason
from winnow.gate.evidence import WEIGHTS, evidence_features
from winnow.gate.features import before_asking, before_showing
from winnow.gate.memory import REJECTIONS_KEPT, Memory, Pending, place_of
from winnow.gate.person import KEPT, Person
from winnow.gate.prior import Prior, sigmoid, told_by
from winnow.gate.rhythm import Rhythm
from winnow.gate.scene import Scene, Showing, TokenCertainty
from winnow.gate.utility import COST_RATIOS, cost_of_length, threshold_for
from winnow.gate.weighing import PERSON, heaviest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winnow.facts import Candidate, Context, Evidence, Feedback

ALWAYS_SHOWN = 0.02
"""The share of suggestions below the threshold that is usually shown all the same, to learn what hiding costs."""
LOG_ODDS, KEPT_LOG_ODDS, COST_RATIO = "log_odds", "kept_log_odds", "cost_ratio"
"""Among an opinion's features: what the models said of acceptance and of keeping, and the cost it was held against."""
_TAKEN = frozenset({Fate.ACCEPTED, Fate.PARTLY, Fate.TYPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One person's gate at one moment. It never changes: every method that learns returns another."""

    prior: Prior
    learned: Person = field(default_factory=Person)
    memory: Memory = field(default_factory=Memory)
    rhythm: Rhythm = field(default_factory=Rhythm)
    cost_ratio: float = 1.0
    sample: float = ALWAYS_SHOWN
    counted: int = 0
    """How many of the keystrokes are among those that were told to be stored."""

    @classmethod
    def of(cls, prior: Mapping[str, Any], person: Mapping[str, Any] | None = None) -> Gate:
        """The gate of a prior and of what ``person`` returned earlier. Raises ValueError when either cannot be read."""
        gate = cls(prior=Prior.of(prior))
        return gate if person is None else gate.knowing(person)

    def knowing(self, person: Mapping[str, Any]) -> Gate:
        """This gate with what ``person`` returned in place of what it learned. Raises ValueError."""
        match {"rejections": [], "keystrokes": 0, **person}:
            case {"rejections": list(rejections), "keystrokes": int(keystrokes)}:
                memory = replace(self.memory, rejections=tuple(map(str, rejections))[-REJECTIONS_KEPT:])
                rhythm = replace(self.rhythm, keystrokes=keystrokes)
                learned = Person.of(person)
                return replace(self, learned=learned, memory=memory, rhythm=rhythm, counted=keystrokes)
            case _:
                raise ValueError("What was remembered of you cannot be read: start afresh with `winnow gate reset`.")

    def person(self) -> dict[str, Any]:
        """What was learned of the person, as JSON with a version."""
        return {
            **self.learned.as_json(),
            "rejections": list(self.memory.rejections),
            "keystrokes": self.rhythm.keystrokes,
        }

    @property
    def uncounted(self) -> int:
        """The keystrokes that are not among those that were told to be stored."""
        return self.rhythm.keystrokes - self.counted

    def told(self) -> Gate:
        """This gate once what it learned was told to be stored."""
        return replace(self, counted=self.rhythm.keystrokes)

    def added_to(self, stored: Mapping[str, Any] | None, feedback: Feedback | None = None) -> dict[str, Any]:
        """What is stored of the person, by other windows too, with what this gate has to add: an outcome, keystrokes.

        Every outcome moves what is stored as it would have moved this gate. Where nothing can be read, this gate's own.
        """
        known = self
        if stored is not None:
            with suppress(ValueError):
                known = self.knowing(stored)
                keystrokes = known.rhythm.keystrokes + self.uncounted
                known = replace(known, rhythm=replace(known.rhythm, keystrokes=keystrokes))
        return (known.learn(feedback) if feedback else known).person()

    def with_eagerness(self, eagerness: str, cost_ratio: float = 0.0, sample: float = ALWAYS_SHOWN) -> Gate:
        """This gate with another cost of an unwanted suggestion: a ratio above 0 (1 is balanced), else a named one.

        ``sample`` is the share of the unlikely that is shown all the same. Raises ValueError for an unknown name.
        """
        ratio = cost_ratio or COST_RATIOS.get(eagerness)
        if ratio is None:
            raise ValueError(f"Eagerness cannot be {eagerness!r}: it is one of {', '.join(COST_RATIOS)}.")
        return replace(self, cost_ratio=ratio, sample=min(sample, 1.0))

    def would_show(self, opinion: Opinion) -> bool:
        """Whether a suggestion that was judged earlier is likely enough at this gate's costs."""
        ratio = self.cost_ratio / (opinion.features.get(COST_RATIO) or 1.0)
        return opinion.probability >= threshold_for(opinion.threshold, ratio)

    @property
    def has_shown(self) -> bool:
        """Whether anything was put before the person in this session."""
        return bool(self.memory.past)

    def typed(self, at: float) -> Gate:
        """This gate after a keystroke."""
        return replace(self, rhythm=self.rhythm.typed(at))

    def delay(self, at: float) -> float:
        """Seconds to wait before asking a model: longer for a slow rhythm and after rejections, within bounds."""
        return self.rhythm.delay(at)

    def worth_asking(self, context: Context, at: float) -> Opinion:
        """Whether any suggestion here is likely enough to be wanted; looks at the place and the past alone."""
        scene = Scene.of(context, at, paused=self.rhythm.paused(at))
        return self.weigh_place(scene)

    def weigh_place(self, scene: Scene) -> Opinion:
        """``worth_asking``, by what features are computed from: also for recorded events, which have no context."""
        features = before_asking(scene, self.memory.past)
        weighed: defaultdict[str, float] = defaultdict(float)
        logit = self.prior.place.logit(features, weighed)
        probability = self._corrected(logit, {"bias": 1.0}, weighed)
        threshold = threshold_for(self.prior.ask_below, self.cost_ratio)
        reason = Reason.SHOWN if scene.asked or probability >= threshold else Reason.UNWANTED
        return _opinion(reason, probability, threshold, features, weighed)

    def judge(
        self, context: Context, candidate: Candidate, evidence: Evidence, at: float, draw: float = 1.0
    ) -> Opinion:
        """Whether a candidate deserves to be seen. ``draw`` in [0, 1) decides about the always-shown slice.

        Refuted candidates are hidden unless the user asked, and so is what they rejected in the same place.
        """
        scene = Scene.of(context, at, paused=self.rhythm.paused(at))
        certainty = TokenCertainty.of(candidate)
        opinion = self.weigh(
            scene, candidate.text, certainty, evidence_features(evidence), candidate.origin.model, draw
        )
        if scene.asked:
            return opinion
        if evidence.refuted:
            return replace(opinion, reason=Reason.REFUTED, propensity=1.0)
        if place_of(context, candidate) in self.memory.rejections:
            return replace(opinion, reason=Reason.REMEMBERED, propensity=1.0)
        return opinion

    def weigh(  # noqa: PLR0913, PLR0917 - what ``judge`` takes, in the parts that features are computed from
        self,
        scene: Scene,
        text: str,
        certainty: TokenCertainty,
        evidence: Mapping[str, float],
        model: str,
        draw: float = 1.0,
    ) -> Opinion:
        """The opinion of a proposed text, before refutation and remembered rejections are looked at."""
        features = before_showing(scene, text, certainty, self.memory.past)
        weighed: defaultdict[str, float] = defaultdict(float)
        logit = self.prior.suggestion_logit(features, weighed)
        for name, value in evidence.items():
            weighed[name] = WEIGHTS[name] * value
            logit += weighed[name]
        kept_logit = self.prior.kept.logit(features, defaultdict(float))
        features |= {**evidence, LOG_ODDS: logit, KEPT_LOG_ODDS: kept_logit, COST_RATIO: self.cost_ratio}
        inputs = self._inputs(features, evidence, logit, model)
        probability = self._corrected(logit, inputs, weighed)
        cost = self.cost_ratio * self._regret(kept_logit) * cost_of_length(len(text.strip()))
        threshold = threshold_for(self.prior.thresholds[told_by(features)], cost)
        if scene.asked or probability >= threshold:
            return _opinion(Reason.SHOWN, probability, threshold, features, weighed)
        if draw < self.sample:
            return _opinion(Reason.SHOWN, probability, threshold, features, weighed, self.sample)
        return _opinion(Reason.UNLIKELY, probability, threshold, features, weighed, 1.0 - self.sample)

    def shown(self, candidate: Candidate, context: Context, opinion: Opinion, at: float) -> Gate:
        """This gate once a suggestion is on the screen and its fate is awaited."""
        scene = Scene.of(context, at)
        return self.put(
            scene, candidate.id, candidate.text, candidate.origin.model, place_of(context, candidate), opinion
        )

    def put(  # noqa: PLR0913, PLR0917 - what ``shown`` takes, in the parts that features are computed from
        self, scene: Scene, identity: str, text: str, model: str, place: str, opinion: Opinion
    ) -> Gate:
        """``shown``, by what features are computed from: also for recorded events, which have no candidate."""
        evidence = {name: opinion.features.get(name) or 0.0 for name in WEIGHTS}
        logit = opinion.features[LOG_ODDS] or 0.0
        pending = Pending(
            candidate_id=identity,
            showing=Showing.of(scene, text, opinion.features.get("certainty_mean")),
            place=place,
            inputs=self._inputs(opinion.features, evidence, logit, model),
            logit=logit,
            kept_logit=opinion.features[KEPT_LOG_ODDS] or 0.0,
        )
        return replace(self, memory=self.memory.with_pending(pending))

    def learn(self, feedback: Feedback) -> Gate:
        """This gate after the person did something with a suggestion that was shown; the hidden teach nothing."""
        pending = self.memory.find(feedback.candidate_id)
        if pending is None:
            return self
        if feedback.fate in {Fate.KEPT, Fate.UNDONE}:
            kept = feedback.fate is Fate.KEPT
            return replace(self, learned=self.learned.survived(self.prior.variances, pending.kept_logit, kept=kept))
        if pending.settled:
            return self
        taken = feedback.fate in _TAKEN
        return replace(
            self,
            learned=self.learned.observe(pending.inputs, self.prior.variances, pending.logit, taken=taken),
            memory=self.memory.settle(pending, taken=taken),
            rhythm=self.rhythm.answered(feedback.at, taken=taken),
        )

    def rested(self) -> Gate:
        """This gate in a new session: what was learned stays, the recent past does not."""
        return replace(
            self, memory=Memory(rejections=self.memory.rejections), rhythm=Rhythm(keystrokes=self.rhythm.keystrokes)
        )

    def _inputs(
        self, features: Mapping[str, float | None], evidence: Mapping[str, float], logit: float, model: str
    ) -> dict[str, float]:
        """What may differ in this person, and how much of each is present here."""
        inputs = {"bias": 1.0, f"model bias:{model}": 1.0, f"model scale:{model}": logit}
        inputs |= {f"evidence:{name}": value for name, value in evidence.items() if value}
        for term in self.prior.bends:
            if (value := features.get(term.name)) is not None:
                inputs[f"weight:{term.name}"] = term.scaled(value)
        return inputs

    def _corrected(self, logit: float, inputs: Mapping[str, float], weighed: dict[str, float]) -> float:
        """The probability for this person: the mean over what is not known of them (MacKay's approximation)."""
        if self.learned.drifted:
            return sigmoid(logit)
        mean, variance = self.learned.correct(inputs, self.prior.variances)
        weighed[PERSON] = mean
        return sigmoid((logit + mean) / math.sqrt(1.0 + math.pi * variance / 8.0))

    def _regret(self, kept_logit: float) -> float:
        """How much less acceptance is worth where what is accepted hardly stays: above 1 when it is likely undone."""
        mean, _ = self.learned.correct(KEPT, self.prior.variances)
        return min(max(self.prior.usually_kept / sigmoid(kept_logit + mean), 0.8), 2.0)


def _opinion(  # noqa: PLR0913, PLR0917 - an opinion has that many parts
    reason: Reason,
    probability: float,
    threshold: float,
    features: dict[str, float | None],
    weighed: Mapping[str, float],
    propensity: float = 1.0,
) -> Opinion:
    return Opinion(
        reason=reason,
        probability=probability,
        threshold=threshold,
        propensity=propensity,
        features=MappingProxyType(features),
        weighed=heaviest(weighed, features),
    )
