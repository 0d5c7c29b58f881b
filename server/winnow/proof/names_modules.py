"""Modules that cannot be found, and members that a module does not have."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winnow.proof.names_complaint import Complaint, or_rather

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_DIFFERING = {
    "os", "sys", "signal", "socket", "select", "errno", "codecs", "ctypes", "_ctypes", "mmap", "posix", "nt",
    "_multiprocessing", "locale", "fcntl", "termios", "resource", "time", "_socket", "_winapi",
}  # fmt: skip
"""They have other members on other platforms: only what is nearly one of the known is taken for invented."""
_SURELY = 0.86


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """All modules that are known, the project's own first, and which file asks."""

    members: Mapping[str, frozenset[str] | None]
    absent: frozenset[str]
    module: str = ""
    is_package: bool = False

    def lacks(self, module: str) -> bool:
        """Whether there is certainly no such module; one of another platform's standard library is none of ours."""
        return module in self.absent and module not in sys.stdlib_module_names

    def lacks_member(self, module: str, name: str) -> bool:
        """Whether the module certainly has no such member, nor a module of that name below it."""
        known = self.members.get(module)
        if known is None or (name.startswith("__") and name.endswith("__")):
            return False
        if name in known or f"{module}.{name}" in self.members:
            return False
        return module not in _DIFFERING or (not name.isupper() and bool(or_rather(name, known, _SURELY)))


def named_modules(tree: ast.Module, module: str, *, is_package: bool) -> frozenset[str]:
    """Every module that the text imports, or takes a member of that may be a module."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found.update(_with_parents(alias.name))
        elif isinstance(node, ast.ImportFrom):
            source = absolute(node, module, is_package=is_package)
            if source:
                found.update(_with_parents(source))
    return frozenset(found)


def absolute(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    """The module that a from-import names, from the point of the file it stands in; empty where that is unknown."""
    if node.level == 0:
        return node.module or ""
    parts = module.split(".") if module else []
    above = node.level - 1 if is_package else node.level
    if not parts or above > len(parts) or (above == len(parts) and not node.module):
        return ""
    return ".".join([*parts[: len(parts) - above], *([node.module] if node.module else [])])


def star_names(stars: Iterable[str], imported: Imported) -> frozenset[str] | None:
    """The names that star imports bring, or None where one of them is not known."""
    names: set[str] = set()
    for star in stars:
        known = None if star.startswith(".") else imported.members.get(star)
        if known is None:
            return None
        names |= known
    return frozenset(names)


def invented_modules(nodes: Sequence[ast.AST], imported: Imported) -> Iterator[Complaint]:
    """A complaint for each import of what cannot be found, the module or its member."""
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _missing(alias.name, imported)
        elif isinstance(node, ast.ImportFrom):
            source = absolute(node, imported.module, is_package=imported.is_package)
            if not source:
                continue
            missing = list(_missing(source, imported))
            yield from missing
            for alias in node.names if not missing else ():
                if alias.name != "*" and imported.lacks_member(source, alias.name):
                    yield _no_member(source, alias.name, imported)


def invented_members(
    nodes: Sequence[ast.AST], modules: Mapping[str, str], imported: Imported, marks: frozenset[str]
) -> Iterator[Complaint]:
    """A complaint for each ``module.member`` that the module does not have; ``modules`` says which names are one."""
    for node in nodes:
        if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        module = _module_of(node.value, modules, imported)
        if module and node.attr not in marks and imported.lacks_member(module, node.attr):
            yield _no_member(module, node.attr, imported)


def certain_modules(modules: Mapping[str, str], bound: Counter[str]) -> dict[str, str]:
    """The names that are bound to a module and to nothing else anywhere in the file."""
    return {name: module for name, module in modules.items() if bound[name] == 1}


def names_bound(nodes: Iterable[ast.AST]) -> Counter[str]:
    """How often each name is bound."""
    bound: Counter[str] = Counter()
    for node in nodes:
        bound.update(_bound_by(node))
    return bound


def module_bindings(nodes: Iterable[ast.AST], imported: Imported) -> dict[str, str]:
    """The names that an import binds to a module, whatever else may bind them."""
    found: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                found[name] = alias.name if alias.asname else name
        elif isinstance(node, ast.ImportFrom):
            source = absolute(node, imported.module, is_package=imported.is_package)
            for alias in node.names:
                if source and f"{source}.{alias.name}" in imported.members and not _has(imported, source, alias.name):
                    found[alias.asname or alias.name] = f"{source}.{alias.name}"
    return found


def _has(imported: Imported, module: str, name: str) -> bool:
    """Whether a package itself may bind a name that a module below it has too."""
    known = imported.members.get(module, frozenset())
    return known is None or name in known


def _bound_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(ctx=ast.Store() | ast.Del()):
            yield node.id
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.arg():
            yield node.arg
        case ast.Import() | ast.ImportFrom():
            # several imports below one package bind its name once
            yield from {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name
        case ast.Global() | ast.Nonlocal():
            yield from node.names
        case _:
            return


def _module_of(node: ast.expr, modules: Mapping[str, str], imported: Imported) -> str:
    """The module that an expression certainly is, or nothing."""
    if isinstance(node, ast.Name):
        return modules.get(node.id, "")
    if isinstance(node, ast.Attribute):
        outer = _module_of(node.value, modules, imported)
        inner = f"{outer}.{node.attr}" if outer else ""
        return inner if inner in imported.members and imported.members.get(outer) is not None else ""
    return ""


def _with_parents(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[: n + 1]) for n in range(len(parts))]


def _missing(module: str, imported: Imported) -> Iterator[Complaint]:
    for name in _with_parents(module):
        if imported.lacks(name):
            above = name.rpartition(".")[0]
            beside = [f"{above}.{member}" for member in imported.members.get(above) or ()]
            hint = or_rather(name, beside or [*sys.stdlib_module_names, *imported.members])
            yield Complaint(name=name, key=("module", name), sentence=f"module `{name}` cannot be found{hint}")
            return


def _no_member(module: str, name: str, imported: Imported) -> Complaint:
    hint = or_rather(name, imported.members.get(module) or ())
    return Complaint(name=name, key=("member", module, name), sentence=f"`{module}` has no member `{name}`{hint}")
