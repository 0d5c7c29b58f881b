"""Several suggestions on request: the one that is most probably right comes first, as what each does tells.

All of them pass the same tests, so the tests cannot tell; on inputs like those of the tests they may still differ.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from winnow.facts import Outcome
from winnow.mend import Behaviour, choose, specify
from winnow.parsing import literal
from winnow.proof import Function, Question
from winnow.uris import path_of
from winnow.workspace import syntax_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.facts import Moment
    from winnow.proof import Prover
    from winnow.session import Session, Showing

SECONDS = 3.0
"""How long one suggestion may be looked at: somebody asked and waits."""
LIMIT = 0.05
"""Seconds that one call may compute."""


def sound(showings: Sequence[Showing]) -> list[Showing]:
    """Those that parse and invent no names, with what tests refute at the end; all of them where none is like that.

    The person asked, so something is shown; what cannot run is left out as long as there is something that can.
    """
    able = [each for each in showings if _able(each)]
    return sorted(able or showings, key=lambda each: each.suggestion.evidence.refuted)


def _able(showing: Showing) -> bool:
    evidence = showing.suggestion.evidence
    return evidence.parses and not evidence.unknown


async def likeliest_first(showings: Sequence[Showing], moment: Moment, session: Session) -> list[Showing]:
    """Moves the likeliest of those that passed to the front; unchanged when behaviour does not tell."""
    proven = [each for each in showings if each.suggestion.evidence.outcome is Outcome.PASSED]
    function, folder = function_at(moment), session.folder_of(moment.uri)
    if len(proven) < 2 or function is None or folder is None or folder.prover is None:  # noqa: PLR2004 - one has no rival
        return list(showings)
    place = await _choice(proven, function, moment, folder.prover)
    best = proven[place]
    return [best, *(each for each in showings if each is not best)]


def function_at(moment: Moment) -> Function | None:
    """The function of a module around the cursor; None elsewhere, as a method has no inputs of its own."""
    syntax, text = syntax_of(moment.document.language), moment.document.text
    line, column = text.position(moment.offset)
    written = len(text.line(line)[:column].rstrip())  # the space after it is in no definition yet
    scope = syntax.scope_at(moment.document, text.offset(line, written - 1 if written else column)) if syntax else None
    if scope is None or "." in scope.name:
        return None
    first, last = text.position(scope.span.start)[0], text.position(scope.span.end)[0]
    return Function(path=path_of(moment.uri), name=scope.name, start_line=first, end_line=last)


async def _choice(proven: Sequence[Showing], function: Function, moment: Moment, prover: Prover) -> int:
    """The place of the choice among these, by what each does; the first where nothing can be compared."""
    candidates = [showing.suggestion.candidate for showing in proven]
    question = Question(function=function, tests=tuple(each.test for each in proven[0].suggestion.evidence.passed))
    sight = await prover.look(question, moment.snapshot, SECONDS, candidates[0])
    known = await asyncio.to_thread(specify, _source(function, moment), function.name, (), _literals(sight.calls))
    if not known.inputs:
        return 0
    asked = replace(question, tests=question.tests[:1], inputs=known.inputs, limit=LIMIT)
    sights = [await prover.look(asked, moment.snapshot, SECONDS, candidate) for candidate in candidates]
    if any(len(sight.behaviour) != len(known.inputs) for sight in sights):
        return 0
    behaviours = [
        Behaviour(code=candidate.text, passed=True, outcomes=sight.behaviour)
        for candidate, sight in zip(candidates, sights, strict=True)
    ]
    return choose(known, behaviours).index


def _source(function: Function, moment: Moment) -> str:
    text = moment.document.text
    return text.slice(text.offset(function.start_line, 0), text.offset(function.end_line + 1, 0))


def _literals(calls: Sequence[str]) -> list[tuple[object, ...]]:
    """The arguments of calls, where they are literals."""
    found = []
    for call in calls:
        with suppress(ValueError, TypeError):
            found.append(tuple(literal(call)))
    return found
