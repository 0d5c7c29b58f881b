"""What a person does with a suggestion becomes knowledge: accepted, typed through, dismissed, kept.

The protocol tells only of acceptance. The rest is inferred from what is typed next.
"""

from __future__ import annotations

import asyncio

from winnow.facts import Candidate, Document, Fate, Feedback
from winnow.session import Edited, Session, now

RECENT_SECONDS = 300.0
"""How long an edit counts as recent."""
SURVIVAL_SECONDS = 30.0
"""After how long an accepted suggestion that still stands counts as kept (as CodeCompose and Copilot measure it)."""


def observe(before: Document, now_document: Document, session: Session) -> None:
    """Infer from an edit what the person did with the suggestion on the screen, and learn it.

    The protocol has no event for dismissal or partial acceptance: typing something else dismisses,
    typing or inserting the start of the suggestion takes it in part.
    """
    session.recent_edits = _remembered(before, session.recent_edits)
    session.gate = session.gate.typed(now())
    if not session.showings or session.showings[-1].context.moment.uri != now_document.uri:
        return
    showing = session.showings[-1]
    left = session.fitted(showing)
    identity = showing.suggestion.candidate.id
    if left is None:
        session.showings.pop()
        learn(Feedback(candidate_id=identity, fate=Fate.DISMISSED, at=now()), session)
    elif not left.text:
        session.showings.pop()
        size = len(showing.suggestion.candidate.text)
        learn(Feedback(candidate_id=identity, fate=Fate.TYPED, at=now(), characters=size), session)
    elif (grown := len(now_document.text) - len(before.text)) > 1:
        learn(Feedback(candidate_id=identity, fate=Fate.PARTLY, at=now(), characters=grown), session)


def accept(candidate_id: str, session: Session) -> None:
    """The editor says that a suggestion was taken whole; remember it, and look later whether it stayed."""
    showing = next((each for each in session.showings if each.suggestion.candidate.id == candidate_id), None)
    size = len(showing.suggestion.candidate.text) if showing else 0
    learn(Feedback(candidate_id=candidate_id, fate=Fate.ACCEPTED, at=now(), characters=size), session)
    if showing is not None:
        session.showings.remove(showing)
        candidate = showing.suggestion.candidate
        session.start(f"survival of {candidate_id}", _watch_survival, candidate, session)


def learn(feedback: Feedback, session: Session) -> None:
    """Remember what a person did with a suggestion, and let the gate bend to it."""
    session.journal.record(feedback)
    session.gate = session.gate.learn(feedback)
    session.journal.save_person(session.gate.person())


def _remembered(before: Document, edited: tuple[Edited, ...]) -> tuple[Edited, ...]:
    """The edits of the last minutes, each as the document was before them."""
    fresh = tuple(each for each in edited if now() - each.at < RECENT_SECONDS)
    if any(each.document.uri == before.uri for each in fresh):
        return fresh
    return (*fresh, Edited(document=before, at=now()))


async def _watch_survival(candidate: Candidate, session: Session) -> None:
    await asyncio.sleep(SURVIVAL_SECONDS)
    document = session.workspace.snapshot.documents.get(candidate.edits[0].uri)
    if document is not None:
        kept = candidate.text.strip() in str(document.text)
        learn(Feedback(candidate_id=candidate.id, fate=Fate.KEPT if kept else Fate.UNDONE, at=now()), session)
