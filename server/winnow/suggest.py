"""A keystroke becomes a suggestion, or silence with a reason.

Read ``suggest`` from top to bottom: it is what the product does.
"""

from __future__ import annotations

import time
import uuid
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from winnow import context as context_room
from winnow.facts import Candidate, Context, Decision, Evidence, Moment, Opinion, Outcome, Reason, Suggestion
from winnow.llm import SURE, Answer, EndpointError, tidy
from winnow.session import Session, Showing, draw, now
from winnow.words import judged
from winnow.workspace import refit, syntax_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

KIND = "completion"
WANTED_WHEN_ASKED = 3
WANTED_WHEN_TYPING = 2
"""How many candidates are tried; typing shows the first that survives, and is met with silence when none does."""


async def suggest(moment: Moment, session: Session) -> tuple[Suggestion, ...]:
    """Offer what deserves to be seen where the cursor stands: several on request, at most one unasked."""
    if session.settings.paused and not moment.asked:
        return _silence(moment, session, Reason.PAUSED, "Winnow is paused.")
    context = _gather(moment, session)
    opinion = session.gate.worth_asking(context, moment.at)
    if not opinion.favourable and not moment.asked:
        return _silence(moment, session, Reason.UNWANTED, "A suggestion here would hardly be taken.", opinion)
    offers: list[Suggestion] = []
    tried = 0
    started = time.perf_counter()
    try:
        async with aclosing(_candidates(context, session)) as candidates:
            async for candidate in candidates:
                tried += 1
                answered = time.perf_counter() - started
                evidence = await _examine(candidate, moment, session)
                offers += _judge(context, candidate, evidence, answered, session)
                if offers and not moment.asked:
                    break
    except EndpointError as error:
        return _silence(moment, session, Reason.UNREACHABLE, str(error))
    if not tried:
        return _silence(moment, session, Reason.EMPTY, "Nothing usable was proposed here.")
    return _show(offers, context, session)


def recall(moment: Moment, session: Session) -> Suggestion | None:
    """What was shown already and still fits what the user typed since; answers without asking anyone."""
    for showing in reversed(session.showings):
        if showing.context.moment.uri != moment.uri:
            continue
        candidate = session.fitted(showing)
        if candidate is not None and candidate.text and candidate.edits[0].start == moment.offset:
            return replace(showing.suggestion, candidate=candidate)
    return None


def _gather(moment: Moment, session: Session) -> Context:
    syntax = syntax_of(moment.document.language)
    return context_room.gather(
        moment,
        syntax=syntax,
        index=session.index,
        failures=session.failing(),
        recent=tuple(edited.document for edited in session.recent_edits),
    )


async def _candidates(context: Context, session: Session) -> AsyncGenerator[Candidate, None]:
    """What the provider proposes, tidied; the embedded engine answers while the endpoint is ill."""
    wanted = WANTED_WHEN_ASKED if context.moment.asked else WANTED_WHEN_TYPING
    try:
        async with aclosing(session.provider.complete(context, wanted)) as answers:
            async for candidate in _tidied(answers, context):
                yield candidate
    except EndpointError as error:
        if session.provider is session.embedded:
            raise
        session.client.log(f"{error} The embedded engine answers meanwhile.")
        async with aclosing(session.embedded.complete(context, wanted)) as answers:
            async for candidate in _tidied(answers, context):
                yield candidate


async def _tidied(answers: AsyncIterator[Answer], context: Context) -> AsyncGenerator[Candidate, None]:
    syntax = syntax_of(context.moment.document.language)
    seen: set[str] = set()
    async for answer in answers:
        candidate = tidy(answer, context, syntax.count_problems if syntax else None)
        if candidate is not None and candidate.text not in seen:
            seen.add(candidate.text)
            yield candidate


async def _examine(candidate: Candidate, moment: Moment, session: Session) -> Evidence:
    folder = session.folder_of(moment.uri)
    if folder is None:
        return Evidence(parses=True, outcome=Outcome.UNREACHED, detail="The file is in no workspace folder.")
    if folder.prover is None:
        return Evidence(parses=True, outcome=Outcome.UNFINISHED, detail="The tests are not known yet.")
    return await folder.prover.examine(candidate, moment.snapshot, session.settings.patience)


def _judge(
    context: Context, candidate: Candidate, evidence: Evidence, answered: float, session: Session
) -> list[Suggestion]:
    """Let the gate decide, and journal what it said: a list of one suggestion, or of none."""
    opinion = session.gate.judge(context, candidate, evidence, now(), draw())
    if opinion.favourable and not context.moment.asked and _needs_proof(candidate, evidence):
        opinion = replace(opinion, reason=Reason.UNLIKELY, probability=candidate.confidence or 0.0, threshold=SURE)
    decision = session.decide(
        Decision(
            id=uuid.uuid4().hex,
            at=now(),
            uri=context.moment.uri,
            language=context.moment.document.language,
            kind=KIND,
            reason=opinion.reason,
            detail=judged(evidence, opinion),
            opinion=opinion,
            candidate=candidate,
            evidence=evidence,
            timings={"answer": 1e3 * answered, "proof": 1e3 * evidence.seconds},
        )
    )
    offered = Suggestion(candidate=candidate, evidence=evidence, decision=decision)
    return [offered] if opinion.favourable else []


def _needs_proof(candidate: Candidate, evidence: Evidence) -> bool:
    """An engine that is unsure of its answer may still be right: its tests decide, and silence where there are none."""
    unsure = candidate.confidence is not None and candidate.confidence < SURE
    return unsure and evidence.outcome is not Outcome.PASSED


def _show(offers: list[Suggestion], context: Context, session: Session) -> tuple[Suggestion, ...]:
    """What is left to insert of each offer, as the user may have typed on while it was tried."""
    moment = context.moment
    shown: list[Suggestion] = []
    for offer in offers:
        candidate = refit(offer.candidate, moment.snapshot, session.workspace.snapshot)
        if candidate is None or not candidate.text:
            _silence(moment, session, Reason.STALE, "You typed on before it was ready.")
            continue
        session.showings.append(Showing(suggestion=offer, snapshot=moment.snapshot, context=context))
        if offer.decision.opinion is not None:
            session.gate = session.gate.shown(offer.candidate, context, offer.decision.opinion, now())
        shown.append(replace(offer, candidate=candidate))
    return tuple(shown)


def _silence(
    moment: Moment, session: Session, reason: Reason, detail: str, opinion: Opinion | None = None
) -> tuple[Suggestion, ...]:
    session.decide(
        Decision(
            id=uuid.uuid4().hex,
            at=now(),
            uri=moment.uri,
            language=moment.document.language,
            kind=KIND,
            reason=reason,
            detail=detail,
            opinion=opinion,
        )
    )
    return ()
