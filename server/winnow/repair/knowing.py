"""What may have been meant where a name, a member or a module is not there: the scope, the project, the interpreter."""

from __future__ import annotations

import ast
import asyncio
import builtins
import re
import sys
from typing import TYPE_CHECKING

from winnow.mend import Complaint, Kind, Known
from winnow.parsing import parse
from winnow.paths import is_of_tests
from winnow.uris import path_of
from winnow.workspace import syntax_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winnow.facts import Document
    from winnow.session import Folder, Session
    from winnow.workspace import Symbol


async def known_at(complaint: Complaint, document: Document, folder: Folder | None, session: Session) -> Known:
    """Everything that a remedy of this complaint may choose from."""
    match complaint.kind:
        case Kind.NAME:
            syntax = syntax_of(document.language)
            names = await asyncio.to_thread(syntax.names_in_scope, document, complaint.start) if syntax else ()
            homes = {complaint.name: _homes(complaint.name, document, folder, session)}
            return Known(names=names, homes=homes, modules=await _modules(folder, session))
        case Kind.MODULE:
            return Known(modules=await _modules(folder, session))
        case Kind.MEMBER:
            return Known(members=await _members(complaint, document, folder, session))
        case Kind.UNUSED:
            return Known()


def _homes(name: str, document: Document, folder: Folder | None, session: Session) -> tuple[str, ...]:
    """The modules of the project that define a name at their top, those of tests left out."""
    found = [each for each in session.index.find(name) if not each.container and each.path != path_of(document.uri)]
    modules = (_module(each.path, folder) for each in found if not is_of_tests(each.path))
    return tuple(dict.fromkeys(module for module in modules if module))


async def _modules(folder: Folder | None, session: Session) -> frozenset[str]:
    """What can be imported by its first name: the standard library, what is installed, the project's own."""
    installed = await asyncio.to_thread(folder.prover.installed) if folder and folder.prover else {}
    return sys.stdlib_module_names | frozenset(installed) | frozenset(await _own_modules(folder, session))


async def _own_modules(folder: Folder | None, session: Session) -> dict[str, str]:
    """The files of a folder by the name that each is imported by; in a thread, as there may be thousands."""
    files = session.index.files()

    def named() -> dict[str, str]:
        return {name: path for path in files if path.endswith(".py") and (name := _module(path, folder))}

    return await asyncio.to_thread(named)


def _module(path: str, folder: Folder | None) -> str:
    """The dotted name by which a file of a folder is imported; empty for one outside it."""
    return folder.module(path) if folder else ""


async def _members(complaint: Complaint, document: Document, folder: Folder | None, session: Session) -> frozenset[str]:
    """The members of the module, class or built-in type that lacks one; failing that, all that the file asks for."""
    text = str(document.text)
    try:
        tree = await asyncio.to_thread(parse, text)
    except SyntaxError:
        return frozenset()
    before = re.search(r"(\w+)\s*\.\s*$", text[: complaint.start])
    owner = before[1] if before else ""
    if module := _module_of(tree, owner, complaint):
        return await _members_of_module(module, folder, session)
    line = text.count("\n", 0, complaint.start) + 1
    classes = [name for name in complaint.quoted if name != complaint.name]
    if owner == "self":
        around = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
        classes += [node.name for node in around if node.lineno <= line <= (node.end_lineno or 0)]
    found = {
        each.name
        for each in (*session.index.symbols(path_of(document.uri)), *_defined(document))
        if each.container and each.container.rpartition(".")[2] in classes
    }
    found |= {each.name for name in classes for each in _elsewhere(name, session)}
    types = (getattr(builtins, name, None) for name in classes)
    found |= {member for each in types if isinstance(each, type) for member in dir(each)}
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return frozenset(found or named)


def _defined(document: Document) -> tuple[Symbol, ...]:
    """What the text in the editor defines, saved or not."""
    syntax = syntax_of(document.language)
    return syntax.definitions(document) if syntax else ()


def _elsewhere(name: str, session: Session) -> Iterator[Symbol]:
    """The members of the classes of this name, in any file of the project."""
    for found in session.index.find(name):
        if found.kind == "class":
            yield from (each for each in session.index.symbols(found.path) if each.container == found.qualified)


def _module_of(tree: ast.Module, owner: str, complaint: Complaint) -> str:
    """The module that a member is taken from: by ``from module import member``, or by a dot behind its name."""
    name = complaint.name.rpartition(".")[2]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not owner and any(alias.name == name for alias in node.names):
            return "." * node.level + (node.module or "")
        if isinstance(node, ast.Import) and owner:
            for alias in node.names:
                if owner == (alias.asname or alias.name):
                    return alias.name
    return ""


async def _members_of_module(module: str, folder: Folder | None, session: Session) -> frozenset[str]:
    """What a module of the project defines at its top, by its text; of any other, what the interpreter says."""
    wanted, own = module.lstrip("."), await _own_modules(folder, session)
    path = own.get(wanted) or next((path for name, path in own.items() if name.endswith(f".{wanted}")), "")
    if path:
        return frozenset(each.name for each in session.index.symbols(path) if not each.container)
    return await folder.prover.members(module) if folder and folder.prover else frozenset()
