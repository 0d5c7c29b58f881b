"""A keystroke becomes a suggestion, or silence with a reason.

Read ``suggest`` from top to bottom: it is what the product does.
"""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from contextlib import aclosing, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from winnow.facts import Candidate, Context, Decision, Evidence, Moment, Opinion, Outcome, Reason, Suggestion
from winnow.journal import COMPLETION
from winnow.llm import SURE, Answer, EndpointError, Hear, tidy, unheard
from winnow.prefer import likeliest_first, sound
from winnow.session import Foreseen, Proposal, Session, Showing, now
from winnow.surroundings import gathered
from winnow.uris import path_of
from winnow.words import judged, unsure_says
from winnow.workspace import refit, syntax_of, typed_since

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Sequence

KIND = COMPLETION
WANTED_WHEN_ASKED = 3
WANTED_WHEN_TYPING = 2
"""How many candidates are tried; typing shows the first that survives, and is met with silence when none does."""
TOO_LATE = "You typed on before it was ready."
COLLECTING_SECONDS = 15.0
"""How long a suggestion may wait, after the start, for the tests to be collected; the next key ends the wait."""


async def suggest(moment: Moment, session: Session) -> tuple[Suggestion, ...]:
    """Offer what deserves to be seen where the cursor stands: several on request, at most one unasked."""
    return present(await propose(moment, session), session)


async def propose(moment: Moment, session: Session, hear: Hear = unheard) -> Proposal:
    """Find what deserves to be seen; nothing is shown yet, as the person may type on meanwhile."""
    if session.settings.silent_in(moment.document.language, path_of(moment.uri)) and not moment.asked:
        return _silence(moment, Reason.PAUSED, "Winnow is paused.")
    session.seen = replace(session.seen, moment=moment)
    context = await gathered(moment, session)
    if not moment.asked and not (opinion := session.gate.worth_asking(context, moment.at)).favourable:
        return _silence(moment, Reason.UNWANTED, "A suggestion here would hardly be taken.", opinion)
    decisions: list[Decision] = []
    showings: list[Showing] = []
    started = time.perf_counter()
    try:
        async with aclosing(_candidates(context, session, hear)) as candidates:
            async for candidate in candidates:
                answered = time.perf_counter() - started
                evidence = await _examine(candidate, moment, session)
                decision = _judge(context, candidate, evidence, answered, session)
                decisions.append(decision)
                if decision.reason is not Reason.SHOWN:
                    session.decide(decision)  # at once: the question may be given up before its answer is whole
                else:
                    offer = Suggestion(candidate=candidate, evidence=evidence, decision=decision)
                    showings.append(Showing(suggestion=offer, snapshot=moment.snapshot, context=context))
                    if not moment.asked:
                        break
    except EndpointError as error:
        if not decisions:
            return _silence(moment, Reason.UNREACHABLE, str(error))
        session.client.log(str(error))
    if not decisions:
        return _silence(moment, Reason.EMPTY, "Nothing usable was proposed here.")
    if moment.asked:
        showings = await likeliest_first(sound(showings), moment, session)
    left = [_withheld(decision, showings) for decision in decisions if decision.reason is Reason.SHOWN]
    return Proposal(decisions=tuple(left), showings=tuple(showings))


def _withheld(decision: Decision, showings: Sequence[Showing]) -> Decision:
    """The decision, corrected where its candidate is not among what is shown after all."""
    shown = any(showing.suggestion.decision.id == decision.id for showing in showings)
    return decision if shown or decision.reason is not Reason.SHOWN else replace(decision, reason=Reason.REFUTED)


def present(proposal: Proposal, session: Session) -> tuple[Suggestion, ...]:
    """Journal what was decided, and show what is left to insert; what no longer fits what was typed came too late."""
    left = [(showing, remaining(showing, session)) for showing in proposal.showings]
    late = {showing.suggestion.decision.id for showing, candidate in left if candidate is None}
    for decision in proposal.decisions:
        session.decide(replace(decision, reason=Reason.STALE, detail=TOO_LATE) if decision.id in late else decision)
    shown: list[Suggestion] = []
    for showing, candidate in left:
        offer, context = showing.suggestion, showing.context
        if candidate is None:
            continue
        session.showings.append(showing)
        if offer.decision.opinion is not None:
            session.gate = session.gate.shown(offer.candidate, context, offer.decision.opinion, now())
        shown.append(replace(offer, candidate=candidate))
    return tuple(shown)


def recall(moment: Moment, session: Session) -> Suggestion | None:
    """What was shown already and still fits what the user typed since; answers without asking anyone."""
    for showing in reversed(session.showings):
        if showing.context.moment.uri != moment.uri:
            continue
        candidate = remaining(showing, session)
        if candidate is not None and candidate.edits[0].start == moment.offset:
            return replace(showing.suggestion, candidate=candidate)
    return None


def remaining(showing: Showing, session: Session) -> Candidate | None:
    """What is left to insert of a suggestion; None where anything else was typed, as its evidence is void then."""
    edit = showing.suggestion.candidate.edits[0]
    if typed_since(showing.snapshot, session.workspace.snapshot, edit.uri, edit.start) is None:
        return None
    candidate = session.fitted(showing)
    return candidate if candidate is not None and candidate.text else None


