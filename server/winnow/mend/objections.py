"""A fix, or a trick? What speaks against a change that makes the tests pass: the classic ways to overfit them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winnow.mend.tricks.change import Change
from winnow.mend.tricks.demands import demands
from winnow.mend.tricks.given_away import answers
from winnow.mend.tricks.losses import lost_functions, lost_statements, unreachable
from winnow.mend.tricks.rigging import rigged, test_aware
from winnow.mend.tricks.special_cases import hashed, special_cases
from winnow.mend.tricks.swallowing import swallowed
from winnow.mend.tricks.weakening import weaker_tests
from winnow.mend.unit import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from winnow.facts import TestResult

_CHECKS: tuple[Callable[[Change], Iterator[str]], ...] = (
    special_cases,
    hashed,
    answers,
    lost_functions,
    lost_statements,
    unreachable,
    swallowed,
    test_aware,
    rigged,
    weaker_tests,
)


def objections(
    before: str, after: str, failures: Sequence[TestResult], *, of_tests: bool = False, tests: Sequence[str] = ()
) -> tuple[str, ...]:
    """Sentences that speak against a change of one file; none when it looks like a fix.

    ``of_tests`` tells whether the file is one of tests; ``tests`` are the texts of the failing tests' files, from whose
    functions, as from the failures' messages, special cases are recognised. Text that does not parse is objected to;
    where it did not parse before either, there is nothing to compare with.
    """
    new = _source("after", after)
    if new is None:
        return ("It does not parse.",)
    change = Change(_source("before", before) or Source("before", "\n"), new, demands(failures, tests), of_tests)
    return tuple(dict.fromkeys(sentence for check in _CHECKS for sentence in check(change)))


def _source(key: str, text: str) -> Source | None:
    try:
        return Source(key, text)
    except SyntaxError:
        return None
