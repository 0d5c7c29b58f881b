"""The kinds of edit, one file each; a file is registered by being in this folder.

A kind is a function ``propose(unit)`` that yields proposals with weights relative to one another, a ``PRIOR``
(the share of human bug fixes that are of this kind; the order follows ManySStuBs4J, Karampatsis and Sutton 2020,
and Defects4J's repair patterns, Sobreira et al. 2018) and ``AFTER``: words of a failure that make the kind
likelier, with the factor.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from winnow.mend.proposal import Proposal
    from winnow.mend.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of edit."""

    name: str
    prior: float
    after: Mapping[str, float]
    propose: Callable[[Unit], Iterator[Proposal]]


@cache
def kinds() -> tuple[Kind, ...]:
    """Every kind in this folder."""
    modules = [(each.name, import_module(f"{__name__}.{each.name}")) for each in iter_modules(__path__)]
    return tuple(Kind(name=name, prior=m.PRIOR, after=m.AFTER, propose=m.propose) for name, m in modules)