async def foresee(moment: Moment, session: Session) -> None:
    """Fetch candidates for the moment after the suggestion on the screen is accepted; they are judged if it comes."""
    context = await gathered(moment, session)
    if session.gate.worth_asking(context, moment.at).favourable:
        async with aclosing(_candidates(context, session, unheard)) as candidates:
            found = [candidate async for candidate in candidates]
        session.foreseen = Foreseen(moment=moment, candidates=tuple(found))


def foreseen(moment: Moment, session: Session) -> tuple[Candidate, ...]:
    """The candidates proposed ahead that fit where the cursor stands by now."""
    ahead = session.foreseen
    if ahead is None or ahead.moment.uri != moment.uri or moment.asked:
        return ()
    if typed_since(ahead.moment.snapshot, moment.snapshot, moment.uri, ahead.moment.offset) is None:
        return ()
    fitted = (refit(candidate, ahead.moment.snapshot, moment.snapshot) for candidate in ahead.candidates)
    return tuple(each for each in fitted if each and each.text and each.edits[0].start == moment.offset)


def stale(moment: Moment) -> Proposal:
    """For a question whose answer came too late."""
    return _silence(moment, Reason.STALE, TOO_LATE)


async def _candidates(context: Context, session: Session, hear: Hear) -> AsyncGenerator[Candidate, None]:
    """What was proposed ahead, else what the provider proposes; where that fails, what the embedded engine does."""
    if ahead := foreseen(context.moment, session):
        session.foreseen = None
        for candidate in ahead:
            yield candidate
        return
    wanted = WANTED_WHEN_ASKED if context.moment.asked else WANTED_WHEN_TYPING
    try:
        async with aclosing(session.provider.complete(context, wanted, hear)) as answers:
            async for candidate in _tidied(answers, context):
                yield candidate
    except EndpointError as error:
        if session.provider is session.embedded:
            raise
        session.client.log(f"{error} The embedded engine answers meanwhile.")
        answered = False
        async with aclosing(session.embedded.complete(context, wanted)) as answers:
            async for candidate in _tidied(answers, context):
                answered = True
                yield candidate
        if not answered:
            raise


async def _tidied(answers: AsyncIterator[Answer], context: Context) -> AsyncGenerator[Candidate, None]:
    document = context.moment.document
    syntax = syntax_of(document.language)
    seen: set[str] = set()
    said: set[str] = set()
    async for answer in answers:
        if answer.text in said:
            continue
        said.add(answer.text)
        candidate = tidy(answer, context, partial(syntax.problems_with, document) if syntax else None)
        if candidate is not None and candidate.text not in seen:
            seen.add(candidate.text)
            yield candidate


async def _examine(candidate: Candidate, moment: Moment, session: Session) -> Evidence:
    """Try a candidate.

    One that nobody asked for may wait until the tests are collected after the start: without another key, nobody would
    ask again.
    """
    async with session.opening:
        folder = session.folder_of(moment.uri)
    if folder is None:
        return Evidence(parses=True, outcome=Outcome.UNREACHED, detail="The file is in no workspace folder.")
    if folder.prover is None:
        return Evidence(parses=True, outcome=Outcome.UNFINISHED, detail="The tests are not known yet.")
    if not moment.asked:
        with suppress(TimeoutError):
            async with asyncio.timeout(COLLECTING_SECONDS):
                await folder.prover.collect()
    return await folder.prover.examine(candidate, moment.snapshot, session.settings.patience)


def _judge(context: Context, candidate: Candidate, evidence: Evidence, answered: float, session: Session) -> Decision:
    """Let the gate decide."""
    opinion = session.gate.judge(context, candidate, evidence, now(), _draw())
    says = judged(evidence, opinion)
    if opinion.favourable and not context.moment.asked and _needs_proof(candidate, evidence):
        opinion = replace(opinion, reason=Reason.UNSURE, propensity=1.0)
        says = unsure_says(candidate.confidence or 0.0, SURE)
    return Decision(
        id=uuid.uuid4().hex,
        at=now(),
        uri=context.moment.uri,
        language=context.moment.document.language,
        kind=KIND,
        reason=opinion.reason,
        detail=says,
        opinion=opinion,
        candidate=candidate,
        evidence=evidence,
        timings={"answer": 1e3 * answered, "proof": 1e3 * evidence.seconds},
    )


def _draw() -> float:
    """A random number in [0, 1) for the slice that is always shown."""
    return random.random()  # noqa: S311 - chooses a sample, guards nothing


def _needs_proof(candidate: Candidate, evidence: Evidence) -> bool:
    """Whether tests have to pass for a candidate to be shown: its provider says that it is not sure of it."""
    unsure = candidate.confidence is not None and candidate.confidence < SURE
    return unsure and evidence.outcome is not Outcome.PASSED


def _silence(moment: Moment, reason: Reason, detail: str, opinion: Opinion | None = None) -> Proposal:
    decision = Decision(
        id=uuid.uuid4().hex,
        at=now(),
        uri=moment.uri,
        language=moment.document.language,
        kind=KIND,
        reason=reason,
        detail=detail,
        opinion=opinion,
    )
    return Proposal(decisions=(decision,))
