"""An OpenAI-compatible endpoint that answers at once, or after a while, for the benchmarks."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "qwen2.5-coder"


class Endpoint:
    """Answers every completion with ``text`` after ``delay`` seconds; ``sent`` is when it last did."""

    def __init__(self) -> None:
        self.text = "value"
        self.delay = 0.0
        self.sent = 0.0
        self.asked = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._answering())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = ("127.0.0.1", self._server.server_port)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def _answering(self) -> type[BaseHTTPRequestHandler]:
        endpoint = self

        class Answering(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                self._say("application/json", {"data": [{"id": MODEL, "object": "model", "owned_by": "bench"}]})

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                endpoint.asked.set()
                time.sleep(endpoint.delay)
                endpoint.sent = time.perf_counter()
                choice = {"index": 0, "text": endpoint.text, "finish_reason": "stop"}
                self._say("text/event-stream", {"choices": [choice]})

            def _say(self, kind: str, told: dict[str, Any]) -> None:
                events = kind == "text/event-stream"
                body = json.dumps(told).encode()
                body = b"data: %b\n\ndata: [DONE]\n\n" % body if events else body
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                self.wfile.flush()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Answering

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
