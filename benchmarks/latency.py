"""The server's own overhead at a keystroke: one character and an inline completion, on a 10,000-line file.

Winnow answers what it has shown already (cached), beside stock pygls and a bare JSON-RPC loop, in one run and
interleaved, so that a busy machine weighs on all of them alike.

    python benchmarks/latency.py [--rounds 3] [--keystrokes 500] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LINES = 10_000
LINE = "    value = function(argument, other)  # a line of ordinary length\n"
GHOST = "compute_the_total_of(values)"
SERVERS = {
    "cached": [sys.executable, "-m", "winnow", "serve"],
    "bare": [sys.executable, str(HERE / "peers" / "bare.py")],
    "stock": [sys.executable, str(HERE / "peers" / "stock.py")],
}


class Client:
    """A blocking client: what it measures is the server and two pipes."""

    def __init__(self, command: list[str], folder: Path, settings: dict[str, Any]) -> None:
        environment = {**os.environ, "WINNOW_STATE": str(folder / "state")}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=environment,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        self._count = 0
        parameters: dict[str, Any] = {
            "processId": os.getpid(),
            "rootUri": None,
            "capabilities": {"textDocument": {"inlineCompletion": {}}},
            "initializationOptions": {"settings": settings},
        }
        self.request("initialize", parameters)
        self.notify("initialized", {})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._in.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._in.flush()

    def notify(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def request(self, method: str, params: Any) -> Any:
        self._count += 1
        self._send({"id": self._count, "method": method, "params": params})
        while True:
            length = 0
            while (header := self._out.readline()) != b"\r\n":
                if not header:
                    raise EOFError(f"the server ended while {method} waited")
                if header.lower().startswith(b"content-length:"):
                    length = int(header[15:])
            body = self._out.read(length)
            message = json.loads(body)
            if message.get("id") == self._count and "method" not in message:
                return message.get("result")
            if "id" in message and "method" in message:
                self._send({"id": message["id"], "result": None})

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


def measure(name: str, folder: Path, keystrokes: int) -> list[float]:
    """Milliseconds from each keystroke to its answer."""
    answers = folder / "answers.jsonl"
    answers.write_text(json.dumps({"kind": "complete", "answers": [GHOST]}) + "\n")
    client = Client(SERVERS[name], folder, {"provider": "replay", "replay": {"file": str(answers)}})
    uri = (folder / "large.py").as_uri()
    text = LINE * (LINES // 2) + "    total = \n" + LINE * (LINES // 2)
    item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": item})
    line, column = LINES // 2, len("    total = ")

    def ask(character: int, trigger: int) -> Any:
        position = {"line": line, "character": character}
        parameters = {"textDocument": {"uri": uri}, "position": position, "context": {"triggerKind": trigger}}
        return client.request("textDocument/inlineCompletion", parameters)

    shown = ask(column, 1)
    assert shown["items"], f"{name} shows nothing"
    took: list[float] = []
    for number in range(keystrokes + 50):
        typed = number % 2 == 0
        end = column if typed else column + 1
        span = {"start": {"line": line, "character": column}, "end": {"line": line, "character": end}}
        change = {"range": span, "text": GHOST[0] if typed else ""}
        started = time.perf_counter()
        client.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri, "version": number + 2}, "contentChanges": [change]},
        )
        answer = ask(column + typed, 2)
        took.append(1e3 * (time.perf_counter() - started))
        assert answer["items"], f"{name} lost its suggestion at keystroke {number}"
    client.end()
    return took[50:]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keystrokes", type=int, default=500)
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    arguments = parser.parse_args()
    times: dict[str, list[float]] = {name: [] for name in SERVERS}
    with tempfile.TemporaryDirectory(prefix="winnow-latency-") as scratch:
        for _ in range(arguments.rounds):
            for name in SERVERS:
                times[name] += measure(name, Path(scratch), arguments.keystrokes)
    figures = {f"{name}_p50_ms": round(statistics.median(took), 4) for name, took in times.items()}
    figures |= {f"{name}_p99_ms": round(statistics.quantiles(took, n=100)[98], 4) for name, took in times.items()}
    if arguments.json:
        print(json.dumps(figures))
        return
    for name in SERVERS:
        ratio = figures[f"{name}_p50_ms"] / figures["bare_p50_ms"]
        p50, p99 = figures[f"{name}_p50_ms"], figures[f"{name}_p99_ms"]
        print(f"{name:8} p50 {p50:7.3f} ms   p99 {p99:7.3f} ms   {ratio:5.1f}x the bare loop")


if __name__ == "__main__":
    main()
