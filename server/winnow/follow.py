"""Keep up with a person who types: join the question that is under way, and ask ahead for what comes next.

An editor asks at every keystroke and cancels its previous request. The request to the model is not cancelled with it:
often the person is typing just what the model is about to say. It is given up once what was typed contradicts its
answer.
"""

from __future__ import annotations

import asyncio
from functools import partial

from winnow.facts import Document, Moment, Snapshot, Suggestion
from winnow.llm import may_become
from winnow.session import Inquiry, Session, now
from winnow.suggest import foresee, foreseen, present, propose, recall, stale, suggest
from winnow.text import Text
from winnow.workspace import CLOSERS, apply, typed_since

INQUIRY = "inquiry"
AHEAD = "look ahead"


async def follow(moment: Moment, session: Session) -> tuple[Suggestion, ...]:
    """What to show for a keystroke: the answer to the question under way where it fits, else to a new one."""
    if moment.asked:
        drop(session)
        return await suggest(moment, session)
    if not _joinable(moment, session) and not foreseen(moment, session):
        await asyncio.sleep(session.gate.delay(moment.at))
    shown: tuple[Suggestion, ...] = ()
    if _joinable(moment, session) and session.inquiry is not None:
        shown = await _shown(session.inquiry, moment, session)
    if not shown and _current(moment, session):
        shown = await _shown(_inquire(moment, session), moment, session)
    elif not shown:
        present(stale(moment), session)
    if shown:
        _look_ahead(shown[0], session)
    return shown


def reconsider(uri: str, session: Session) -> None:
    """After an edit: give up the question under way when its answer can no longer fit."""
    inquiry = session.inquiry
    if inquiry is not None and inquiry.moment.uri == uri and not _may_answer(inquiry, session.workspace.snapshot):
        drop(session)


def drop(session: Session) -> None:
    """Give up the question under way, and what is asked ahead."""
    session.inquiry = None
    session.stop(INQUIRY)
    session.stop(AHEAD)


def _inquire(moment: Moment, session: Session) -> Inquiry:
    """Ask in a task of its own, which is cancelled once the beginning of the answer differs from what is typed."""
    drop(session)

    def hear(text: str) -> None:
        inquiry.heard = text
        if not _may_answer(inquiry, session.workspace.snapshot):
            inquiry.task.cancel()

    inquiry = Inquiry(moment=moment, task=session.begin(INQUIRY, propose, moment, session, hear))
    session.inquiry = inquiry
    return inquiry


async def _shown(inquiry: Inquiry, moment: Moment, session: Session) -> tuple[Suggestion, ...]:
    """Wait for the answer to a question and show it, once. Cancelling the wait does not cancel the question."""
    await asyncio.wait([inquiry.task])
    if session.inquiry is inquiry:
        session.inquiry = None
        return present(stale(moment) if inquiry.task.cancelled() else inquiry.task.result(), session)
    known = recall(moment, session)  # it was shown for another keystroke already, or given up
    return (known,) if known else ()


def _joinable(moment: Moment, session: Session) -> bool:
    """Whether the question under way may answer this one too: only its answer was typed since, up to the cursor."""
    inquiry = session.inquiry
    if inquiry is None or inquiry.moment.uri != moment.uri or inquiry.task.cancelled():
        return False
    typed = _typed_since(inquiry, moment.snapshot)
    if typed is None or not _fits(inquiry, typed):
        return False
    return moment.offset - inquiry.moment.offset in {len(typed), len(typed.rstrip(CLOSERS))}


def _may_answer(inquiry: Inquiry, snapshot: Snapshot) -> bool:
    typed = _typed_since(inquiry, snapshot)
    return typed is not None and _fits(inquiry, typed)


def _typed_since(inquiry: Inquiry, snapshot: Snapshot) -> str | None:
    return typed_since(inquiry.moment.snapshot, snapshot, inquiry.moment.uri, inquiry.moment.offset)


def _fits(inquiry: Inquiry, typed: str) -> bool:
    """Whether what was typed is how the answer begins, with or without the brackets that an editor closes itself."""
    typed = typed.replace("\r\n", "\n")
    begins = partial(may_become, inquiry.heard, _line(inquiry.moment))
    return begins(typed) or begins(typed.rstrip(CLOSERS))


def _line(moment: Moment) -> str:
    """The cursor's line up to the cursor."""
    row, column = moment.document.text.position(moment.offset)
    return moment.document.text.line(row)[:column]


def _current(moment: Moment, session: Session) -> bool:
    """Whether the text is still as it was when the question was asked."""
    document = session.workspace.snapshot.documents.get(moment.uri)
    return document is not None and document.text is moment.document.text


def _look_ahead(shown: Suggestion, session: Session) -> None:
    """Ask for what comes after a suggestion while it is read, where that costs nothing or is wished for."""
    wish = session.settings.look_ahead
    if wish == "always" or (wish == "free" and session.provider.free):
        session.start(AHEAD, foresee, _accepted(shown, session.workspace.snapshot), session)


def _accepted(shown: Suggestion, snapshot: Snapshot) -> Moment:
    """The moment after a suggestion is accepted."""
    edit = shown.candidate.edits[0]
    document = snapshot.documents[edit.uri]
    text = apply(shown.candidate.edits, snapshot)[edit.uri]
    after = Document(uri=edit.uri, language=document.language, version=document.version + 1, text=Text.of(text))
    documents = {**snapshot.documents, edit.uri: after}
    then = Snapshot(revision=snapshot.revision + 1, documents=documents)
    return Moment(snapshot=then, uri=edit.uri, offset=edit.start + len(edit.text), at=now())
