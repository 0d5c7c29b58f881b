"""``textDocument/codeAction``: fixes that turned failing tests green, and what else can be done about a failure."""

from __future__ import annotations

import asyncio
from itertools import chain
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from winnow.amend import amend
from winnow.context import Problem
from winnow.editor import positions, syntax_errors
from winnow.editor.diagnostics import SOURCE, guilty_line
from winnow.editor.workspace_edits import annotates, identified, workspace_edit
from winnow.findings import FAILING
from winnow.repair import Diagnostic, remedy
from winnow.uris import uri_of
from winnow.words import short_name
from winnow.workspace import files_stand, refit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winnow.editor.server import WinnowServer
    from winnow.facts import Edit
    from winnow.findings import Finding, Fix
    from winnow.text import Text

STALE = "The code has changed since this fix was found: ask for the fixes here again."
FAILURES = 3
"""Failing tests of one place about which more can be asked there; of the others at their own diagnostics."""
COMPLAINTS = 4
"""Diagnostics of other servers that are answered at one place; each may take runs of tests, all at the same time."""


def register(server: WinnowServer) -> None:
    """Offer quick fixes; their edits are made when one is chosen, where the editor can wait for that."""
    options = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix], resolve_provider=True)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    async def actions(parameters: types.CodeActionParams) -> list[types.CodeAction]:
        parameters.text_document.uri = server.names.inside(parameters.text_document.uri)
        _overhear(server, parameters)
        repairs = await asyncio.gather(_amendments(server, parameters), _remedies(server, parameters))
        return [*chain(*repairs), *await _actions(server, parameters)]

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolve(action: types.CodeAction) -> types.CodeAction:
        resolved = await _resolve(server, action)
        if resolved.disabled is not None:  # editors look at that in a menu, and do nothing with it once one is chosen
            server.client.say(resolved.disabled.reason)
        return resolved


async def _actions(server: WinnowServer, parameters: types.CodeActionParams) -> list[types.CodeAction]:
    if not _wants_quick_fixes(parameters):
        return []
    lazily = _resolves_edits(server)
    offered: list[types.CodeAction] = []
    seen: set[tuple[Edit, ...]] = set()  # one fix often turns several tests green, and is offered once
    for place, failure in enumerate(_failures_at(server, parameters)):
        diagnostics = [each for each in parameters.context.diagnostics if _tells_of(each, failure)]
        known = await _on_disk(server, server.session.standing_fixes(failure.key))
        fixes = [fix for fix in known if fix.suggestion.candidate.edits not in seen]
        seen |= {fix.suggestion.candidate.edits for fix in fixes}
        for rank, fix in enumerate(fixes):
            action = _action(fix, diagnostics, preferred=rank == 0)
            offered.append(action if lazily else await _resolve(server, action))
        for attempt in await _attempts_at(server, failure):
            unproven = _action(attempt, diagnostics, preferred=False)
            offered.append(unproven if lazily else await _resolve(server, unproven))
        if place < FAILURES:
            asked = failure.ambiguity is not None and all(map(server.session.stands, failure.ambiguity.fixes))
            offered += _commands(failure, diagnostics, fixed=bool(known), asked=asked)
    return offered


def _commands(
    failure: Finding, diagnostics: list[types.Diagnostic], *, fixed: bool, asked: bool
) -> list[types.CodeAction]:
    """What else can be done about a failure, the most useful first."""

    def command(verb: str, name: str) -> types.CodeAction:
        return _command(verb, name, failure, diagnostics)

    offered = []
    if asked:
        offered.append(command("Answer a question to fix", "winnow.ask"))
    elif not fixed:
        offered.append(command("Look for a fix of", "winnow.repair"))
    if fixed:
        offered.append(command("Describe the fixes of", "winnow.explainFixes"))
        offered.append(command("Hint instead: a nudge for", "winnow.hint"))
    elif failure.nearest:
        offered.append(command("Show unproven attempts at", "winnow.attempts"))
    return [*offered, command("Explain", "winnow.explain")]


async def _attempts_at(server: WinnowServer, failure: Finding) -> list[Fix]:
    """The unproven attempts that the person asked to see, while the text is the very one they were tried on."""
    return [fix for fix in await _on_disk(server, failure.attempts) if server.session.stands(fix)]


async def _on_disk(server: WinnowServer, fixes: Sequence[Fix]) -> list[Fix]:
    """Those of the fixes whose closed files have not changed since they were tried."""
    now = server.session.workspace.snapshot
    return await asyncio.to_thread(
        lambda: [fix for fix in fixes if files_stand(fix.suggestion.candidate, fix.snapshot, now)]
    )


