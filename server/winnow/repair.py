"""A failure becomes a fix worth accepting: located, proposed, tried, and offered only when the tests turned green.

The cheap rung comes first (small edits of the syntax tree, no model), then the model, told what its last attempt
failed on. Most gains come within two rounds ("How Many Tries", 2024).
"""

from __future__ import annotations

import asyncio
import time
import uuid
from contextlib import aclosing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from winnow.facts import (
    Candidate,
    Decision,
    Document,
    Edit,
    Evidence,
    Frame,
    Opinion,
    Origin,
    Outcome,
    Reason,
    Snapshot,
    Suggestion,
    TestOutcome,
    TestResult,
)
from winnow.llm import Brief, EndpointError
from winnow.mend import Proposal, Suspect, locate, objections, propose
from winnow.session import Fix, Folder, Session, now
from winnow.text import Text
from winnow.words import count, evidence_says
from winnow.workspace import apply, path_of, uri_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Mapping

KIND = "fix"
OFFERED = 3
"""A menu of more is read by nobody."""
BATCH = 8
"""Proposals made in one hop to a thread, so that making them never holds up the event loop."""
SIZE_OF_ANY_LINE = 1 << 20
NEIGHBOURS = 6
"""After a proof the search goes on for this many proposals, as a likelier edit may stand close behind."""


async def repair(folder: Folder, session: Session, failures: tuple[TestResult, ...] = ()) -> tuple[Fix, ...]:
    """Search for fixes of what fails in a folder, within the person's budget; what is proven is kept in the session."""
    if folder.prover is None or not session.settings.trusted:
        return ()
    found: list[Fix] = []
    try:
        async with asyncio.timeout(session.settings.repair_seconds):
            for failure in failures or _failing(folder, session):
                if failures or not session.standing_fixes(failure.test):
                    found += await _repair_one(failure, folder, session)
    except TimeoutError:
        session.client.log(f"The search for a fix ended after {session.settings.repair_seconds:.0f} s.")
    return tuple(found)


async def _repair_one(failure: TestResult, folder: Folder, session: Session) -> list[Fix]:
    """Try what is proposed for one failing test, likeliest first, until something is proven."""
    snapshot = await asyncio.to_thread(_with_files, session.workspace.snapshot, failure, folder)
    sources = {path_of(uri): str(document.text) for uri, document in snapshot.documents.items()}
    suspects = await asyncio.to_thread(locate, _results(session, failure), sources, _reached(folder))
    _suspect(suspects, failure, session)
    proven: list[Fix] = []
    since = 0
    async with aclosing(_proposals(sources, suspects, failure, snapshot, session)) as candidates:
        async for candidate in candidates:
            since += bool(proven)
            if since > NEIGHBOURS:
                break
            fix = await _try(candidate, failure, snapshot, folder, session)
            if fix is not None:
                proven.append(fix)
                _keep(proven, failure, session)
    return proven[:OFFERED]


async def _proposals(
    sources: Mapping[str, str], suspects: tuple[Suspect, ...], failure: TestResult, snapshot: Snapshot, session: Session
) -> AsyncGenerator[Candidate, None]:
    """The rungs, cheapest first: small edits of the syntax tree, then the model in rounds."""
    edits = propose(sources, suspects, (failure,))
    while batch := await asyncio.to_thread(_batch, edits):
        for proposal in batch:
            yield _candidate_of(proposal, snapshot)
    if session.provider is session.embedded:
        return
    for suspect in suspects[: session.settings.repair_rounds]:
        async with aclosing(_asked(suspect, sources, failure, snapshot, session)) as candidates:
            async for candidate in candidates:
                yield candidate


async def _asked(
    suspect: Suspect, sources: Mapping[str, str], failure: TestResult, snapshot: Snapshot, session: Session
) -> AsyncGenerator[Candidate, None]:
    """What the model makes of a suspect unit, given the failure in the test's own words."""
    text = snapshot.documents[uri_of(suspect.path)].text
    start, end = text.offset(suspect.start_line, 0), text.offset(suspect.end_line, SIZE_OF_ANY_LINE)
    brief = Brief(
        test=failure.test,
        message=failure.message,
        path=suspect.path,
        unit=suspect.unit,
        source=text.slice(start, end),
        file=str(text),
        start=start,
        end=end,
        test_source=sources.get(failure.path, ""),
    )
    try:
        async with aclosing(session.provider.repair(brief)) as patches:
            async for patch in patches:
                edit = Edit(uri=uri_of(suspect.path), start=start, end=end, text=patch.text)
                yield Candidate(
                    id=uuid.uuid4().hex,
                    edits=(edit,),
                    versions=_versions((edit,), snapshot),
                    origin=Origin(provider=session.provider.name, model=session.provider.model),
                    logprobs=patch.logprobs,
                    title=f"rewrite `{suspect.unit}`",
                    explanation=patch.explanation,
                )
    except EndpointError as error:
        session.client.log(str(error))


