"""What the gate promises: silence has a reason, a request is answered, and what was learned can be carried away."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.facts import Evidence, Fate, Feedback, Outcome, Reason
from winnow.gate import FEATURES, Gate
from winnow.gate.person import Person
from winnow.gate.rhythm import LONGEST, SHORTEST, Rhythm
from winnow.gate.scene import Scene, TokenCertainty
from winnow.gate.utility import COST_RATIOS, threshold_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from winnow.facts import Candidate, Context

    MakeContext = Callable[..., Context]
    MakeCandidate = Callable[..., Candidate]

UNREACHED = Evidence(parses=True, outcome=Outcome.UNREACHED)
REFUTED = Evidence(parses=True, outcome=Outcome.FAILED)
PASSED = Evidence(parses=True, outcome=Outcome.PASSED)


def test_what_the_tests_refute_is_hidden_unless_asked_for(
    gate: Gate, context: MakeContext, candidate: MakeCandidate
) -> None:
    assert gate.judge(context(), candidate(), REFUTED, 1.0).reason is Reason.REFUTED
    assert gate.judge(context(asked=True), candidate(), REFUTED, 1.0).reason is Reason.SHOWN
    assert gate.judge(context(), candidate(), REFUTED, 1.0, draw=0.0).reason is Reason.REFUTED


def test_a_request_is_always_answered_with_the_probability(
    gate: Gate, context: MakeContext, candidate: MakeCandidate
) -> None:
    hopeless = candidate("\n\n\n", logprob=-9.0)
    unasked = gate.judge(context("x)", "y"), hopeless, UNREACHED, 1.0)
    asked = gate.judge(context("x)", "y", asked=True), hopeless, UNREACHED, 1.0)
    assert unasked.reason is Reason.UNLIKELY
    assert asked.reason is Reason.SHOWN
    assert 0.0 < asked.probability < 1.0
    assert gate.worth_asking(context("x)", "y", asked=True), 1.0).favourable


@pytest.mark.parametrize("ratio", COST_RATIOS.values())
def test_what_takes_certainty_takes_it_at_every_cost(ratio: float) -> None:
    assert threshold_for(1.0, ratio) == 1.0


def test_the_unlikely_is_hidden_save_for_a_logged_sample(
    gate: Gate, context: MakeContext, candidate: MakeCandidate
) -> None:
    place, text = context("x)", "y"), candidate("\n\n\n", logprob=-9.0)
    hidden = gate.judge(place, text, UNREACHED, 1.0, draw=0.5)
    sampled = gate.judge(place, text, UNREACHED, 1.0, draw=0.001)
    assert (hidden.reason, sampled.reason) == (Reason.UNLIKELY, Reason.SHOWN)
    assert hidden.propensity + sampled.propensity == pytest.approx(1.0)
    assert len(hidden.weighed) == 3


def test_what_was_rejected_does_not_come_back_in_the_same_place(
    gate: Gate, prior: dict[str, Any], context: MakeContext, candidate: MakeCandidate
) -> None:
    opinion = gate.judge(context(), candidate(), PASSED, 1.0)
    assert opinion.reason is Reason.SHOWN
    seen = gate.shown(candidate(), context(), opinion, 1.0)
    after = seen.learn(Feedback(candidate_id="c", fate=Fate.DISMISSED, at=2.0))
    assert after.judge(context(), candidate(identity="again"), PASSED, 3.0).reason is Reason.REMEMBERED
    typed_on = context("def total(prices):\n    return su")
    assert after.judge(typed_on, candidate("m(prices)"), PASSED, 3.0).reason is Reason.REMEMBERED
    elsewhere = context("def all_of(prices):\n    return ")
    assert after.judge(elsewhere, candidate(), PASSED, 3.0).reason is Reason.SHOWN
    carried = Gate.of(prior, json.loads(json.dumps(after.person())))
    assert carried.judge(context(), candidate(), PASSED, 9.0).reason is Reason.REMEMBERED


def test_passed_tests_speak_for_a_candidate(gate: Gate, context: MakeContext, candidate: MakeCandidate) -> None:
    passed = gate.judge(context(), candidate(), PASSED, 1.0).probability
    assert passed > gate.judge(context(), candidate(), UNREACHED, 1.0).probability


def test_eagerness_moves_the_threshold_and_nothing_else(
    gate: Gate, context: MakeContext, candidate: MakeCandidate
) -> None:
    opinions = [
        gate.with_eagerness(each).judge(context(), candidate(), UNREACHED, 1.0)
        for each in ("eager", "balanced", "quiet")
    ]
    assert len({opinion.probability for opinion in opinions}) == 1
    assert opinions[0].threshold < opinions[1].threshold < opinions[2].threshold
    with pytest.raises(ValueError, match="one of quiet, balanced, eager"):
        gate.with_eagerness("loud")


def test_a_cost_ratio_of_ones_own_counts_more_than_a_name(
    gate: Gate, context: MakeContext, candidate: MakeCandidate
) -> None:
    opinion = gate.judge(context(), candidate(), UNREACHED, 1.0)
    odds = opinion.probability / (1.0 - opinion.probability)
    limit = opinion.threshold / (1.0 - opinion.threshold)
    just_shown, just_hidden = (gate.with_eagerness("quiet", odds / limit * factor) for factor in (0.99, 1.01))
    assert just_shown.judge(context(), candidate(), UNREACHED, 1.0).favourable
    assert not just_hidden.judge(context(), candidate(), UNREACHED, 1.0).favourable
    assert just_shown.would_show(opinion)
    assert not just_hidden.would_show(opinion)


def test_the_sample_of_the_unlikely_can_be_refused(gate: Gate, context: MakeContext, candidate: MakeCandidate) -> None:
    place, text = context("x)", "y"), candidate("\n\n\n", logprob=-9.0)
    assert gate.judge(place, text, UNREACHED, 1.0, draw=0.0).reason is Reason.SHOWN
    refusing = gate.with_eagerness("balanced", sample=0.0)
    assert refusing.judge(place, text, UNREACHED, 1.0, draw=0.0).reason is Reason.UNLIKELY


def test_a_dozen_decisions_move_the_bias(gate: Gate, context: MakeContext, candidate: MakeCandidate) -> None:
    before = gate.judge(context(), candidate(), UNREACHED, 0.0).probability
    for taken in (True, False):
        after = gate
        for number in range(12):
            shown = candidate(f"value_{number}", str(number))
            opinion = after.judge(context(), shown, UNREACHED, number)
            fate = Fate.ACCEPTED if taken else Fate.DISMISSED
            after = after.shown(shown, context(), opinion, number).learn(
                Feedback(candidate_id=str(number), fate=fate, at=number)
            )
        now = after.rested().judge(context(), candidate(), UNREACHED, 20.0).probability
        assert (now > before) is taken


def test_what_was_learned_of_a_person_survives_json(
    gate: Gate, prior: dict[str, Any], context: MakeContext, candidate: MakeCandidate
) -> None:
    opinion = gate.judge(context(), candidate(), PASSED, 1.0)
    learned = gate.shown(candidate(), context(), opinion, 1.0).learn(
        Feedback(candidate_id="c", fate=Fate.ACCEPTED, at=2.0)
    )
    again = Gate.of(prior, json.loads(json.dumps(learned.person())))
    assert again.person() == learned.person()
    assert again.learned == learned.learned


@pytest.mark.parametrize(
    "damage",
    [
        {"version": 99},
        {"corrections": {"bias": [float("nan"), 1.0]}},
        {"corrections": {"bias": "much"}},
        {"observed": None},
        {"rejections": "all"},
    ],
)
def test_a_damaged_person_is_refused_with_a_way_out(gate: Gate, prior: dict[str, Any], damage: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="winnow gate reset"):
        Gate.of(prior, {**gate.person(), **damage})


def test_a_hidden_suggestion_teaches_nothing(gate: Gate) -> None:
    assert gate.learn(Feedback(candidate_id="never shown", fate=Fate.DISMISSED, at=1.0)) == gate


def test_a_fate_counts_once(gate: Gate, context: MakeContext, candidate: MakeCandidate) -> None:
    opinion = gate.judge(context(), candidate(), PASSED, 1.0)
    once = gate.shown(candidate(), context(), opinion, 1.0).learn(Feedback(candidate_id="c", fate=Fate.PARTLY, at=2.0))
    twice = once.learn(Feedback(candidate_id="c", fate=Fate.DISMISSED, at=3.0))
    assert twice.learned == once.learned


def test_one_who_undoes_what_they_accepted_is_shown_less(
    gate: Gate, context: MakeContext, candidate: MakeCandidate
) -> None:
    opinion = gate.judge(context(), candidate(), PASSED, 1.0)
    undoing = gate.shown(candidate(), context(), opinion, 1.0)
    for _ in range(12):
        undoing = undoing.learn(Feedback(candidate_id="c", fate=Fate.UNDONE, at=1.0))
    undoing = replace(gate, learned=undoing.learned)
    judged = [each.judge(context(), candidate(), PASSED, 1.0) for each in (gate, undoing)]
    assert judged[1].threshold > judged[0].threshold


def test_where_learning_does_worse_than_the_prior_the_prior_speaks_alone(
    gate: Gate, context: MakeContext, candidate: MakeCandidate
) -> None:
    alone = gate.judge(context(), candidate(), UNREACHED, 1.0).probability
    misled = Person(corrections={"bias": (4.0, 0.1)}, observed=100, loss=0.9, frozen_loss=0.4)
    trusted = replace(misled, loss=0.4)
    assert misled.drifted
    assert not trusted.drifted
    judged = [
        replace(gate, learned=each).judge(context(), candidate(), UNREACHED, 1.0).probability
        for each in (misled, trusted)
    ]
    assert abs(judged[0] - alone) < 0.05 < judged[1] - alone


def test_a_person_against_the_grain_of_what_was_learned_is_noticed() -> None:
    variances = {"bias": 0.15}
    person = Person(corrections={"bias": (5.0, 0.0)})
    for _ in range(60):
        person = person.observe({"bias": 1.0}, variances, 0.0, taken=False)
        person = replace(person, corrections={"bias": (5.0, 0.0)})
    assert person.drifted


@given(st.lists(st.floats(0.0, 1e5), max_size=40), st.lists(st.booleans(), max_size=30))
def test_the_delay_is_bounded_and_backs_off(times: list[float], answers: list[bool]) -> None:
    rhythm = Rhythm()
    for at in times:
        rhythm = rhythm.typed(at)
    for taken in answers:
        rhythm = rhythm.answered(1e5, taken=taken)
        assert SHORTEST <= rhythm.delay(1e5) <= LONGEST
    assert rhythm.answered(1e5, taken=False).delay(1e5) >= rhythm.delay(1e5)
    assert rhythm.answered(1e5, taken=True).delay(1e5) <= rhythm.delay(1e5)


@given(st.text(max_size=200), st.text(max_size=80), st.lists(st.floats(-40, 0), max_size=9))
def test_any_text_has_all_features_and_a_probability(
    prior: dict[str, Any], context: MakeContext, around: str, text: str, logprobs: list[float]
) -> None:
    half = len(around) // 2
    scene = Scene.of(context(around[:half], around[half:]), 1.0)
    opinion = Gate.of(prior).weigh(scene, text, TokenCertainty.summarise(logprobs), {}, "m")
    assert {feature.name for feature in FEATURES} <= set(opinion.features)
    assert 0.0 < opinion.probability < 1.0


def test_a_prior_of_another_format_is_refused(prior: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="winnow gate fit"):
        Gate.of({**prior, "format": 0})


def test_a_gate_never_changes(gate: Gate) -> None:
    assert gate.typed(1.0) != gate
    assert replace(gate) == gate
