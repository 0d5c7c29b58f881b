"""A floor for the latency benchmark: a bare JSON-RPC loop that keeps a list of lines and answers a constant."""

from __future__ import annotations

import os
import sys

import orjson

ITEM = {
    "insertText": "hello_world(a, b)",
    "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}},
}
stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
documents: dict[str, list[str]] = {}


def send(message: object) -> None:
    body = orjson.dumps(message)
    stdout.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    stdout.flush()


def edit(lines: list[str], change: dict) -> None:  # type: ignore[type-arg]
    start, end = change["range"]["start"], change["range"]["end"]
    head = lines[start["line"]][: start["character"]]
    tail = lines[end["line"]][end["character"] :]
    lines[start["line"] : end["line"] + 1] = (head + change["text"] + tail).splitlines(keepends=True) or [""]


def read() -> bytes:
    length = 0
    while (header := stdin.readline()) != b"\r\n":
        if not header:
            sys.exit(0)
        if header.lower().startswith(b"content-length:"):
            length = int(header[15:])
    return stdin.read(length)


while True:
    message = orjson.loads(read())
    method, params = message.get("method"), message.get("params")
    if method == "textDocument/didChange":
        for each in params["contentChanges"]:
            edit(documents[params["textDocument"]["uri"]], each)
    elif method == "textDocument/inlineCompletion":
        documents[params["textDocument"]["uri"]][params["position"]["line"]]
        send({"jsonrpc": "2.0", "id": message["id"], "result": {"items": [ITEM]}})
    elif method == "textDocument/didOpen":
        documents[params["textDocument"]["uri"]] = params["textDocument"]["text"].splitlines(keepends=True)
    elif method == "initialize":
        send({"jsonrpc": "2.0", "id": message["id"], "result": {"capabilities": {}}})
    elif method == "shutdown":
        send({"jsonrpc": "2.0", "id": message["id"], "result": None})
    elif method == "exit":
        os._exit(0)
