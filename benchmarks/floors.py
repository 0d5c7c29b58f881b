"""What three candidates take at an endpoint without Winnow: over a bare socket, and by the openai package."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from typing import TYPE_CHECKING

import openai
from endpoint import MODEL
from keyboard import METHOD

if TYPE_CHECKING:
    from endpoint import Endpoint

CANDIDATES = 3
BODY = {"model": MODEL, "prompt": METHOD * 30}


def over_a_socket(endpoint: Endpoint, times: int) -> list[float]:
    """Milliseconds for the candidates, one after the other."""
    body = json.dumps(BODY).encode()
    request = b"POST /v1/completions HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    took = []
    with socket.create_connection(endpoint.address) as line, line.makefile("rb") as answers:
        for _ in range(times):
            before = time.perf_counter()
            for _ in range(CANDIDATES):
                line.sendall(request)
                headers = dict(each.split(b": ", 1) for each in iter(answers.readline, b"\r\n") if b": " in each)
                answers.read(int(headers[b"Content-Length"]))
            took.append(1e3 * (time.perf_counter() - before))
    return took


def by_the_package(endpoint: Endpoint, times: int) -> list[float]:
    """Milliseconds for the candidates as Winnow asks for them: the first, then the others at once."""
    return asyncio.run(_by_the_package(endpoint, times))


async def _by_the_package(endpoint: Endpoint, times: int) -> list[float]:
    took = []
    async with openai.AsyncOpenAI(api_key="none", base_url=endpoint.url, max_retries=0) as client:

        async def ask() -> None:
            stream = openai.AsyncStream[object]
            async for _ in await client.post(
                "/completions", cast_to=object, body={**BODY, "stream": True}, stream=True, stream_cls=stream
            ):
                pass

        for _ in range(times):
            before = time.perf_counter()
            await ask()
            await asyncio.gather(*(ask() for _ in range(CANDIDATES - 1)))
            took.append(1e3 * (time.perf_counter() - before))
    return took
