"""What came nearest to a fix without being one: kept apart, and shown to nobody who does not ask for it.

Whoever asks sees each with what still fails, found out by all the tests that it affects.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from winnow.facts import Outcome, Reason, Suggestion, TestOutcome
from winnow.findings import Fix
from winnow.repair.offering import decided_on
from winnow.repair.scene import scene_of
from winnow.repair.trying import WRITTEN, Proposed, try_out
from winnow.words import count, evidence_says, first_line, short_name
from winnow.workspace import same_texts

if TYPE_CHECKING:
    from winnow.facts import TestResult
    from winnow.repair.choosing import Choice
    from winnow.repair.search import Search
    from winnow.repair.trying import Tried
    from winnow.session import Folder, Session

KEPT = 3


def keep(choice: Choice, search: Search) -> None:
    """Keep what came nearest: what too few tests prove, what mends a part, what was written for the failure."""
    green = [each for each in search.tried if each.green and not each.survives]
    written = [each for each in search.tried if not each.green and each.written and each.evidence.tests]
    nearest = [
        *choice.doubtful,
        *sorted(green, key=lambda each: (bool(each.objections), -each.weight)),
        *sorted(written, key=search.merit, reverse=True),
    ]
    kept = tuple(each.candidate for each in nearest[:KEPT])
    scene = search.scene
    scene.session.revise(scene.key, lambda known: replace(known, nearest=kept, tried_on=scene.snapshot, attempts=()))


async def attempts(failure: TestResult, folder: Folder, session: Session) -> tuple[Fix, ...]:
    """Put what came nearest to a fix before the person who asked, unproven as it is; empty where nothing came near."""
    known = session.findings.get(folder.key(failure.test))
    if known is None or known.tried_on is None or folder.prover is None or not session.settings.trusted:
        return ()
    scene = await scene_of(failure, folder, folder.prover, session)
    read = [each for each in known.nearest if each.versions.keys() <= scene.snapshot.documents.keys()]
    fitting = [each for each in read if same_texts(each, known.tried_on, scene.snapshot)]
    tried = [await try_out(Proposed(candidate=each, weight=WRITTEN), scene, thorough=True) for each in fitting]
    shown = []
    for each in tried:
        left = what_is_left(each, failure.test)
        decision = decided_on(each, Reason.SHOWN, f"Unproven, and shown on request: {each.candidate.title}: {left}")
        suggestion = Suggestion(candidate=each.candidate, evidence=each.evidence, decision=session.decide(decision))
        title = f"Unproven: {each.candidate.title} · {left}"
        shown.append(Fix(suggestion=suggestion, snapshot=scene.snapshot, title=title))
    session.revise(scene.key, lambda known: replace(known, attempts=tuple(shown)))
    return tuple(shown)


def what_is_left(tried: Tried, test: str) -> str:
    """What still speaks against an attempt: the tests that fail with it, else why it is not proven all the same."""
    bad = {TestOutcome.FAILED, TestOutcome.ERROR, TestOutcome.UNFINISHED}
    failing = sorted((r for r in tried.evidence.tests if r.outcome in bad), key=lambda result: result.test != test)
    if failing:
        more = f" and {len(failing) - 1} more" if len(failing) > 1 else ""
        verb = "fail" if more else "fails"
        words = first_line(failing[0].message)
        return f"{short_name(failing[0].test)}{more} still {verb}" + (f": {words}" if words else "")
    if tried.objections:
        return tried.objections[0][:1].lower() + tried.objections[0][1:].removesuffix(".")
    if tried.evidence.outcome is Outcome.PASSED:
        return f"only {count(len(tried.evidence.passed), 'test')} to speak for it"
    return evidence_says(tried.evidence)
