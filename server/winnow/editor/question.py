"""One question where several fixes pass every test and differ: the person's answer picks one (ConAIR, 2025)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from winnow import learn
from winnow.editor import positions
from winnow.editor.code_action import workspace_edit
from winnow.parsing import literal
from winnow.words import short_name
from winnow.workspace import uri_of

if TYPE_CHECKING:
    from winnow.editor.server import WinnowServer
    from winnow.facts import TestResult
    from winnow.findings import Ambiguity, Finding, Fix

KEEP, LEAVE = "Keep it", "No"


def wording(question: Ambiguity) -> str:
    """The question as a person reads it: "Should `f(3)` be 6 or 9?"."""
    answers = [told(answer) for answer, _ in question.answers]
    return f"Should `{question.call}` be {' or '.join([', '.join(answers[:-1]), answers[-1]])}?"


def told(answer: str) -> str:
    """An answer in words: a value as it is written, an exception by its name."""
    return f"an error ({answer[1:]})" if answer.startswith("!") else answer


def _offered(answer: str, fix: Fix) -> str:
    """An answer with what it would change: "6: compare with `>`, 4 tests pass"."""
    return f"{told(answer)}: {_change(fix)}"


def _change(fix: Fix) -> str:
    return fix.title.removeprefix("Fix: ")


async def ask(server: WinnowServer, failure: Finding) -> dict[str, str]:
    """Ask, apply the fix that the answer picks, and offer to keep the answer as a test."""
    question = failure.ambiguity
    if question is None:
        return {"text": f"There is no open question about {short_name(failure.result.test)}."}
    answers = {_offered(answer, fix): (answer, fix) for answer, fix in question.answers}
    why = f"No test says, and each of these turns {short_name(failure.result.test)} green."
    chosen = await _choice(server, f"{wording(question)} {why}", list(answers))
    if chosen not in answers:
        return {"text": "Nothing was changed."}
    answer, fix = answers[chosen]
    edit = workspace_edit(server, fix)
    if edit is None:
        return {"text": "The code has changed since this question arose. It is asked again when the tests still fail."}
    server.session.decide(fix.suggestion.decision)
    applied = await server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit=edit, label=fix.title))
    if not applied.applied:
        return {"text": f"The editor did not apply the fix: {applied.failure_reason or 'it gave no reason'}."}
    learn.accept(fix.suggestion.candidate.id, server.session)
    await _offer_to_keep(server, failure.result, question, answer)
    return {"text": f"Done: {_change(fix)}."}


async def _offer_to_keep(server: WinnowServer, result: TestResult, question: Ambiguity, answer: str) -> None:
    """Write the answer into the file of the failing test, if it can be written and the person wants it."""
    document = server.session.workspace.snapshot.documents.get(uri_of(result.path))
    if document is None or not _is_literal(answer):
        return
    claim = f"assert {question.call} == {answer}"
    if await _choice(server, f"Keep `{claim}` as a test in {Path(result.path).name}?", [KEEP, LEAVE]) != KEEP:
        return
    text = str(document.text)
    name = _free_name(question.unit, text)
    end = types.Position(**positions.position(document.text, len(text), server.units))
    gap = "\n\n" if text.endswith("\n") else "\n\n\n"
    change = types.TextEdit(range=types.Range(start=end, end=end), new_text=f"{gap}def {name}():\n    {claim}\n")
    identifier = types.OptionalVersionedTextDocumentIdentifier(uri=document.uri, version=document.version)
    edit = types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(text_document=identifier, edits=[change])])
    await server.workspace_apply_edit_async(
        types.ApplyWorkspaceEditParams(edit=edit, label="Keep the answer as a test")
    )


async def _choice(server: WinnowServer, message: str, titles: list[str]) -> str:
    """What the person chose; empty where they closed the question."""
    chosen = await server.window_show_message_request_async(
        types.ShowMessageRequestParams(
            type=types.MessageType.Info,
            message=message,
            actions=[types.MessageActionItem(title=title) for title in titles],
        )
    )
    return chosen.title if chosen else ""


def _is_literal(answer: str) -> bool:
    try:
        literal(answer)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _free_name(unit: str, text: str) -> str:
    name, number = f"test_{unit}_as_answered", 1
    while re.search(rf"\bdef {name}\b", text):
        number += 1
        name = f"test_{unit}_as_answered_{number}"
    return name
