"""Answer the editor's hello before anything large is imported: in a twentieth of a second instead of a half.

What the server can do depends on nothing but the position encoding, so the answer is written here by hand; a test holds
it to what pygls would answer. Nothing that takes long may be imported here, nor by what is imported here.
"""

from __future__ import annotations

import json
import os
from functools import cache

from winnow import __version__

COMMANDS = (
    "winnow.accepted",
    "winnow.dismissed",
    "winnow.partlyAccepted",
    "winnow.why",
    "winnow.state",
    "winnow.runAffected",
    "winnow.runAll",
    "winnow.runTest",
    "winnow.runTests",
    "winnow.stop",
    "winnow.repair",
    "winnow.explain",
    "winnow.explainFixes",
    "winnow.hint",
    "winnow.attempts",
    "winnow.ask",
    "winnow.pause",
    "winnow.resume",
    "winnow.trust",
    "winnow.setEagerness",
    "winnow.usage",
    "winnow.report",
    "winnow.doctor",
)
ENCODINGS = ("utf-8", "utf-16", "utf-32")
_END = b"\r\n\r\n"
_PIECE = 1 << 16


class Greeting:
    """What was read of the conversation so far, and which request of it has its answer (None: none has)."""

    def __init__(self, read: bytes = b"", answered: int | str | None = None) -> None:
        self.read = read
        self.answered = answered


@cache
def greet() -> Greeting:
    """Read the first message from standard input, and answer it where it is a proper hello; once in a process."""
    read = b""
    while (body := _first_body(read)) is None:
        piece = os.read(0, _PIECE)
        if not piece:
            return Greeting(read=read)
        read += piece
    asked = _hello(body)
    if asked is None:
        return Greeting(read=read)
    identity, encodings = asked
    said = {"id": identity, "jsonrpc": "2.0", "result": hello(encodings)}
    answer = json.dumps(said, separators=(",", ":")).encode()
    _write(b"Content-Length: %d\r\n\r\n%b" % (len(answer), answer))
    return Greeting(read=read, answered=identity)


def hello(encodings: object) -> dict[str, object]:
    """The answer to ``initialize``, in the first of the client's position encodings that we know, else UTF-16."""
    offered = encodings if isinstance(encodings, list) else []
    return {
        "capabilities": {
            "positionEncoding": next((each for each in offered if each in ENCODINGS), "utf-16"),
            "textDocumentSync": {"openClose": True, "change": 2, "save": {"includeText": False}},
            "codeActionProvider": {"codeActionKinds": ["quickfix"], "resolveProvider": True},
            "codeLensProvider": {"resolveProvider": False},
            "executeCommandProvider": {"commands": list(COMMANDS)},
            "inlineCompletionProvider": {},
            "workspace": {
                "workspaceFolders": {"supported": True, "changeNotifications": True},
                "fileOperations": {},
            },
        },
        "serverInfo": {"name": "winnow", "version": __version__},
    }


def _first_body(read: bytes) -> bytes | None:
    """The first message of a stream, None while it is not whole; empty where it is not for us to understand."""
    head, end, rest = read.partition(_END)
    if not end:
        return b"" if len(read) > _PIECE else None
    name, _, length = head.partition(b":")
    if name.strip().lower() != b"content-length" or not length.strip().isdigit():
        return b""
    return rest[: int(length)] if len(rest) >= int(length) else None


def _hello(body: bytes) -> tuple[int | str, object] | None:
    """The identity and the position encodings of an ``initialize``; None for anything else."""
    try:
        message = json.loads(body)
        if message["jsonrpc"] != "2.0" or message["method"] != "initialize":
            return None
        general = message["params"]["capabilities"].get("general") or {}
        encodings, identity = general.get("positionEncodings"), message["id"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return (identity, encodings) if isinstance(identity, int | str) else None


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]
