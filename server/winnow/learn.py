"""What a person does with a suggestion becomes knowledge: accepted, typed through, dismissed, kept.

The protocol tells only of acceptance. The rest is inferred from what is typed next.
"""

from __future__ import annotations

import asyncio
from collections import deque
from functools import partial

from winnow.facts import Candidate, Document, Fate, Feedback
from winnow.session import Edited, Session, Showing, now

RECENT_SECONDS = 300.0
"""How long an edit counts as recent."""
ACCEPTANCE_SECONDS = 1.0
"""How long after its last character the editor may still say that a suggestion was accepted."""
SURVIVAL_SECONDS = 30.0
"""After how long an accepted suggestion that still stands counts as kept (as CodeCompose and Copilot measure it)."""


def observe(before: Document, now_document: Document, session: Session) -> None:
    """Infer from an edit what the person did with the suggestion on the screen, and learn it.

    The protocol has no event for dismissal or partial acceptance: typing something else dismisses,
    inserting the start of the suggestion at once takes it in part.
    """
    session.recent_edits = _remembered(before, session.recent_edits)
    session.gate = session.gate.typed(now())
    if not session.showings or session.showings[-1].context.moment.uri != now_document.uri:
        return
    moment = session.showings[-1].context.moment
    together = [each for each in reversed(session.showings) if each.context.moment is moment]
    fitting = ((each, session.fitted(each)) for each in together)
    showing, left = next(((each, rest) for each, rest in fitting if rest is not None), (together[0], None))
    if left is None:
        dismiss(showing.suggestion.candidate.id, session)
    elif not left.text:
        _finish(showing, session)
    else:
        _progress(showing, left.text, session)


def accept(candidate_id: str, session: Session) -> None:
    """The editor says that a suggestion was taken whole; remember it, and look later whether it stayed.

    Editors insert first and say so afterwards, so the suggestion may have been seen to its end already.
    """
    session.stop(f"fate of {candidate_id}")
    showing = session.finishing.pop(candidate_id, None) or _taken(candidate_id, session)
    size = len(showing.suggestion.candidate.text) if showing else 0
    learn(Feedback(candidate_id=candidate_id, fate=Fate.ACCEPTED, at=now(), characters=size), session)
    if showing is not None:
        session.start(f"survival of {candidate_id}", _watch_survival, showing.suggestion.candidate, session)


def accept_part(candidate_id: str, characters: int, session: Session) -> None:
    """The editor says that a part was taken, which may have been seen in the text already."""
    left, known = session.progress.get(candidate_id, ("", False))
    if not known:
        taken = Feedback(candidate_id=candidate_id, fate=Fate.PARTLY, at=now(), characters=characters)
        learn(taken, session)
        session.progress = {candidate_id: (left, True)}


def dismiss(candidate_id: str, session: Session) -> None:
    """The person does not want this suggestion; the alternatives that were shown with it are dismissed too."""
    if _taken(candidate_id, session) is not None:
        learn(Feedback(candidate_id=candidate_id, fate=Fate.DISMISSED, at=now()), session)


def _taken(candidate_id: str, session: Session) -> Showing | None:
    """Take a suggestion off the screen, with the others that were shown at the same moment."""
    showing = next((each for each in session.showings if each.suggestion.candidate.id == candidate_id), None)
    if showing is not None:
        moment = showing.context.moment
        session.showings = deque(
            (each for each in session.showings if each.context.moment is not moment), maxlen=session.showings.maxlen
        )
    return showing


def _finish(showing: Showing, session: Session) -> None:
    """All of it stands in the text: accepted if the editor says so within a moment, else typed through."""
    identity = showing.suggestion.candidate.id
    _taken(identity, session)
    session.finishing[identity] = showing
    session.start(f"fate of {identity}", _typed_unless_accepted, showing, session)


def settle(session: Session) -> None:
    """At the end of a session: what the editor did not confirm as accepted was typed."""
    for showing in list(session.finishing.values()):
        _typed(showing, session)


async def _typed_unless_accepted(showing: Showing, session: Session) -> None:
    await asyncio.sleep(ACCEPTANCE_SECONDS)
    _typed(showing, session)


def _typed(showing: Showing, session: Session) -> None:
    candidate = showing.suggestion.candidate
    if session.finishing.pop(candidate.id, None) is not None:
        size = len(candidate.text)
        learn(Feedback(candidate_id=candidate.id, fate=Fate.TYPED, at=now(), characters=size), session)


def _progress(showing: Showing, left: str, session: Session) -> None:
    """Nobody types two visible characters at once: a part was accepted; learned once for each suggestion."""
    identity = showing.suggestion.candidate.id
    last, known = session.progress.get(identity, (showing.suggestion.candidate.text, False))
    taken = _inserted(last, left)
    accepted = len(taken.strip()) > 1  # the line end of one key may bring indentation with it
    if accepted and not known:
        learn(Feedback(candidate_id=identity, fate=Fate.PARTLY, at=now(), characters=len(taken)), session)
    session.progress = {identity: (left, known or accepted)}


def _inserted(last: str, left: str) -> str:
    """What was inserted of a suggestion when so much of it is left; a bracket that the editor closed does not count."""
    if len(left) >= len(last):
        return ""  # something was deleted again
    at = len(last) - len(left) if last.endswith(left) else last.find(left)
    return last[: max(at, 0)]


def learn(feedback: Feedback, session: Session) -> None:
    """Remember what a person did with a suggestion, and let the gate bend to it."""
    session.journal.record(feedback)
    before, after = session.gate, session.gate.learn(feedback)
    if after is not before:
        session.journal.change_person(partial(before.added_to, feedback=feedback))  # other windows learn, too
        session.gate = after.told()


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
