"""What is offered, what is held back, and why: each a decision in the journal."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from winnow.facts import Decision, Opinion, Reason, Suggestion
from winnow.findings import Ambiguity, Fix, decision_on
from winnow.repair.guilt import changed_first
from winnow.repair.remembering import learn_from
from winnow.words import count, evidence_says

if TYPE_CHECKING:
    from winnow.repair.choosing import Choice
    from winnow.repair.scene import Scene
    from winnow.repair.search import Search
    from winnow.repair.trying import Tried

KIND = "fix"
OFFERED = 3
"""A menu of more is read by nobody."""


def offer(choice: Choice, search: Search) -> tuple[Fix, ...]:
    """Keep what was chosen for every failing test that it turns green, and journal what is withheld."""
    scene = search.scene
    for tried in search.tried:
        if tried.green and not tried.survives:
            _decide(tried, Reason.REFUTED, "; ".join(tried.objections) or _left_says(tried), scene)
    for tried in choice.doubtful:
        _decide(tried, Reason.UNLIKELY, choice.because, scene)
    offered = choice.fixes[: OFFERED - bool(search.undone)]
    named = {tried.candidate.id for tried in (*offered, *choice.doubtful, *(rival for _, rival in choice.rivals))}
    passed_over = "Likelier ones pass as well." if offered or choice.rivals else "It was not compared in time."
    for tried in search.survivors:
        if tried.candidate.id not in named:
            _decide(tried, Reason.UNLIKELY, passed_over, scene)
    last = (search.undone,) if search.undone else ()
    if choice.rivals:
        _hold_back(choice, scene)
        return last
    fixes = (*(_fix(tried, scene) for tried in offered), *last)
    if offered:
        _keep(fixes, scene)
    return fixes


def offer_undone(tried: Tried, scene: Scene) -> Fix:
    """Keep what puts back what broke the test, while something better is looked for."""
    fix = _fix(tried, scene)
    _keep((fix,), scene)
    return fix


def _left_says(tried: Tried) -> str:
    return f"{count(len(tried.left), 'test')} of the same function would still fail."


def _hold_back(choice: Choice, scene: Scene) -> None:
    session = scene.session
    words = " or ".join(answer for answer, _ in choice.rivals)
    answers = []
    for answer, tried in choice.rivals:
        _decide(tried, Reason.UNLIKELY, f"Other fixes pass as well and differ: {choice.call} would be {words}.", scene)
        answers.append((answer, _fix(tried, scene, decided=False)))
    subject = scene.subject
    if subject is not None:
        question = Ambiguity(path=subject.path, unit=subject.unit, call=choice.call, answers=tuple(answers))
        session.revise(scene.key, lambda known: replace(known, ambiguity=question))
        session.client.log(f"The fixes found for {scene.failure.test} differ: should {choice.call} be {words}?")


def _fix(tried: Tried, scene: Scene, *, decided: bool = True) -> Fix:
    evidence = tried.evidence
    detail = f"{tried.candidate.title}: {evidence_says(evidence)}"
    decision = decided_on(tried, Reason.SHOWN, detail)
    if decided:
        scene.session.decide(decision)
    tests = count(len(evidence.passed), "test")
    title = f"Fix: {tried.candidate.title} · {tests} pass" + ("es" if len(evidence.passed) == 1 else "")
    suggestion = Suggestion(candidate=tried.candidate, evidence=evidence, decision=decision)
    return Fix(suggestion=suggestion, snapshot=scene.snapshot, title=title)


def _decide(tried: Tried, reason: Reason, detail: str, scene: Scene) -> None:
    scene.session.decide(decided_on(tried, reason, detail))


def decided_on(tried: Tried, reason: Reason, detail: str) -> Decision:
    """What is decided of a candidate that was tried, for the journal."""
    opinion = Opinion(reason=reason, probability=float(reason is Reason.SHOWN), threshold=1.0)
    decision = decision_on(tried.candidate, tried.evidence, KIND, opinion, detail)
    return replace(decision, timings={"proof": 1e3 * tried.evidence.seconds})


def _keep(fixes: tuple[Fix, ...], scene: Scene) -> None:
    """Keep what was proven for the failing tests that it turns green, each by itself."""
    session = scene.session
    learn_from(fixes[0], session)
    for test in sorted({scene.failure.test, *(result.test for result in session.failing(scene.folder))}):
        mending = tuple(fix for fix in fixes if _mends(fix, test))
        if mending:
            key, fault = scene.folder.key(test), changed_first(mending[0])
            session.revise(key, partial(replace, fixes=mending, ambiguity=None, suspect=fault))
            session.client.fixed(key)


def _mends(fix: Fix, test: str) -> bool:
    return any(result.test == test for result in fix.suggestion.evidence.passed)
