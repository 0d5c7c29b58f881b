"""``textDocument/codeAction``: fixes that turned failing tests green, and what else can be done about a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from winnow.editor import positions
from winnow.editor.diagnostics import SOURCE, guilty_line
from winnow.session import FAILING
from winnow.words import short_name
from winnow.workspace import refit, uri_of

if TYPE_CHECKING:
    from winnow.editor.server import WinnowServer
    from winnow.facts import TestResult
    from winnow.session import Fix


def register(server: WinnowServer) -> None:
    """Offer quick fixes; their edits are made when one is chosen, where the editor can wait for that."""
    options = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix], resolve_provider=True)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    def actions(parameters: types.CodeActionParams) -> list[types.CodeAction]:
        return _actions(server, parameters)

    @server.feature(types.CODE_ACTION_RESOLVE)
    def resolve(action: types.CodeAction) -> types.CodeAction:
        return _resolve(server, action)


def _actions(server: WinnowServer, parameters: types.CodeActionParams) -> list[types.CodeAction]:
    wanted = parameters.context.only
    if wanted and not any(types.CodeActionKind.QuickFix.value.startswith(str(getattr(k, "value", k))) for k in wanted):
        return []
    lazily = _resolves_edits(server)
    offered: list[types.CodeAction] = []
    titles: set[str] = set()  # one fix often turns several tests green, and is offered once
    for result in _failures_at(server, parameters):
        diagnostics = [each for each in parameters.context.diagnostics if short_name(result.test) in each.message]
        known = server.session.standing_fixes(result.test)
        fixes = [fix for fix in known if fix.title not in titles]
        titles |= {fix.title for fix in fixes}
        for rank, fix in enumerate(fixes):
            action = types.CodeAction(
                title=fix.title,
                kind=types.CodeActionKind.QuickFix,
                diagnostics=diagnostics,
                is_preferred=rank == 0,
                data={"fix": fix.suggestion.candidate.id},
                command=types.Command(
                    title=fix.title, command="winnow.accepted", arguments=[fix.suggestion.candidate.id]
                ),
            )
            offered.append(action if lazily else _resolve(server, action))
        if not known:
            offered.append(_command("Look for a fix of", "winnow.repair", result, diagnostics))
        offered.append(_command("Explain", "winnow.explain", result, diagnostics))
    return offered


def _command(verb: str, command: str, result: TestResult, diagnostics: list[types.Diagnostic]) -> types.CodeAction:
    title = f"{verb} {short_name(result.test)}"
    return types.CodeAction(
        title=title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=diagnostics,
        command=types.Command(title=title, command=command, arguments=[result.test]),
    )


def _failures_at(server: WinnowServer, parameters: types.CodeActionParams) -> list[TestResult]:
    """The failing tests whose diagnostics stand in the range, or that the editor names by their diagnostics."""
    uri, start, end = parameters.text_document.uri, parameters.range.start.line, parameters.range.end.line
    named = {_test_of(each.data) for each in parameters.context.diagnostics if each.source == SOURCE}
    return [
        result
        for result in server.session.standing.values()
        if result.outcome in FAILING
        and (result.test in named or any(start <= line <= end for line in _lines_in(server, result, uri)))
    ]


def _lines_in(server: WinnowServer, result: TestResult, uri: str) -> list[int]:
    guilty = guilty_line(result, server.session.suspects)
    frames = (*result.frames, guilty) if guilty else result.frames
    places = [(result.path, result.line), *((frame.path, frame.line) for frame in frames)]
    return [line for path, line in places if path and uri_of(path) == uri]


def _test_of(data: Any) -> str:
    """The test named in a diagnostic's data, which reaches us as a dictionary or as an object."""
    return str(data.get("test", "") if isinstance(data, dict) else getattr(data, "test", ""))


def _resolves_edits(server: WinnowServer) -> bool:
    capabilities = server.client_capabilities.text_document
    action = capabilities.code_action if capabilities else None
    return bool(action and action.resolve_support and "edit" in action.resolve_support.properties)


def _resolve(server: WinnowServer, action: types.CodeAction) -> types.CodeAction:
    """Give an action its edit, on the text as it is now."""
    identity = action.data.get("fix") if isinstance(action.data, dict) else getattr(action.data, "fix", None)
    fixes = (fix for found in server.session.fixes.values() for fix in found)
    fix = next((each for each in fixes if each.suggestion.candidate.id == identity), None)
    if fix is not None:
        action.edit = workspace_edit(server, fix)
        if action.edit is None:
            action.command = None  # nothing was applied, so nothing was accepted
            action.disabled = types.CodeActionDisabled(reason="The code has changed since this fix was proven.")
    return action


def workspace_edit(server: WinnowServer, fix: Fix) -> types.WorkspaceEdit | None:
    """A fix as an edit of the workspace; None where the text has changed under it."""
    current = server.session.workspace.snapshot
    candidate = refit(fix.suggestion.candidate, fix.snapshot, current)
    if candidate is None:
        return None
    changes: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = []
    for edit in candidate.edits:
        document = current.documents.get(edit.uri)
        text = (document or fix.snapshot.documents[edit.uri]).text
        span = types.Range(
            start=types.Position(**positions.position(text, edit.start, server.units)),
            end=types.Position(**positions.position(text, edit.end, server.units)),
        )
        identifier = types.OptionalVersionedTextDocumentIdentifier(
            uri=edit.uri, version=document.version if document else None
        )
        changes.append(
            types.TextDocumentEdit(text_document=identifier, edits=[types.TextEdit(range=span, new_text=edit.text)])
        )
    return types.WorkspaceEdit(document_changes=changes)
