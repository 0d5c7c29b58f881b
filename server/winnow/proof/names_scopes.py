"""Names that nothing defines, by the compiler's own table of scopes."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from winnow.proof.names_complaint import Complaint, or_rather

if TYPE_CHECKING:
    import symtable
    from collections.abc import Iterable, Iterator

ALWAYS = frozenset(dir(builtins)) | {
    "__file__", "__path__", "__annotations__", "__builtins__", "__module__", "__qualname__", "__class__",
    "__dict__", "__firstlineno__", "__static_attributes__", "__type_params__", "__classdict__",
    "WindowsError", "PythonFinalizationError", "EncodingWarning", "reveal_type", "reveal_locals", "_",
    "get_ipython", "display", "exit", "quit", "copyright", "credits", "license", "help",
}  # fmt: skip


def undefined(table: symtable.SymbolTable, nodes: Iterable[ast.AST], more: frozenset[str]) -> Iterator[Complaint]:
    """A complaint for each name that is read for certain and bound nowhere; ``more`` came by star imports."""
    tables = [table, *_below(table)]
    bound = bound_in_module(table)
    free = looked_up_below(table) | {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    missing = free - bound - ALWAYS - more
    if not missing:
        return
    read = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    local = {s.get_name() for t in tables for s in t.get_symbols()}
    for name in sorted(missing & read):
        hint = or_rather(name, (bound | local | ALWAYS) - missing)
        yield Complaint(name=name, key=("name", name), sentence=f"`{name}` is not defined here{hint}")


def bound_in_module(table: symtable.SymbolTable) -> frozenset[str]:
    """The names that a module binds, or its functions bind for it."""
    bound = {s.get_name() for s in table.get_symbols() if _is_bound(s)}
    for inner in _below(table):
        bound.update(s.get_name() for s in inner.get_symbols() if s.is_declared_global() and _is_bound(s))
    return frozenset(bound)


def looked_up_below(table: symtable.SymbolTable) -> frozenset[str]:
    """The names that the scopes inside a scope look up in the module."""
    symbols = [s for inner in _below(table) for s in inner.get_symbols()]
    return frozenset(s.get_name() for s in symbols if s.is_referenced() and _is_free(s))


def _is_free(symbol: symtable.Symbol) -> bool:
    """Whether a name is looked up in the module; ``is_global`` alone errs in a function that is called ``top``."""
    return symbol.is_global() and (symbol.is_declared_global() or not (symbol.is_parameter() or _is_bound(symbol)))


def _is_bound(symbol: symtable.Symbol) -> bool:
    return symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()


def _below(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _below(child)
