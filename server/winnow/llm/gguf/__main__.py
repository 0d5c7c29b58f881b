"""Serve one model on loopback until standard input ends, which it does when the server that started this is gone.

The first line of standard input is ``{"model", "key", "threads"}``; the one line of output is ``{"url"}`` once the
model is loaded, or ``{"error"}``. The key keeps other users of this machine out.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

_CONTEXT = 12288
"""Tokens: a repair's prompt of 24,000 characters and its answer."""
_PROMPTS_KEPT_MIB = 256


def serve(asked: dict[str, Any]) -> None:
    """Load the model, say where it listens, and wait for the end of standard input."""
    import xllamacpp  # noqa: PLC0415 - an extra; what is wrong with it is told like anything else

    parameters = xllamacpp.CommonParams()
    parameters.model.path = asked["model"]
    parameters.model_alias = {Path(asked["model"]).stem}
    parameters.api_keys = [asked["key"]]
    parameters.port = 0
    parameters.n_ctx = _CONTEXT
    parameters.n_parallel = 1
    parameters.cache_ram_mib = _PROMPTS_KEPT_MIB
    parameters.ui = False
    parameters.warmup = False
    for threads in (parameters.cpuparams, parameters.cpuparams_batch):
        threads.n_threads = asked["threads"]
        threads.poll = 0
    server = xllamacpp.Server(parameters)
    _say(url=f"{server.listening_address}/v1")
    sys.stdin.read()


def _say(**message: str) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Serve, and leave without waiting for requests that are still being answered."""
    try:
        serve(json.loads(sys.stdin.readline()))
    except Exception as error:  # noqa: BLE001 - whatever a foreign library raises is told to the server
        _say(error=str(error) or type(error).__name__)
    os._exit(0)


if __name__ == "__main__":
    main()
