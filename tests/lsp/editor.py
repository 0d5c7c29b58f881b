"""An editor without a screen: a language client that starts the real server and speaks to it over its pipes.

It keeps its own copy of each text and edits it as an editor would, so that a test or the demo sees what a
person would see.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote

from tests.lsp.capabilities import CAPABILITIES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PATIENCE = 60.0


def path_named(uri: str) -> Path:
    """The path of a file's URI."""
    return Path(unquote(uri.removeprefix("file://")))


class ServerError(Exception):
    """The server answered a request with an error; ``code`` is the protocol's."""

    def __init__(self, error: Mapping[str, Any]) -> None:
        super().__init__(error["message"])
        self.code: int = error["code"]


class Editor:
    """One connection to a server process."""

    def __init__(self, process: asyncio.subprocess.Process, settings: Mapping[str, Any], folder: Path) -> None:
        self.process = process
        self.folder = folder
        self.settings = settings
        self.texts: dict[Path, str] = {}
        self.versions: dict[Path, int] = {}
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        self.tests: dict[str, dict[str, Any]] = {}
        """How each test stands by its name, as the server has told so far."""
        self.notifications: list[dict[str, Any]] = []
        self.errors: list[dict[str, Any]] = []
        self.questions: list[str] = []
        self.pages: list[Path] = []
        self.capable: dict[str, Any] = {}
        """What the server said that it can do."""
        self.choose: Callable[[Any], Any] = lambda _: None
        """What the person answers to a question: one of its actions, or None."""
        self.late: Callable[[int | str, str], bool] = lambda _identity, _method: False
        """Whether a request of the server, by its number and method, is not answered for now."""
        self.unable: frozenset[str] = frozenset()
        """Requests of the server that this editor does not know, and refuses."""
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._changed = asyncio.Event()
        self._next = 0
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(
        cls,
        folder: Path,
        settings: Mapping[str, Any],
        *,
        environment: Mapping[str, str] | None = None,
        capabilities: Mapping[str, Any] = CAPABILITIES,
    ) -> Self:
        """Start a server on a folder and say hello."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "winnow",
            "serve",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            limit=1 << 26,
        )
        editor = cls(process, settings, folder)
        uri = folder.as_uri()
        hello = await editor.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": uri,
                "workspaceFolders": [{"uri": uri, "name": folder.name}],
                "capabilities": dict(capabilities),
                "initializationOptions": {"settings": dict(settings)},
            },
        )
        editor.capable = hello["capabilities"]
        editor.notify("initialized", {})
        return editor

    def name(self, test: str, folder: Path | None = None) -> str:
        """What the server calls a test of a folder, the first where none is named."""
        return f"{folder or self.folder}/{test}"

    async def stop(self) -> int:
        """Say goodbye properly; the exit code of the server."""
        await self.request("shutdown", None)
        self.notify("exit", None)
        code = await asyncio.wait_for(self.process.wait(), PATIENCE)
        await self._reading
        return code

    async def kill(self) -> None:
        """End the server as a crash would, if it still runs."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await self._reading

    # Messages

    def send_bytes(self, data: bytes) -> None:
        """Send anything at all."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def ask(self, method: str, params: Any) -> tuple[int, asyncio.Future[Any]]:
        """Send a request; its number, and what will hold the answer."""
        self._next += 1
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._answers[self._next] = future
        self._send({"id": self._next, "method": method, "params": params})
        return self._next, future

    def answer(self, identity: int | str, result: Any) -> None:
        """Answer a request of the server."""
        self._send({"id": identity, "result": result})

    def refuse(self, identity: int | str, message: str) -> None:
        """Answer a request of the server with an error."""
        self._send({"id": identity, "error": {"code": -32601, "message": message}})

    async def request(self, method: str, params: Any) -> Any:
        """Send a request and wait for its answer. Raises ServerError."""
        return await asyncio.wait_for(self.ask(method, params)[1], PATIENCE)

    async def execute(self, command: str, *arguments: Any) -> Any:
        """Have the server run one of its commands."""
        return await self.request("workspace/executeCommand", {"command": command, "arguments": list(arguments)})

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while True:
            try:
                header = await self.process.stdout.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                break
            length = int(header.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            self._take(json.loads(await self.process.stdout.readexactly(length)))
            self._changed.set()
        for future in self._answers.values():
            if not future.done():
                future.set_exception(ConnectionError("the server is gone"))
        self._changed.set()

    def _take(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        if method is None:
            self._answer(message)
        elif "id" in message and method in self.unable:
            self.refuse(message["id"], f"{method} is not known here")
        elif "id" in message:
            if not self.late(message["id"], method):
                self.answer(message["id"], self._result_for(method, message.get("params")))
        elif method == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        else:
            self.notifications.append(message)
            if method == "winnow/tests":
                self.tests |= {row["id"]: row for row in message["params"]["tests"]}
                for name in message["params"]["gone"]:
                    self.tests.pop(name, None)

    def _answer(self, message: dict[str, Any]) -> None:
        future = self._answers.pop(message.get("id") or 0, None)
        if future is None:
            self.errors.append(message)
        elif future.done():
            return
        elif "error" in message:
            future.set_exception(ServerError(message["error"]))
        else:
            future.set_result(message["result"])

    def _result_for(self, method: str, params: Any) -> Any:
        if method == "workspace/configuration":
            return [dict(self.settings) for _ in params["items"]]
        if method == "window/showMessageRequest":
            self.questions.append(params["message"])
            return self.choose(params)
        if method == "window/showDocument":
            self.pages.append(path_named(params["uri"]))
            return {"success": True}
        if method == "workspace/applyEdit":
            self._apply(params["edit"])
            return {"applied": True}
        return None

    async def until(self, holds: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
        """Wait until something holds; it is looked at whenever a message comes. Raises TimeoutError naming it."""
        try:
            async with asyncio.timeout(patience):
                while not holds():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise TimeoutError(f"{what} did not happen within {patience:.0f} s") from None

    def last(self, method: str) -> Any:
        """The parameters of the newest notification of a method, or None."""
        return next((each["params"] for each in reversed(self.notifications) if each["method"] == method), None)

    # Documents

    def open(self, path: Path) -> None:
        """Open a file as it is on the disk."""
        self.texts[path] = path.read_bytes().decode()
        self.versions[path] = 1
        item = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": self.texts[path]}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def edit(self, path: Path, start: int, end: int, text: str) -> None:
        """Replace the code points ``start`` to ``end`` of an open document, without saving it."""
        span = {"start": self.position(path, start), "end": self.position(path, end)}
        self.texts[path] = self.texts[path][:start] + text + self.texts[path][end:]
        self.versions[path] += 1
        self.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": path.as_uri(), "version": self.versions[path]},
                "contentChanges": [{"range": span, "text": text}],
            },
        )

    def save(self, path: Path) -> None:
        """Write an open document to the disk, and tell the server where it said that it wants to know."""
        path.write_bytes(self.texts[path].encode())
        if self.capable["textDocumentSync"].get("save"):
            self.notify("textDocument/didSave", {"textDocument": {"uri": path.as_uri()}})

    def replace(self, path: Path, old: str, new: str) -> int:
        """Replace the only occurrence of a text; the offset behind what stands there now."""
        assert self.texts[path].count(old) == 1, f"{old!r} stands {self.texts[path].count(old)} times in {path.name}"
        start = self.texts[path].index(old)
        self.edit(path, start, start + len(old), new)
        return start + len(new)

    def position(self, path: Path, offset: int) -> dict[str, int]:
        """The UTF-16 position of an offset."""
        before = self.texts[path][:offset]
        line = before.rpartition("\n")[2]
        return {"line": before.count("\n"), "character": len(line.encode("utf-16-le")) // 2}

    def offset(self, path: Path, position: Mapping[str, int]) -> int:
        """The offset of a UTF-16 position."""
        lines = self.texts[path].split("\n")
        start = sum(len(line) + 1 for line in lines[: position["line"]])
        line = lines[position["line"]].encode("utf-16-le")
        return start + len(line[: 2 * position["character"]].decode("utf-16-le"))

    async def ghost_text(self, path: Path, offset: int, *, asked: bool = False) -> list[dict[str, Any]]:
        """What the server would show at an offset."""
        answer = await self.request(
            "textDocument/inlineCompletion",
            {
                "textDocument": {"uri": path.as_uri()},
                "position": self.position(path, offset),
                "context": {"triggerKind": 1 if asked else 2},
            },
        )
        return list(answer["items"]) if answer else []

    async def accept(self, path: Path, item: Mapping[str, Any]) -> None:
        """Insert a suggestion as Tab does, and run its command."""
        start, end = (self.offset(path, item["range"][side]) for side in ("start", "end"))
        self.edit(path, start, end, item["insertText"])
        await self.execute(item["command"]["command"], *item["command"]["arguments"])

    async def quick_fixes(self, path: Path, diagnostic: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The code actions offered at a diagnostic."""
        return list(
            await self.request(
                "textDocument/codeAction",
                {
                    "textDocument": {"uri": path.as_uri()},
                    "range": diagnostic["range"],
                    "context": {"diagnostics": [diagnostic], "only": ["quickfix"]},
                },
            )
        )

    async def apply(self, action: Mapping[str, Any]) -> None:
        """Resolve a code action, make its edits in the open documents, and run its command."""
        resolved = action if action.get("edit") else await self.request("codeAction/resolve", dict(action))
        self._apply(resolved["edit"])
        if command := resolved.get("command"):
            await self.execute(command["command"], *command.get("arguments", ()))

    def _apply(self, edit: Mapping[str, Any]) -> None:
        """Make the edits of a workspace; what is new or closed is opened for them."""
        plain = [{"textDocument": {"uri": uri}, "edits": edits} for uri, edits in edit.get("changes", {}).items()]
        for change in edit.get("documentChanges", plain):
            path = path_named(change.get("uri", change.get("textDocument", {}).get("uri")))
            if change.get("kind") == "create":
                path.touch()
                continue
            if path not in self.texts:
                self.open(path)
            latest_first = sorted(
                change["edits"], key=lambda each: tuple(each["range"]["start"].values()), reverse=True
            )
            for each in latest_first:  # as all are given for the text before any of them
                start, end = (self.offset(path, each["range"][side]) for side in ("start", "end"))
                self.edit(path, start, end, each["newText"])
