"""Find the names that a candidate invents, before any test runs: kinds that CodeHalu names (Tian et al., 2024).

Only what the edit introduced is held against it, and only where the text leaves no doubt: a name that could be made
at run time, on another platform or by a base class elsewhere is let pass, as the tests come next anyway.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from winnow.parsing import parse, symbols_of
from winnow.proof.agent.modules import defined_names
from winnow.proof.names_classes import invented_attributes
from winnow.proof.names_guards import certain, marks_of
from winnow.proof.names_modules import (
    Imported,
    certain_modules,
    invented_members,
    invented_modules,
    module_bindings,
    named_modules,
    names_bound,
    star_names,
)
from winnow.proof.names_scopes import undefined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from winnow.proof.names_complaint import Complaint

_WORD = re.compile(r"\w+")
_MODULES = 512
"""Of so many texts the names are remembered: a verdict asks for those of every module that its file imports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleFacts:
    """What the user's interpreter said of some modules: the members of those that exist (None: made at run time)."""

    members: Mapping[str, frozenset[str] | None] = field(default_factory=lambda: MappingProxyType({}))
    absent: frozenset[str] = frozenset()

    @classmethod
    def of(cls, answer: Mapping[str, Mapping[str, object]]) -> ModuleFacts:
        """The facts in what the agent's ``modules.describe`` answers."""
        members = {
            name: None if said["members"] is None else frozenset(map(str, _each(said["members"])))
            for name, said in answer.items()
            if said["exists"]
        }
        return cls(members=MappingProxyType(members), absent=frozenset(answer) - frozenset(members))

    def __or__(self, other: ModuleFacts) -> ModuleFacts:
        """Both together, so that a cache grows by what was asked last; a module that was installed since is there."""
        members = MappingProxyType({**self.members, **other.members})
        return ModuleFacts(members=members, absent=(self.absent | other.absent) - members.keys())


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectNames:
    """What the snapshot says of the project's own modules, which nobody imports to find out.

    ``modules`` has their top-level names by dotted name (None: made at run time, see ``module_names``);
    ``module`` is the dotted name of the edited file, ``is_package`` whether it is an ``__init__.py``;
    ``attributes`` are attribute names that other files of the project bind.
    """

    modules: Mapping[str, frozenset[str] | None] = field(default_factory=lambda: MappingProxyType({}))
    module: str = ""
    is_package: bool = False
    attributes: frozenset[str] = frozenset()


def _each(value: object) -> Iterable[object]:
    return value if isinstance(value, list | tuple | set | frozenset) else ()


def wanted_modules(text: str, project: ProjectNames) -> frozenset[str]:
    """The modules that ``unknown_names`` will want to know about for this text; empty where it does not parse."""
    tree = _parsed(text)
    return named_modules(tree, project.module, is_package=project.is_package) if tree else frozenset()


@lru_cache(maxsize=_MODULES)
def module_names(text: str) -> frozenset[str] | None:
    """The top-level names of a module by its text, or None where they are made at run time (or it does not parse)."""
    tree = _parsed(text)
    if tree is None:
        return None
    bound, stars, dynamic = defined_names(tree)
    return None if stars or dynamic else frozenset(bound)


def unknown_names(before: str, after: str, *, modules: ModuleFacts, project: ProjectNames) -> tuple[str, ...]:
    """A sentence for each name, member or module that ``after`` invents and ``before`` did not name.

    Pure; about 70 milliseconds for a thousand lines, so not for the event loop.
    A text that does not parse has no sentences.
    """
    now = _complaints(after, modules, project)
    if not now:
        return ()
    if _parsed(before) is None:
        words = set(_WORD.findall(before))  # the user is in the middle of a line: what is there already is not new
        return tuple(dict.fromkeys(c.sentence for c in now if c.name not in words))
    known = {c.key for c in _complaints(before, modules, project)}
    completed = {key[:2] for key in known if key[0] == "attribute"}  # another class gives it what it lacks
    return tuple(dict.fromkeys(c.sentence for c in now if c.key not in known and c.key[:2] not in completed))


def _complaints(text: str, modules: ModuleFacts, project: ProjectNames) -> list[Complaint]:
    tree = _parsed(text)
    if tree is None:
        return []
    return list(_found(text, tree, modules, project))


def imported_by(facts: ModuleFacts, project: ProjectNames) -> Imported:
    """All modules that a file may name, the project's own first."""
    return Imported(
        members={**facts.members, **project.modules},
        absent=facts.absent - frozenset(project.modules),
        module=project.module,
        is_package=project.is_package,
    )


def _found(text: str, tree: ast.Module, facts: ModuleFacts, project: ProjectNames) -> Iterator[Complaint]:
    everything = list(ast.walk(tree))
    nodes = certain(tree)
    marks = marks_of(everything)
    imported = imported_by(facts, project)
    modules = certain_modules(module_bindings(nodes, imported), names_bound(everything))
    yield from invented_modules(nodes, imported)
    yield from invented_members(nodes, modules, imported, marks)
    yield from invented_attributes(everything, nodes, marks | project.attributes)
    _, stars, dynamic = defined_names(tree)
    more = star_names(stars, imported)
    if more is not None and not dynamic:
        yield from undefined(symbols_of(text), nodes, more)


@lru_cache(maxsize=16)
def _parsed(text: str) -> ast.Module | None:
    try:
        return parse(text)
    except SyntaxError:
        return None
