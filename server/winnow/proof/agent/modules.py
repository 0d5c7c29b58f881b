"""Say which modules and members exist in this interpreter, without running anybody's code.

A module that is loaded already is asked directly; another is found on the path and its source is read, not run.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import os
import sys
import sysconfig
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from types import ModuleType
from typing import Any, Iterable, Iterator

_STANDARD = (sysconfig.get_paths()["stdlib"], sysconfig.get_paths()["platstdlib"])
_DYNAMIC_CALLS = {"globals", "exec"}
_DYNAMIC_ATTRIBUTES = {"global_enum", "_convert_", "_convert"}
_SUFFIXES = (".py", ".so", ".pyd", ".pyi")


def describe(names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """``{"json": {"exists": True, "members": ["dumps", ...]}}``; members is None where they are made at run time.

    A module is left out where that cannot be said, as below one that is compiled or finds its parts by itself.
    """
    seen: dict[str, list[str] | None] = {}
    answer: dict[str, dict[str, Any]] = {}
    for name in names:
        spec = _find(name)
        if spec is not None:
            answer[name] = {"exists": True, "members": _members(name, spec, seen)}
        elif name != "__main__" and _is_open(name.rpartition(".")[0], seen):
            answer[name] = {"exists": False, "members": None}
    return answer


def _is_open(parent: str, seen: dict[str, list[str] | None]) -> bool:
    """Whether all modules below a parent can be seen on the path (below no parent they can)."""
    spec = _find(parent) if parent else None
    if spec is None:
        return not parent or _is_open(parent.rpartition(".")[0], seen)
    return _members(parent, spec, seen) is not None and not _is_compiled(spec)


def defined_names(tree: ast.Module) -> tuple[set[str], set[str], bool]:
    """The names that a module's text binds at its top, the modules it takes all names of, and whether it makes more.

    A relative module keeps its leading dots. True means that names may appear while it runs.
    """
    bound: set[str] = set()
    stars: set[str] = set()
    dynamic = False
    for node in _top_level(tree):
        _bind(node, bound, stars)
        dynamic = dynamic or _is_own_namespace(node)
    dynamic = dynamic or "__getattr__" in bound
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            bound.update(node.names)
        dynamic = dynamic or _makes_names(node)
    return bound, stars, dynamic


def _is_own_namespace(node: ast.AST) -> bool:
    """A call of ``locals()`` or ``vars()`` outside functions, which may be written to."""
    return isinstance(node, ast.Call) and not node.args and getattr(node.func, "id", "") in {"locals", "vars"}


def _makes_names(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in _DYNAMIC_CALLS
    if isinstance(node, ast.Attribute):
        return node.attr in _DYNAMIC_ATTRIBUTES or (node.attr == "modules" and getattr(node.value, "id", "") == "sys")
    return isinstance(node, ast.Name) and node.id == "global_enum"


def _top_level(node: ast.AST) -> Iterator[ast.AST]:
    """Every node outside functions and classes, and these themselves."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            yield from _top_level(child)


def _bind(node: ast.AST, bound: set[str], stars: set[str]) -> None:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        bound.add(node.name)
    elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        bound.add(node.id)
    elif isinstance(node, ast.ExceptHandler) and node.name:
        bound.add(node.name)
    elif isinstance(node, ast.Import):
        bound.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        bound.update(alias.asname or alias.name for alias in node.names if alias.name != "*")
        if any(alias.name == "*" for alias in node.names):
            stars.add("." * node.level + (node.module or ""))
    else:
        name = getattr(node, "name", None) or getattr(node, "rest", None)  # the captures of a match
        if isinstance(name, str) and not isinstance(node, ast.alias):
            bound.add(name)


def _find(name: str) -> ModuleSpec | None:
    """The module's place; parents are found the same way, so that none is imported."""
    loaded = sys.modules.get(name)
    spec = getattr(loaded, "__spec__", None)
    if spec is not None:
        return spec  # type: ignore[no-any-return]
    path = None
    parent = name.rpartition(".")[0]
    if parent:
        above = _find(parent)
        if above is None or above.submodule_search_locations is None:
            return None
        path = list(above.submodule_search_locations)
    for finder in sys.meta_path:
        try:
            found = finder.find_spec(name, path)
        except Exception:  # noqa: BLE001, S112 - a finder of somebody's that fails has not found it
            continue
        if found is not None:
            return found
    return None


def _members(name: str, spec: ModuleSpec, seen: dict[str, list[str] | None]) -> list[str] | None:
    if name not in seen:
        seen[name] = None  # modules that take all of each other's names
        seen[name] = _read(name, spec, seen)
    return seen[name]


def _read(name: str, spec: ModuleSpec, seen: dict[str, list[str] | None]) -> list[str] | None:
    submodules = _submodules(spec)
    module = sys.modules.get(name)
    standard = _is_standard(spec)
    if standard and module is None and _is_compiled(spec):
        module = importlib.import_module(name)
    if isinstance(module, ModuleType) and (standard or _is_compiled(spec)):
        if type(module) is not ModuleType or hasattr(module, "__getattr__"):
            return None
        return sorted({*dir(module), *submodules})
    tree = _parse(spec)
    if tree is None:
        return None
    bound, stars, dynamic = defined_names(tree)
    if dynamic:
        return None
    for star in stars:
        source = _absolute(star, name, spec)
        found = _find(source) if source else None
        more = _members(source, found, seen) if found else None
        if more is None:
            return None
        bound.update(more)
    return sorted({*bound, *submodules})


def _absolute(star: str, name: str, spec: ModuleSpec) -> str:
    try:
        return importlib.util.resolve_name(star, name if spec.submodule_search_locations else name.rpartition(".")[0])
    except (ImportError, ValueError):
        return ""


def _is_standard(spec: ModuleSpec) -> bool:
    origin = spec.origin or ""
    return origin in {"built-in", "frozen"} or (origin.startswith(_STANDARD) and "site-packages" not in origin)


def _is_compiled(spec: ModuleSpec) -> bool:
    return isinstance(spec.loader, ExtensionFileLoader) or spec.origin == "built-in"


def _parse(spec: ModuleSpec) -> ast.Module | None:
    if not spec.origin or not spec.origin.endswith(".py"):
        return None
    try:
        with open(spec.origin, "rb") as file:
            return ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return None


def _submodules(spec: ModuleSpec) -> set[str]:
    found: set[str] = set()
    for folder in spec.submodule_search_locations or ():
        try:
            entries = os.listdir(folder)
        except OSError:
            continue
        found.update(entry.partition(".")[0] for entry in entries if entry.endswith(_SUFFIXES) or "." not in entry)
    return found
