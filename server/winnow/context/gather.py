"""From a moment to a context: the text around the cursor, and the excerpts most worth reading within a budget."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from winnow.context.definitions import definitions
from winnow.context.edits import edits
from winnow.context.libraries import libraries
from winnow.context.problems import problems
from winnow.context.similar import similar
from winnow.context.sources import Known
from winnow.context.tests import tests
from winnow.context.values import values
from winnow.facts import Context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from winnow.context.sources import Names, Outline, Piece, Problem, Trace
    from winnow.facts import Document, Excerpt, Moment, TestResult

BUDGET = 6000
"""Characters of all excerpts together: about 1,500 tokens, small enough not to slow a local model down."""

KINDS: tuple[Callable[[Known], Iterable[Piece]], ...] = (
    tests,
    values,
    definitions,
    libraries,
    problems,
    edits,
    similar,
)
"""Each kind of excerpt is one file of this room."""


def gather(  # noqa: PLR0913 - each kind of knowledge has its name, and a default of knowing nothing
    moment: Moment,
    *,
    syntax: Outline | None = None,
    index: Names | None = None,
    failures: Sequence[TestResult] = (),
    recent: Sequence[Document] = (),
    texts: Mapping[str, str] = MappingProxyType({}),
    withheld: frozenset[str] = frozenset(),
    diagnostics: Sequence[Problem] = (),
    installed: Mapping[str, str] = MappingProxyType({}),
    traces: Mapping[tuple[str, str], Trace] = MappingProxyType({}),
    budget: int = BUDGET,
) -> Context:
    """What a model should read to write at the cursor.

    ``failures`` are the tests that fail now, ``recent`` the versions of documents that edits made, oldest first,
    ``texts`` closed files worth looking into (tests, neighbours) by path, ``installed`` what each importable name comes
    from, ``traces`` runs by URI and function, ``withheld`` open documents (URIs) that are read by no model, ``budget``
    characters of excerpts.
    """
    context = replace(_place(moment, syntax), withheld=moment.uri in withheld)
    if context.withheld:
        return context
    known = Known(
        context=context,
        names=index,
        failures=failures,
        recent=recent,
        texts=texts,
        withheld=withheld,
        problems=diagnostics,
        installed=installed,
        trace=traces.get((moment.uri, context.scope)),
    )
    pieces = [piece for kind in KINDS for piece in kind(known)]
    return replace(context, excerpts=chosen(pieces, budget))


def _place(moment: Moment, syntax: Outline | None) -> Context:
    """The text around the cursor, and what the tree says of it."""
    document, offset = moment.document, moment.offset
    scope = syntax.scope_at(document, offset) if syntax else None
    whole = str(document.text)
    return Context(
        moment=moment,
        before=whole[:offset],
        after=whole[offset:],
        scope=scope.name if scope else "",
        opens=syntax.block_opens_at(document, offset) if syntax else None,
    )


def chosen(pieces: Iterable[Piece], budget: int) -> tuple[Excerpt, ...]:
    """The pieces most worth reading that fit into the budget together, best first, none said twice."""
    taken: list[Excerpt] = []
    seen: set[str] = set()
    for piece in sorted(pieces, key=lambda each: -each.worth):
        text = piece.excerpt.text
        if text.strip() and text not in seen and len(text) <= budget:
            seen.add(text)
            budget -= len(text)
            taken.append(piece.excerpt)
    return tuple(taken)
