"""What the stories say to the editor, as messages of the protocol."""

from __future__ import annotations

import asyncio
import time
import uuid
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from winnow import suggest
from winnow.editor.diagnostics import Failures, spelt
from winnow.editor.file_names import AGAIN
from winnow.facts import Reason
from winnow.journal import state_directory, write_private
from winnow.uris import uri_of
from winnow.words import standing_says

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Sequence

    from winnow.editor.file_names import FileNames
    from winnow.editor.server import WinnowServer
    from winnow.facts import Decision
    from winnow.findings import Finding, TestKey
    from winnow.session import Showing

CLIENT_SECONDS = 2.0
"""How long to wait for an editor's answer where one can do without it."""
DRAW_SECONDS = 0.03
"""Results that come in one burst are drawn together."""
DRAW_SHARE = 0.1
"""At most this share of the time is spent on drawing, however many tests there are."""


class EditorClient:
    """The Client of a session, over one connection."""

    def __init__(self, server: WinnowServer) -> None:
        self._server = server
        self._failures = Failures()
        self._told: dict[str, str] = {}
        """By URI: the name by which the editor was told of diagnostics."""
        self._changed: dict[TestKey, None] = {}
        self._stale: set[str] = set()
        self._rest = DRAW_SECONDS
        self._drawing: asyncio.TimerHandle | None = None
        self._saying: asyncio.TimerHandle | None = None
        self.unparsed: dict[str, dict[str, Any]] = {}
        """By URI: the diagnostic of a document that does not parse."""
        self.edited: dict[str, float] = {}
        """By URI: when a document was last edited, on the monotonic clock."""
        self.others_parse = False
        self.quiet = ""
        self.last = ""

    def tested(self, keys: Collection[TestKey]) -> None:
        """Draw how tests stand, a moment later, together with what comes meanwhile."""
        self._changed |= dict.fromkeys(keys)
        self._draw_soon()

    def redraw(self, uris: Collection[str]) -> None:
        """Draw the diagnostics of files anew, a moment later."""
        self._stale |= set(uris)
        self._draw_soon()

    def _draw_soon(self) -> None:
        if self._drawing is None:
            self._drawing = asyncio.get_running_loop().call_later(self._rest, self._draw)

    def _draw(self) -> None:
        started = time.perf_counter()
        self._drawing = None
        changed, self._changed = self._changed, {}
        stale, self._stale = self._stale, set()
        known = {key: self._server.session.findings.get(key) for key in changed}
        for key, finding in known.items():
            stale |= self._failures.put(key, finding, self._server.session.workspace.snapshot)
        for uri in stale:
            self._publish(uri)
        if changed:
            names = self._server.names
            rows = [_row(finding, names) for finding in known.values() if finding is not None]
            gone = [str(key) for key, finding in known.items() if finding is None]
            self._server.protocol.tell("winnow/tests", {"tests": rows, "gone": gone})
            self.stands()
            self.refresh_lenses()
        self._rest = max(DRAW_SECONDS, (time.perf_counter() - started) / DRAW_SHARE)

    def _publish(self, uri: str) -> None:
        unparsed = [self.unparsed[uri]] if uri in self.unparsed else []
        names = self._server.names
        diagnostics = [spelt(each, names) for each in (*self._failures.at(uri), *unparsed)]
        name = names.outside(uri)
        before = self._told.pop(uri, name)
        if diagnostics:
            self._told[uri] = name
        if before != name and before not in self._told.values():  # it was opened or closed since, by another name
            self._server.protocol.tell(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, {"uri": before, "diagnostics": []})
        if not name.endswith(AGAIN):  # else it was known by that for a while, and never to an editor
            told = {"uri": name, "diagnostics": diagnostics}
            self._server.protocol.tell(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, told)

    def stands(self) -> None:
        """Say what speaks for the suggestion on the screen; how the tests stand, where there is none."""
        session = self._server.session
        known = [each.result for each in session.findings.values()]
        shown = self._on_screen()
        self.last = shown.suggestion.decision.detail if shown else standing_says(known) if known else ""
        self.status()

    def _on_screen(self) -> Showing | None:
        """The suggestion that is probably on the screen: since it was shown, nothing but its own text was typed."""
        session = self._server.session
        if not session.showings:
            return None
        latest, uri = session.showings[-1], session.showings[-1].context.moment.uri
        before, after = (
            {each.uri: each.version for each in snapshot.documents.values() if each.uri != uri}
            for snapshot in (latest.snapshot, session.workspace.snapshot)
        )
        return latest if before == after and suggest.remaining(latest, session) is not None else None

    def decided(self, decision: Decision) -> None:
        """Draw why something is shown or not; the status tells of ghost text alone."""
        if decision.kind == suggest.KIND:
            shown = decision.reason is Reason.SHOWN
            self.quiet = "" if shown else decision.detail
            self.last = decision.detail if shown else self.last
        self._server.protocol.tell(
            "winnow/decision", {"id": decision.id, "reason": decision.reason.value, "text": decision.detail}
        )
        self.status()

    def fixed(self, key: TestKey) -> None:
        """Draw that a fix is at hand."""
        self._server.protocol.tell("winnow/fix", {"test": str(key)})
        self.refresh_lenses()

    def status(self) -> None:
        """Send the state that a status bar shows, a moment later: no answer waits for it."""
        if self._saying is None:
            self._saying = asyncio.get_running_loop().call_later(DRAW_SECONDS, self._say_status)

    def _say_status(self) -> None:
        self._saying = None
        self._server.protocol.tell("winnow/status", self.state())

    def state(self) -> dict[str, Any]:
        """What a status bar shows: who is asked, how the tests stand, why there is silence."""
        session = self._server.session
        return {
            "provider": session.provider.name,
            "model": session.provider.model,
            "text": self.last,
            "quiet": self.quiet,
            "endpoint": session.settings.base_url,
            "paused": session.settings.paused,
            "pausedLanguages": session.settings.paused_languages,
            "pausedFolders": tuple(map(self._server.names.outside_path, session.settings.paused_folders)),
            "trusted": session.settings.trusted,
            "eagerness": session.settings.eagerness,
        }

    def refresh_lenses(self) -> None:
        """Ask the editor to fetch the code lenses anew, where it can."""
        capabilities = self._server.client_capabilities.workspace
        if capabilities and capabilities.code_lens and capabilities.code_lens.refresh_support:
            self._server.workspace_code_lens_refresh(None)

    def say(self, message: str) -> None:
        """Show a message that the person should act on."""
        self._server.window_show_message(types.ShowMessageParams(type=types.MessageType.Warning, message=message))

    async def show(self, title: str, text: str) -> None:
        """Show what a person asked for: a page where it has many lines and the editor opens pages, else a message."""
        window = self._server.client_capabilities.window
        if "\n" in text and window and window.show_document and window.show_document.support:
            page = state_directory() / f"{title}.txt"
            with suppress(JsonRpcException, TimeoutError, OSError):
                await asyncio.to_thread(write_private, page, f"{text}\n")
                async with asyncio.timeout(CLIENT_SECONDS):
                    asked = types.ShowDocumentParams(uri=uri_of(str(page)), take_focus=True)
                    opened = await self._server.window_show_document_async(asked)
                if opened and opened.success:
                    return
        self._server.window_show_message(types.ShowMessageParams(type=types.MessageType.Info, message=text))

    async def choose(self, question: str, answers: Sequence[str]) -> str | None:
        """What the person answers to a question; empty where they closed it, None where the editor cannot ask."""
        actions = [types.MessageActionItem(title=title) for title in answers]
        asked = types.ShowMessageRequestParams(type=types.MessageType.Info, message=question, actions=actions)
        try:
            chosen = await self._server.window_show_message_request_async(asked)
        except JsonRpcException:
            return None
        return chosen.title if chosen else ""

    async def apply(self, edit: types.WorkspaceEdit, label: str) -> str:
        """Have the editor make an edit; why it did not, empty where it did."""
        asked = types.ApplyWorkspaceEditParams(edit=edit, label=label)
        try:
            answer = await self._server.workspace_apply_edit_async(asked)
        except JsonRpcException:
            return "it takes no edits from a server"
        return "" if answer.applied else answer.failure_reason or "it gave no reason"

    def log(self, message: str) -> None:
        """Write to the editor's log of the server."""
        self._server.window_log_message(types.LogMessageParams(type=types.MessageType.Info, message=message))

    @asynccontextmanager
    async def progress(self, title: str) -> AsyncIterator[Callable[[str, int | None], None]]:
        """A progress bar, where the editor has one; its stop button cancels the task inside."""
        window = self._server.client_capabilities.window
        if not (window and window.work_done_progress):
            yield lambda _message, _percentage: None
            return
        token = f"winnow-{uuid.uuid4().hex}"
        bar = self._server.work_done_progress
        try:
            async with asyncio.timeout(CLIENT_SECONDS):
                await bar.create_async(token)
        except (JsonRpcException, TimeoutError):
            yield lambda _message, _percentage: None
            return
        task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        bar.tokens[token].add_done_callback(
            lambda stopped: loop.call_soon(task.cancel) if task and stopped.cancelled() else None
        )
        bar.begin(token, types.WorkDoneProgressBegin(title=title, cancellable=True, percentage=0))
        try:
            yield lambda message, percentage: bar.report(
                token, types.WorkDoneProgressReport(message=message, percentage=percentage)
            )
        finally:
            bar.end(token, types.WorkDoneProgressEnd())
            bar.tokens.pop(token, None)


def _row(finding: Finding, names: FileNames) -> dict[str, Any]:
    result, name = finding.result, str(finding.key)
    return {
        "id": name,
        "path": names.outside_path(result.path or name.partition("::")[0]),
        "line": result.line,
        "outcome": result.outcome.value,
        "message": result.message,
        "seconds": result.seconds,
        "flaky": result.flaky,
    }
