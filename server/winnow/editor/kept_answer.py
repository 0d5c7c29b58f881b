"""An answer kept as a test: in the file of the failing test, open or closed, or in a new one beside the code."""

from __future__ import annotations

import ast
import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from winnow.editor import positions
from winnow.editor.workspace_edits import creates, identified, workspace_edit
from winnow.parsing import literal, parse
from winnow.text import Text
from winnow.uris import uri_of
from winnow.workspace import closed_texts

if TYPE_CHECKING:
    from winnow.editor.server import WinnowServer
    from winnow.findings import Ambiguity, Finding

KEEP, LEAVE = "Keep it", "No"
INDENT = "    "


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A file for tests: its text, its version where the editor has it open; ``missing`` is one that is to be made."""

    uri: str
    text: Text
    version: int | None = None
    missing: bool = False


async def offer_to_keep(server: WinnowServer, failure: Finding, question: Ambiguity, answer: str) -> str:
    """Keep an answer that can be written down as a test, if the person wants it; what came of it, in words."""
    path = _path(failure.result.path, question.path)
    code = await _home(server, question.path)
    importable = code is not None and question.unit in await asyncio.to_thread(_bound, str(code.text))
    if not _is_literal(answer) or not importable or await _home(server, path) is None:
        return ""
    claim = f"assert {question.call} == {answer}"
    wanted = await server.client.choose(f"Keep `{claim}` as a test in {Path(path).name}?", [KEEP, LEAVE])
    home = await _home(server, path) if wanted == KEEP else None  # which may have been edited before the answer
    if home is None:
        return ""
    name = _free_name(question.unit, str(home.text))
    bound = await asyncio.to_thread(_bound, str(home.text))
    added = _test(name, claim, "" if question.unit in bound else _import(server, question))
    refused = await server.client.apply(_edit(server, home, added), "Keep the answer as a test")
    if refused:
        return f"The editor did not take the test: {refused}. Write it by hand: `{claim}`."
    return f"{name} in {Path(path).name} keeps it."


def _path(test: str, code: str) -> str:
    """Where to keep it: with the failing test; where that is an example in a docstring or in prose, beside the code."""
    if test != code and test.endswith(".py"):
        return test
    return str(Path(code).with_name(f"test_{Path(code).name}"))


async def _home(server: WinnowServer, path: str) -> Home | None:
    """The file as it is now; None where it cannot be read, or not be made."""
    uri = uri_of(path)
    if (document := server.session.workspace.snapshot.documents.get(uri)) is not None:
        return Home(uri=uri, text=document.text, version=document.version)
    texts = await asyncio.to_thread(closed_texts, [path])
    if path in texts:
        return Home(uri=uri, text=Text.of(texts[path]))
    if creates(server) and not await asyncio.to_thread(Path(path).exists):
        return Home(uri=uri, text=Text.of(""), missing=True)
    return None


def _edit(server: WinnowServer, home: Home, added: str) -> types.WorkspaceEdit:
    text = str(home.text)
    gap = "" if not text else "\n\n" if text.endswith("\n") else "\n\n\n"
    end = types.Position(**positions.position(home.text, len(text), server.units))
    identifier = identified(server, home.uri, home.version)
    lines = f"{gap}{added}".replace("\n", home.text.line_end)
    edits = [types.TextEdit(range=types.Range(start=end, end=end), new_text=lines)]
    change = types.TextDocumentEdit(text_document=identifier, edits=edits)
    return workspace_edit(server, [change], new=identifier.uri if home.missing else "")


def _test(name: str, claim: str, imported: str) -> str:
    before = f"{INDENT}{imported}\n\n" if imported else ""
    return f"def {name}():\n{before}{INDENT}{claim}\n"


def _import(server: WinnowServer, question: Ambiguity) -> str:
    folder = server.session.folder_of_path(question.path)
    module = folder.module(question.path) if folder else ""
    return f"from {module} import {question.unit}" if module else ""


def _bound(text: str) -> frozenset[str]:
    """The functions that a module has at its top, and what it imports from others there: a module is no function."""
    try:
        body = parse(text).body
    except SyntaxError:
        return frozenset()
    imports = [node for node in body if isinstance(node, ast.ImportFrom)]
    imported = {alias.asname or alias.name for node in imports for alias in node.names}
    return frozenset(imported | {node.name for node in body if isinstance(node, ast.FunctionDef)})


def _is_literal(answer: str) -> bool:
    try:
        literal(answer)
    except ValueError:
        return False
    return True


def _free_name(unit: str, text: str) -> str:
    name, number = f"test_{unit}_as_answered", 1
    while re.search(rf"\bdef {name}\b", text):
        number += 1
        name = f"test_{unit}_as_answered_{number}"
    return name