async def _try(
    candidate: Candidate, failure: TestResult, snapshot: Snapshot, folder: Folder, session: Session
) -> Fix | None:
    """Offer a candidate only if the failing test turned green, nothing broke, and it is no trick."""
    if folder.prover is None:
        return None
    started = time.perf_counter()
    evidence = await folder.prover.examine(
        candidate, snapshot, session.settings.repair_seconds, must_pass=(failure.test,)
    )
    if not proves(evidence, failure.test):
        return None
    tricks = _objections(candidate, snapshot, failure)
    decision = _decide(candidate, evidence, tricks, 1e3 * (time.perf_counter() - started), session)
    if tricks:
        return None
    tests = count(len(evidence.passed), "test")
    title = f"Fix: {candidate.title} · {tests} pass" + ("es" if len(evidence.passed) == 1 else "")
    suggestion = Suggestion(candidate=candidate, evidence=evidence, decision=decision)
    return Fix(suggestion=suggestion, snapshot=snapshot, title=title)


def proves(evidence: Evidence, test: str) -> bool:
    """Whether a test that failed passes now, and no other was broken."""
    return evidence.outcome is Outcome.PASSED and any(
        result.test == test and result.outcome is TestOutcome.PASSED for result in evidence.tests
    )


def _objections(candidate: Candidate, snapshot: Snapshot, failure: TestResult) -> tuple[str, ...]:
    after = apply(candidate.edits, snapshot)
    return tuple(
        objection
        for uri, text in after.items()
        for objection in objections(
            str(snapshot.documents[uri].text), text, (failure,), path=path_of(uri), tests=_tests(snapshot, failure)
        )
    )


def _tests(snapshot: Snapshot, failure: TestResult) -> tuple[str, ...]:
    """The text of the failing test's file, for telling a fix from one that knows the test's own values."""
    document = snapshot.documents.get(uri_of(failure.path))
    return (str(document.text),) if document else ()


def _decide(
    candidate: Candidate, evidence: Evidence, tricks: tuple[str, ...], took: float, session: Session
) -> Decision:
    reason = Reason.REFUTED if tricks else Reason.SHOWN
    return session.decide(
        Decision(
            id=uuid.uuid4().hex,
            at=now(),
            uri=candidate.edits[0].uri,
            language="python",
            kind=KIND,
            reason=reason,
            detail="; ".join(tricks) or f"{candidate.title}: {evidence_says(evidence)}",
            opinion=Opinion(reason=reason, probability=0.0 if tricks else 1.0, threshold=1.0),
            candidate=candidate,
            evidence=evidence,
            timings={"proof": took},
        )
    )


def _suspect(suspects: tuple[Suspect, ...], failure: TestResult, session: Session) -> None:
    """Let the editor draw where the fault may be, which the traceback of a failing assertion does not say."""
    if suspects:
        first = suspects[0]
        where = Frame(path=first.path, line=first.start_line, name=first.unit)
        session.suspects = MappingProxyType({**session.suspects, failure.test: where})
        session.client.tested(session.standing)


def _keep(proven: list[Fix], failure: TestResult, session: Session) -> None:
    """Keep what was proven for every failing test that it turns green."""
    green = {result.test for fix in proven for result in fix.suggestion.evidence.passed}
    mended = {failure.test} | {result.test for result in session.failing() if result.test in green}
    session.fixes = MappingProxyType({**session.fixes, **dict.fromkeys(mended, tuple(proven[:OFFERED]))})
    for test in sorted(mended):
        session.client.fixed(test)


def _failing(folder: Folder, session: Session) -> tuple[TestResult, ...]:
    return tuple(result for result in session.failing() if Path(result.path).is_relative_to(folder.path))


def _results(session: Session, failure: TestResult) -> tuple[TestResult, ...]:
    """What passed tells as much about where the fault is as what failed."""
    return (failure, *(result for result in session.standing.values() if result.outcome is TestOutcome.PASSED))


def _reached(folder: Folder) -> Mapping[str, frozenset[tuple[str, str]]]:
    return {} if folder.prover is None else folder.prover.reached()


def _batch(edits: Iterator[Proposal]) -> list[Proposal]:
    return list(islice(edits, BATCH))


def _candidate_of(proposal: Proposal, snapshot: Snapshot) -> Candidate:
    edits = tuple(replace(edit, uri=uri_of(edit.uri)) for edit in proposal.edits)
    return Candidate(
        id=uuid.uuid4().hex,
        edits=edits,
        versions=_versions(edits, snapshot),
        origin=Origin(provider="embedded", model=proposal.kind),
        title=proposal.title,
        explanation=proposal.explanation,
    )


def _versions(edits: tuple[Edit, ...], snapshot: Snapshot) -> Mapping[str, int]:
    return {edit.uri: snapshot.documents[edit.uri].version for edit in edits}


def _with_files(snapshot: Snapshot, failure: TestResult, folder: Folder) -> Snapshot:
    """The snapshot with the files the failure touches, read from the disk where no editor has them open."""
    wanted = {failure.path, *(frame.path for frame in failure.frames)}
    if folder.prover is not None:
        wanted |= {path for path, _ in folder.prover.reached().get(failure.test, ())}
    documents = dict(snapshot.documents)
    for path in wanted:
        file, uri = Path(path), uri_of(path)
        if uri not in documents and file.is_relative_to(folder.path) and file.is_file():
            text = file.read_bytes().decode("utf-8", "replace")
            documents[uri] = Document(uri=uri, language="python", version=0, text=Text.of(text))
    return replace(snapshot, documents=MappingProxyType(documents))
