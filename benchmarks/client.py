"""A blocking language client for the benchmarks: what it measures is the server and two pipes."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any


class Client:
    """One server process, greeted; ``greeted`` is how many milliseconds its hello took from the start."""

    def __init__(
        self, command: list[str], folder: Path, settings: dict[str, Any], environment: dict[str, str], *, opens: bool
    ) -> None:
        started = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={**os.environ, "WINNOW_STATE": str(folder / "state"), **environment},
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._in, self._out = self.process.stdin, self.process.stdout
        self._count = 0
        self.notes: list[dict[str, Any]] = []
        parameters: dict[str, Any] = {
            "processId": os.getpid(),
            "rootUri": folder.as_uri() if opens else None,
            "capabilities": {
                "textDocument": {"inlineCompletion": {}, "hover": {}},
                "window": {"workDoneProgress": True},
            },
            "initializationOptions": {"settings": settings},
        }
        self.request("initialize", parameters)
        self.greeted = 1e3 * (time.perf_counter() - started)
        self.notify("initialized", {})

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def request(self, method: str, params: Any) -> Any:
        """Send a request and wait for its answer; what comes before it is taken in."""
        number = self.ask(method, params)
        while True:
            message = self.receive()
            if message.get("id") == number and "method" not in message:
                return message.get("result")

    def ask(self, method: str, params: Any) -> int:
        """Send a request; its number."""
        self._count += 1
        self._send({"id": self._count, "method": method, "params": params})
        return self._count

    def receive(self) -> dict[str, Any]:
        """The next message; requests of the server are answered with nothing. Raises EOFError when it is gone."""
        length = 0
        while (header := self._out.readline()) != b"\r\n":
            if not header:
                raise EOFError("the server ended")
            if header.lower().startswith(b"content-length:"):
                length = int(header[15:])
        message: dict[str, Any] = json.loads(self._out.read(length))
        if "method" in message:
            self.notes.append(message)
            if "id" in message:
                self._send({"id": message["id"], "result": None})
        return message

    def memory(self) -> float:
        """Megabytes that the server's own process holds."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def seconds_of_children(self) -> float:
        """How long the processes that the server started have computed."""
        seconds = 0.0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if int(fields[1]) == self.process.pid:
                    seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return seconds

    def end(self) -> None:
        """End the server as a crash would."""
        self.process.kill()
        self.process.wait()
        self._in.close()
        self._out.close()

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._in.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._in.flush()
