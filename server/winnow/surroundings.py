"""What is known where the cursor stands, for a model to read: texts, tests, diagnostics, and how the function ran."""

from __future__ import annotations

import asyncio
from itertools import chain
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from winnow.context import Problem, Trace, gather
from winnow.paths import GENERATED
from winnow.proof import Function, Question
from winnow.uris import path_of
from winnow.words import first_line, short_name
from winnow.workspace import closed_texts, syntax_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from winnow.facts import Context, Document, Moment, TestResult
    from winnow.proof import Prover
    from winnow.session import Folder, Session
    from winnow.workspace import Scope

TEST_FILES_READ, NEIGHBOURS_READ = 6, 4
"""How many closed files a model may be shown parts of."""
WITNESS_SECONDS = 2.0
"""How long a test may take when its run of a function is looked at: it does so slower than by itself."""


async def gathered(moment: Moment, session: Session) -> Context:
    """The context of a moment; files are read in a thread, and nothing is run."""
    syntax = syntax_of(moment.document.language)
    texts, installed = await _read_around(moment, session)
    documents = moment.snapshot.documents
    withheld = await session.withheld([path_of(uri) for uri in documents])
    return gather(
        moment,
        syntax=syntax,
        index=session.index,
        failures=_tellable(moment, session),
        recent=tuple(edited.document for edited in session.recent_edits),
        texts={path: text for path, text in texts.items() if session.index.holds(path)},
        withheld=frozenset(uri for uri in documents if path_of(uri) in withheld),
        diagnostics=(*_raised_here(moment, session), *session.seen.standing(moment.document)),
        installed=installed,
        traces=session.seen.traces,
    )


async def witness(folder: Folder, session: Session) -> None:
    """After a rehearsal: look at one run of the function that the person is in, for what is asked there next.

    A test that fails in it is looked at before one that passes.
    """
    moment = session.seen.moment
    document = session.workspace.snapshot.documents.get(moment.uri) if moment else None
    if moment is None or document is None or folder.prover is None or not folder.holds(path_of(moment.uri)):
        return
    scope = _sound_scope(document, moment.offset)
    known = session.seen.traces.get((document.uri, scope.name)) if scope else None
    if scope is None:
        return
    function = _function(document, scope)
    failing = {result.test for result in session.failing(folder)}
    reaching = folder.prover.reaching(function.path, [function.start_line])[function.start_line]
    for test in sorted(reaching, key=lambda each: each not in failing)[:1]:
        if known is not None and known.text is document.text and (known.test in failing or test not in failing):
            return
        question = Question(function=function, tests=(test,))
        sight = await folder.prover.look(question, session.workspace.snapshot, WITNESS_SECONDS)
        if sight.steps:
            steps = tuple((step.line, step.values) for step in sight.steps)
            trace = Trace(text=document.text, test=test, steps=steps)
            session.seen = session.seen.witness(document.uri, scope.name, trace)


def _sound_scope(document: Document, offset: int) -> Scope | None:
    """The definition around an offset, in text that parses: what does not has not run."""
    syntax = syntax_of(document.language)
    if syntax is None or syntax.problems(document):
        return None
    return syntax.scope_at(document, min(offset, len(document.text)))


def _function(document: Document, scope: Scope) -> Function:
    first, last = (document.text.position(at)[0] for at in (scope.span.start, scope.span.end))
    name = scope.name.rpartition(".")[2]
    return Function(path=path_of(document.uri), name=name, start_line=first, end_line=last)


async def _read_around(moment: Moment, session: Session) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Closed files by path: of the tests that reach the cursor's function or fail, and beside it; what is installed."""
    path, folder = path_of(moment.uri), session.folder_of(moment.uri)
    if folder is None or folder.prover is None:
        return {}, {}
    return await asyncio.to_thread(_read_near, path, moment, folder, folder.prover, session)


def _read_near(
    path: str, moment: Moment, folder: Folder, prover: Prover, session: Session
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    row, _ = moment.document.text.position(moment.offset)
    tests = [*(result.test for result in session.failing(folder)), *prover.reaching(path, [row])[row]]
    files = [str(Path(folder.path, test.partition("::")[0])) for test in tests]
    near = [*dict.fromkeys(files)][:TEST_FILES_READ], session.index.beside(path)[:NEIGHBOURS_READ]
    return closed_texts(chain(*near)), prover.installed()


def _tellable(moment: Moment, session: Session) -> list[TestResult]:
    """The tests that fail, without those whose words show lines of a file that the person has ignored."""
    folder = session.folder_of(moment.uri)
    failing = session.failing(folder)
    return [each for each in failing if folder and all(_is_shown(path, folder, session) for path in _passed(each))]


def _passed(result: TestResult) -> set[str]:
    return {result.path, *(frame.path for frame in result.frames)} - {""}


def _is_shown(path: str, folder: Folder, session: Session) -> bool:
    """Whether a file belongs to the project, or is none of this person's: a library's."""
    return session.index.holds(path) or not folder.holds(path) or not GENERATED.isdisjoint(PurePath(path).parts)


def _raised_here(moment: Moment, session: Session) -> Iterator[Problem]:
    """What failing tests raised in this document, at the innermost of its lines that each passed through."""
    path = path_of(moment.uri)
    for result in session.failing(session.folder_of(moment.uri)):
        frame = next((frame for frame in reversed(result.frames) if frame.path == path), None)
        if frame is not None:
            yield Problem(line=frame.line, message=f"{first_line(result.message)} ({short_name(result.test)})")
