"""Another server's diagnostic becomes an edit that removes its cause.

It is read, answered, and asked of parse, names and tests. What the affected tests refute is not offered; what they
cannot speak of says so in its title.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from winnow.facts import Candidate, Decision, Evidence, Opinion, Outcome, Reason, Suggestion
from winnow.findings import Fix, decision_on
from winnow.mend import read, remedies
from winnow.repair.knowing import known_at
from winnow.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.facts import Document, Snapshot
    from winnow.session import Session

KIND = "remedy"
OFFERED = 2
"""For one diagnostic; a menu of more is read by nobody."""
PATIENCE_SECONDS = 10.0
"""How long the tests may take to say something of an edit: nobody waits for them to the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """What another server says of a range of a document, in offsets."""

    message: str
    start: int
    end: int


async def remedy(
    uri: str, diagnostics: Sequence[Diagnostic], session: Session, seconds: float
) -> list[tuple[Fix, ...]]:
    """For each diagnostic, the edits that remove its cause, the surest first, as far as known after so many seconds.

    They are found out once for each text, all at the same time; what takes longer goes on, and is known the next time.
    Each is decided on when it comes into a menu; those that come into none are decided on at once.
    """
    snapshot = session.workspace.snapshot
    document = snapshot.documents.get(uri)
    if document is None or document.language != "python":
        return [() for _ in diagnostics]
    _stop_older(document, session)
    asked = [(each, f"{uri} {each.start} {each.end} {each.message}") for each in diagnostics]
    for diagnostic, key in asked:
        name = f"{_search_of(document)} {key}"
        if session.amended.get(key, (None,))[0] is not document and name not in session.tasks:
            session.start(name, _find, diagnostic, key, document, snapshot, session)
    searches = [task for name, task in session.tasks.items() if name.startswith(_search_of(document))]
    if searches:
        await asyncio.wait(searches, timeout=seconds)
    known = [session.amended.get(key, (None, ())) for _, key in asked]
    return [fixes if text is document else () for text, fixes in known]


def _search_of(document: Document) -> str:
    """How the searches for remedies of a text are named."""
    return f"remedy {document.uri} {document.version}:"


def _stop_older(document: Document, session: Session) -> None:
    """End the searches for what is wrong with a text that is gone."""
    for name in list(session.tasks):
        if name.startswith(f"remedy {document.uri} ") and not name.startswith(_search_of(document)):
            session.stop(name)


async def _find(diagnostic: Diagnostic, key: str, document: Document, snapshot: Snapshot, session: Session) -> None:
    fixes = await _found(diagnostic, document, snapshot, session)
    current = session.workspace.snapshot.documents
    kept = {name: told for name, told in session.amended.items() if current.get(told[0].uri) is told[0]}
    session.amended = MappingProxyType({**kept, key: (document, fixes)})


async def _found(diagnostic: Diagnostic, document: Document, snapshot: Snapshot, session: Session) -> tuple[Fix, ...]:
    text = str(document.text)
    complaint = read(diagnostic.message, text, diagnostic.start, diagnostic.end)
    if complaint is None:
        return ()
    folder = session.folder_of(document.uri)
    known = await known_at(complaint, document, folder, session)
    proposals = await asyncio.to_thread(remedies, complaint, text, document.uri, known)
    candidates = [proposal.candidate({document.uri: document.version}) for proposal in proposals[: 2 * OFFERED]]
    prover = folder.prover if folder is not None else None
    patience = max(PATIENCE_SECONDS, session.settings.patience)
    if prover is not None:
        tried = await asyncio.gather(*(prover.examine(each, snapshot, patience) for each in candidates))
    else:
        tried = [Evidence(parses=True, outcome=Outcome.REFUSED, detail="no tests run here") for _ in candidates]
    standing = []
    for candidate, evidence in zip(candidates, tried, strict=True):
        if evidence.refuted:
            session.decide(_decision(candidate, evidence, Reason.REFUTED))
        else:
            standing.append((candidate, evidence))
    standing.sort(key=lambda tried: tried[1].outcome is not Outcome.PASSED)
    for candidate, evidence in standing[OFFERED:]:
        session.decide(_decision(candidate, evidence, Reason.UNLIKELY))
    return tuple(_fix(candidate, evidence, snapshot) for candidate, evidence in standing[:OFFERED])


def _fix(candidate: Candidate, evidence: Evidence, snapshot: Snapshot) -> Fix:
    decision = _decision(candidate, evidence, Reason.SHOWN)
    suggestion = Suggestion(candidate=candidate, evidence=evidence, decision=decision)
    return Fix(suggestion=suggestion, snapshot=snapshot, title=f"Fix: {candidate.title} · {_says(evidence)}")


def _says(evidence: Evidence) -> str:
    """How far the edit is proven, in the words of a menu."""
    match evidence.outcome:
        case Outcome.PASSED:
            return f"{count(len(evidence.passed), 'test')} pass" + ("es" if len(evidence.passed) == 1 else "")
        case Outcome.UNREACHED:
            return "no test reaches it"
        case _:
            return "not tested"


def _decision(candidate: Candidate, evidence: Evidence, reason: Reason) -> Decision:
    says = " breaks a test." if reason is Reason.REFUTED else f": {_says(evidence)}"
    opinion = Opinion(reason=reason, probability=candidate.confidence or 0.0, threshold=0.0)
    return decision_on(candidate, evidence, KIND, opinion, candidate.title + says)
