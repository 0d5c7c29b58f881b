"""See that an edit inside functions invents nothing by looking at these functions alone, a millisecond each.

The file around them is read once. Whatever looks strange here is left to ``unknown_names``, which reads both texts
whole and says what is wrong: this only finds what is certainly in order, so that a verdict need not wait for it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winnow.parsing import parse, symbols_of
from winnow.proof.agent.modules import defined_names
from winnow.proof.agent.outline import Outline, chunk
from winnow.proof.agent.source_lines import source_lines
from winnow.proof.names import imported_by
from winnow.proof.names_classes import attributes_read, members_by_class
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
from winnow.proof.names_scopes import ALWAYS, bound_in_module, looked_up_below

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping

    from winnow.proof.agent.outline import Unit
    from winnow.proof.names import ModuleFacts, ProjectNames


@dataclass(frozen=True, slots=True)
class Piece:
    """One function of a text, alone inside its classes."""

    source: str
    tree: ast.Module
    nodes: tuple[ast.AST, ...]
    marks: frozenset[str]
    chain: tuple[str, ...]

    @classmethod
    def of(cls, lines: list[str], unit: Unit) -> Piece:
        """Cut a function out of its text. Raises SyntaxError where it does not stand alone."""
        source = chunk(lines, unit.first, unit.end, unit.chain)
        tree = parse(source)
        nodes = tuple(ast.walk(tree))
        return cls(source, tree, nodes, marks_of(nodes), unit.chain)

    def looked_up(self) -> frozenset[str]:
        """The names that the function's own scopes look up in the module; not those of its head, which stands."""
        table = symbols_of(self.source)
        for _ in self.chain:
            table = table.get_children()[0]
        read = {n.id for n in self.nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        return looked_up_below(table) & read

    def bound_for_module(self) -> frozenset[str]:
        """The names that the function declares global."""
        return frozenset(name for node in self.nodes if isinstance(node, ast.Global) for name in node.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """One file as it was read once: what its functions may name.

    ``known`` are the names of the module, None where some are made at run time; ``modules`` the names that imports
    bind to modules, ``bound`` how often each name is bound; ``read`` the attributes that anything reads.
    """

    outline: Outline
    imported: Imported
    asked: frozenset[str]
    known: frozenset[str] | None
    modules: Mapping[str, str]
    bound: Counter[str]
    marks: frozenset[str]
    read: frozenset[str]
    members: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, text: str, facts: ModuleFacts, project: ProjectNames) -> Surroundings:
        """Read a text. Raises SyntaxError where it does not parse."""
        outline = Outline(text, parse)
        tree = parse(text)
        everything = list(ast.walk(tree))
        imported = imported_by(facts, project)
        _, stars, dynamic = defined_names(tree)
        more = star_names(stars, imported)
        known = None
        if more is not None and not dynamic:
            known = bound_in_module(symbols_of(text)) | more | ALWAYS
        return cls(
            outline=outline,
            imported=imported,
            asked=named_modules(tree, project.module, is_package=project.is_package),
            known=known,
            modules=module_bindings(certain(tree), imported),
            bound=names_bound(everything),
            marks=marks_of(everything) | project.attributes,
            read=frozenset(node.attr for node in everything if isinstance(node, ast.Attribute)),
            members=members_by_class(everything),
        )

    def in_order(self, text: str) -> bool | None:
        """Whether all that a text's functions name is certainly there; None where more than functions changed.

        Raises SyntaxError where the text does not parse.
        """
        change = self.outline.change_to(text)
        if change.new is not None or change.module:
            return None
        lines = source_lines(text)
        pieces = [(Piece.of(self.outline.lines, old), Piece.of(lines, new)) for old, new in change.functions]
        return all(self._is_in_order(old, new) for old, new in pieces)

    def _is_in_order(self, old: Piece, new: Piece) -> bool:
        if not named_modules(new.tree, self.imported.module, is_package=self.imported.is_package) <= self.asked:
            return False  # the interpreter was not asked about these yet
        if (old.marks - new.marks) & self.read or old.bound_for_module() - new.bound_for_module():
            return False  # another function may miss what this one no longer gives
        if self.known is not None and not new.looked_up() <= self.known | new.bound_for_module():
            return False
        nodes = certain(new.tree)
        bound = self.bound - names_bound(old.nodes) + names_bound(new.nodes)
        modules = certain_modules({**self.modules, **module_bindings(nodes, self.imported)}, bound)
        marks = self.marks | new.marks
        if any(invented_modules(nodes, self.imported)) or any(invented_members(nodes, modules, self.imported, marks)):
            return False
        return self._has_attributes(new, marks)

    def _has_attributes(self, piece: Piece, marks: frozenset[str]) -> bool:
        """Whether what the function reads of ``self`` is there."""
        members = self.members.get(piece.chain[-1]) if piece.chain else None
        if members is None:
            return True
        definition = next(
            node for node in piece.nodes if isinstance(node, ast.ClassDef) and node.name == piece.chain[-1]
        )
        strange = attributes_read(definition) - members - marks
        return all(name.startswith("__") for name in strange)