async def _amendments(server: WinnowServer, parameters: types.CodeActionParams) -> list[types.CodeAction]:
    """Repairs of text that does not parse, on the lines that they change and where another server complains."""
    if not _wants_quick_fixes(parameters):
        return []
    fixes = await amend(parameters.text_document.uri, server.session)
    told = parameters.context.diagnostics
    complaints = [each for each in told if each.source != SOURCE or each.code == syntax_errors.CODE]
    lines = {line for each in (parameters.range, *(each.range for each in complaints)) for line in _lines_of(each)}
    near = [fix for fix in fixes if _touches(fix, lines)]
    server.session.present(near)
    actions = [_action(fix, complaints, preferred=rank == 0) for rank, fix in enumerate(near)]
    return actions if _resolves_edits(server) else [await _resolve(server, action) for action in actions]


def _overhear(server: WinnowServer, parameters: types.CodeActionParams) -> None:
    """Remember other servers' diagnostics for the prompts of models; they reach us with this request alone."""
    session = server.session
    document = session.workspace.snapshot.documents.get(parameters.text_document.uri)
    if document is not None:
        others = [each for each in parameters.context.diagnostics if each.source != SOURCE]
        errors = [each for each in others if each.severity is types.DiagnosticSeverity.Error]
        syntax_errors.overhear(server, document.uri, {each.range.start.line for each in errors})
        problems = [Problem(line=each.range.start.line, message=each.message) for each in others]
        session.seen = session.seen.overhear(document, _lines_of(parameters.range), problems)


async def _remedies(server: WinnowServer, parameters: types.CodeActionParams) -> list[types.CodeAction]:
    """Edits that remove what other servers complain of; where a proven fix is at hand, it does not wait for them."""
    uri = parameters.text_document.uri
    document = server.session.workspace.snapshot.documents.get(uri)
    if document is None or not _wants_quick_fixes(parameters):
        return []
    complaints = [each for each in parameters.context.diagnostics if each.source != SOURCE][:COMPLAINTS]
    proven = any(server.session.standing_fixes(each.key) for each in _failures_at(server, parameters))
    seconds = 0.0 if proven else server.session.settings.patience
    told = [_told(each, document.text, server.units) for each in complaints]
    offered = []
    for complaint, fixes in zip(complaints, await remedy(uri, told, server.session, seconds), strict=True):
        server.session.present(fixes)
        offered += [_action(fix, [complaint], preferred=rank == 0) for rank, fix in enumerate(fixes)]
    return offered if _resolves_edits(server) else [await _resolve(server, action) for action in offered]


def _told(complaint: types.Diagnostic, text: Text, units: str) -> Diagnostic:
    ends = ({"line": at.line, "character": at.character} for at in (complaint.range.start, complaint.range.end))
    start, end = (positions.offset(text, at, units) for at in ends)
    return Diagnostic(message=complaint.message, start=start, end=end)


def _wants_quick_fixes(parameters: types.CodeActionParams) -> bool:
    wanted = parameters.context.only
    kinds = [str(getattr(kind, "value", kind)) for kind in wanted or ()]
    return not wanted or any(types.CodeActionKind.QuickFix.value.startswith(kind) for kind in kinds)


def _lines_of(span: types.Range) -> range:
    return range(span.start.line, span.end.line + 1)


def _touches(fix: Fix, lines: set[int]) -> bool:
    """Whether a fix changes one of these lines, or the one before or behind: a parser often stops a line too late."""
    for edit in fix.suggestion.candidate.edits:
        line = _line(fix, edit)
        if lines & {line - 1, line, line + 1}:
            return True
    return False


def _line(fix: Fix, edit: Edit) -> int:
    """The line, from 0, on which an edit of a fix begins in the text that it was proven on."""
    return fix.snapshot.documents[edit.uri].text.position(edit.start)[0]


def _action(fix: Fix, diagnostics: list[types.Diagnostic], *, preferred: bool) -> types.CodeAction:
    """A fix as it stands in the menu, without its edit."""
    return types.CodeAction(
        title=fix.title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=diagnostics,
        is_preferred=preferred,
        data={"fix": fix.suggestion.candidate.id},
    )


def _command(verb: str, command: str, failure: Finding, diagnostics: list[types.Diagnostic]) -> types.CodeAction:
    title = f"{verb} {short_name(failure.result.test)}"
    return types.CodeAction(
        title=title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=diagnostics,
        command=types.Command(title=title, command=command, arguments=[str(failure.key)]),
    )


