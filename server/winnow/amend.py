"""Text that does not parse becomes text that does: what was most likely meant, with the reason in plain words.

There are no tests to ask here, as nothing runs that does not parse. So a repair is shown only past a precision that
the person sets (PyFiXV, Phung et al. 2023): a wrong one costs a learner more than none.
"""

from __future__ import annotations

import asyncio
import uuid
from itertools import takewhile
from types import MappingProxyType
from typing import TYPE_CHECKING

from winnow.facts import Candidate, Decision, Evidence, Opinion, Origin, Outcome, Reason, Suggestion
from winnow.findings import Fix
from winnow.mend import Proposal, syntax_fixes
from winnow.session import Session, now

if TYPE_CHECKING:
    from winnow.facts import Document, Snapshot

KIND = "syntax"
OFFERED = 3
CONFIDENCE = MappingProxyType({"high": 0.9, "medium": 0.7, "any": 0.4})
"""How sure a repair has to be, by the setting."""


async def amend(uri: str, session: Session) -> tuple[Fix, ...]:
    """Repairs of an open document that does not parse, the surest first; none where it parses."""
    snapshot = session.workspace.snapshot
    document = snapshot.documents.get(uri)
    if document is None or document.language != "python":
        return ()
    known, fixes = session.amended.get(uri, (None, ()))
    if known is not document:
        least = CONFIDENCE[session.settings.syntax_precision]
        proposals = await asyncio.to_thread(_proposals, document, least)
        fixes = tuple(_fix(each, least, snapshot, session) for each in proposals)
        session.amended = MappingProxyType({**session.amended, uri: (document, fixes)})
    return fixes


def _proposals(document: Document, least: float) -> list[Proposal]:
    found = syntax_fixes(str(document.text), document.uri)
    return list(takewhile(lambda proposal: proposal.weight >= least, found))[:OFFERED]


def _fix(proposal: Proposal, least: float, snapshot: Snapshot, session: Session) -> Fix:
    uri = proposal.edits[0].uri
    candidate = Candidate(
        id=uuid.uuid4().hex,
        edits=proposal.edits,
        versions={uri: snapshot.documents[uri].version},
        origin=Origin(provider="embedded", model=proposal.kind),
        confidence=proposal.weight,
        title=proposal.title,
        explanation=proposal.explanation,
    )
    evidence = Evidence(parses=True, outcome=Outcome.UNREACHED)
    decision = session.decide(
        Decision(
            id=uuid.uuid4().hex,
            at=now(),
            uri=uri,
            language="python",
            kind=KIND,
            reason=Reason.SHOWN,
            detail=f"{proposal.title}: {proposal.explanation}",
            opinion=Opinion(reason=Reason.SHOWN, probability=proposal.weight, threshold=least),
            candidate=candidate,
            evidence=evidence,
        )
    )
    suggestion = Suggestion(candidate=candidate, evidence=evidence, decision=decision)
    return Fix(suggestion=suggestion, snapshot=snapshot, title=f"Fix: {proposal.title}")
