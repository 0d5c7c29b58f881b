"""Text that does not parse becomes text that does: what was most likely meant, with the reason in plain words.

There are no tests to ask here, as nothing runs that does not parse. So a repair is shown only past a precision that
the person sets (PyFiXV, Phung et al. 2023): a wrong one costs a learner more than none.
"""

from __future__ import annotations

import asyncio
from types import MappingProxyType
from typing import TYPE_CHECKING

from winnow.facts import Candidate, Decision, Evidence, Opinion, Outcome, Reason, Suggestion
from winnow.findings import Fix, decision_on
from winnow.mend import Proposal, syntax_fixes

if TYPE_CHECKING:
    from winnow.facts import Document, Snapshot
    from winnow.session import Session

KIND = "syntax"
OFFERED = 3
CONFIDENCE = MappingProxyType({"high": 0.9, "medium": 0.7, "any": 0.4})
"""How sure a repair has to be, by the setting."""
EVIDENCE = Evidence(parses=True, outcome=Outcome.UNREACHED)
"""No test can tell."""


async def amend(uri: str, session: Session) -> tuple[Fix, ...]:
    """Repairs of an open document that does not parse, the surest first; none where it parses.

    Each is decided on when it comes into a menu; those that come into none are decided on at once.
    """
    snapshot = session.workspace.snapshot
    document = snapshot.documents.get(uri)
    if document is None or document.language != "python":
        return ()
    known, fixes = session.amended.get(uri, (None, ()))
    if known is not document:
        least = CONFIDENCE[session.settings.syntax_precision]
        proposals = await asyncio.to_thread(_proposals, document)
        sure = sum(proposal.weight >= least for proposal in proposals[:OFFERED])
        candidates = [proposal.candidate({uri: document.version}) for proposal in proposals]
        fixes = tuple(_fix(each, least, snapshot) for each in candidates[:sure])
        for each in candidates[sure:]:
            session.decide(_decision(each, Reason.UNLIKELY, least))
        session.amended = MappingProxyType({**session.amended, uri: (document, fixes)})
    return fixes


def _proposals(document: Document) -> list[Proposal]:
    return list(syntax_fixes(str(document.text), document.uri))


def _fix(candidate: Candidate, least: float, snapshot: Snapshot) -> Fix:
    decision = _decision(candidate, Reason.SHOWN, least)
    suggestion = Suggestion(candidate=candidate, evidence=EVIDENCE, decision=decision)
    because = candidate.explanation.removesuffix(".")
    return Fix(suggestion=suggestion, snapshot=snapshot, title=f"Fix: {candidate.title} · {because}")


def _decision(candidate: Candidate, reason: Reason, least: float) -> Decision:
    opinion = Opinion(reason=reason, probability=candidate.confidence or 0.0, threshold=least)
    return decision_on(candidate, EVIDENCE, KIND, opinion, f"{candidate.title}: {candidate.explanation}")