def _failures_at(server: WinnowServer, parameters: types.CodeActionParams) -> list[Finding]:
    """The failing tests whose diagnostics stand in the range, or that the editor names by their diagnostics."""
    uri, start, end = parameters.text_document.uri, parameters.range.start.line, parameters.range.end.line
    named = {_test_of(each.data) for each in parameters.context.diagnostics if each.source == SOURCE}
    found = [
        finding
        for finding in server.session.findings.values()
        if finding.result.outcome in FAILING
        and (str(finding.key) in named or any(start <= line <= end for line in _lines_in(server, finding, uri)))
    ]
    return sorted(found, key=lambda finding: str(finding.key) not in named)


def _lines_in(server: WinnowServer, finding: Finding, uri: str) -> list[int]:
    result, guilty = finding.result, guilty_line(finding)
    frames = (*result.frames, guilty) if guilty else result.frames
    places = [(result.path, result.line), *((frame.path, frame.line) for frame in frames)]
    fixes = server.session.standing_fixes(finding.key)
    mended = [_line(fix, edit) for fix in fixes for edit in fix.suggestion.candidate.edits if edit.uri == uri]
    return [*mended, *(line for path, line in places if path and uri_of(path) == uri)]


def _tells_of(diagnostic: types.Diagnostic, failure: Finding) -> bool:
    """Whether a diagnostic is of this test; not every editor hands back what it was given with it."""
    if test := _test_of(diagnostic.data):
        return test == str(failure.key)
    return short_name(failure.result.test) in diagnostic.message


def _test_of(data: Any) -> str:
    """The test named in a diagnostic's data, which reaches us as a dictionary or as an object."""
    return str(data.get("test", "") if isinstance(data, dict) else getattr(data, "test", ""))


def _resolves_edits(server: WinnowServer) -> bool:
    capabilities = server.client_capabilities.text_document
    action = capabilities.code_action if capabilities else None
    return bool(action and action.resolve_support and {"edit", "command"} <= set(action.resolve_support.properties))


async def _resolve(server: WinnowServer, action: types.CodeAction) -> types.CodeAction:
    """Give an action its edit, on the text as it is now, and the command that says it was accepted.

    Not before: an editor that finds a command on an action may run it and never ask for the edit, as eglot does.
    """
    identity = action.data.get("fix") if isinstance(action.data, dict) else getattr(action.data, "fix", None)
    if identity is None:
        return action
    session = server.session
    amended = [fix for _, found in session.amended.values() for fix in found]
    for_tests = [fix for each in session.findings.values() for fix in (*each.fixes, *each.attempts)]
    fixes = (*amended, *for_tests)
    fix = next((each for each in fixes if each.suggestion.candidate.id == identity), None)
    action.edit = await edit_of(server, fix) if fix is not None else None
    if action.edit is not None:
        action.command = types.Command(title=action.title, command="winnow.accepted", arguments=[identity])
    else:
        action.disabled = types.CodeActionDisabled(reason=STALE)
    return action


async def edit_of(server: WinnowServer, fix: Fix) -> types.WorkspaceEdit | None:
    """A fix as an edit of the workspace; None where the text has changed under it."""
    on_disk = await _on_disk(server, [fix])
    current = server.session.workspace.snapshot
    candidate = refit(fix.suggestion.candidate, fix.snapshot, current)
    if candidate is None or not on_disk:
        return None
    annotation = candidate.id if len({edit.uri for edit in candidate.edits}) > 1 and annotates(server) else None
    changes = []
    for uri in dict.fromkeys(edit.uri for edit in candidate.edits):
        document = current.documents.get(uri)
        text = (document or fix.snapshot.documents[uri]).text
        identifier = identified(server, uri, document.version if document else None)
        edits = [_text_edit(edit, text, server.units, annotation) for edit in candidate.edits if edit.uri == uri]
        changes.append(types.TextDocumentEdit(text_document=identifier, edits=edits))
    told = types.ChangeAnnotation(label=fix.title, description=candidate.explanation or None)
    return workspace_edit(server, changes, told={annotation: told} if annotation else None)


def _text_edit(edit: Edit, text: Text, units: str, annotation: str | None) -> types.TextEdit | types.AnnotatedTextEdit:
    span = types.Range(
        start=types.Position(**positions.position(text, edit.start, units)),
        end=types.Position(**positions.position(text, edit.end, units)),
    )
    if annotation is not None:
        return types.AnnotatedTextEdit(annotation_id=annotation, range=span, new_text=edit.text)
    return types.TextEdit(range=span, new_text=edit.text)
