"""The hello that is answered before the server is there says what the server would say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.lsp.capabilities import CAPABILITIES

from winnow.editor import wire
from winnow.editor.greeting import hello
from winnow.editor.server import WinnowServer
from winnow.opening import open_session

if TYPE_CHECKING:
    from pathlib import Path

    from tests.editor.conftest import Starter

CLIENTS: tuple[dict[str, Any], ...] = (
    {},
    CAPABILITIES,
    {"general": {"positionEncodings": ["utf-8", "utf-16"]}},
    {"general": {"positionEncodings": ["klingon", "utf-32"]}},
    {"general": {}, "workspace": {"fileOperations": {"didCreate": True}, "applyEdit": True}},
)


@pytest.mark.parametrize("capabilities", CLIENTS)
async def test_the_early_answer_is_that_of_the_server(
    capabilities: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WINNOW_STATE", str(tmp_path))
    written: list[bytes] = []

    async def connect(frames: wire.Frames) -> Any:
        parameters = {"processId": None, "rootUri": None, "capabilities": capabilities}
        for request in (
            {"id": 1, "method": "initialize", "params": parameters},
            {"method": "exit"},
        ):
            frames.data_received(wire.frame({"jsonrpc": "2.0", **request}))
        return written.append

    server = WinnowServer(open_session)
    server.protocol.write = written.append
    await server.converse(connect)
    answer = next(message for message in map(_message, written) if message.get("id") == 1)
    assert answer["result"] == hello(capabilities.get("general", {}).get("positionEncodings"))


async def test_the_editor_is_greeted_once(serve: Starter) -> None:
    async with serve() as editor:
        assert "provider" in await editor.execute("winnow.state")
        assert editor.errors == []


@pytest.mark.parametrize(
    "first",
    [
        b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":7}}',
        b'{"jsonrpc":"2.0","id":1,"method":"winnow/early"}',
        b"[]",
    ],
    ids=["a hello of the wrong form", "another request first", "no request"],
)
def test_what_is_no_proper_hello_is_left_to_the_server(first: bytes, tmp_path: Path) -> None:
    talk = b"Content-Length: %d\r\n\r\n%b" % (len(first), first)
    server = subprocess.run(
        [sys.executable, "-m", "winnow", "serve"],
        input=talk,
        capture_output=True,
        env={**os.environ, "WINNOW_STATE": str(tmp_path)},
        timeout=60,
        check=False,
    )
    assert _message(server.stdout)["error"]["code"] in {-32700, -32602, -32002}


def test_a_server_ends_quietly_once_nobody_listens(tmp_path: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, "-m", "winnow", "serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "WINNOW_STATE": str(tmp_path)},
    )
    assert server.stdin is not None
    assert server.stdout is not None
    assert server.stderr is not None
    with server.stdin as said, server.stderr as complaints:  # what is said to it could still be heard
        said.write(_frame({"id": 1, "method": "initialize", "params": {"capabilities": {}}}))
        said.flush()
        assert server.stdout.readline().startswith(b"Content-Length")
        server.stdout.close()
        said.write(_frame({"id": 2, "method": "shutdown", "params": None}))
        said.flush()
        try:
            assert (server.wait(30), complaints.read()) == (1, b"")
        finally:
            server.kill()


def _frame(message: dict[str, Any]) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def _message(frame: bytes) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(frame.partition(b"\r\n\r\n")[2])
    return message
