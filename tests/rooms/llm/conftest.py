from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pytest

from winnow.facts import Context, Document, Excerpt, Moment, Snapshot
from winnow.text import Text

CURSOR = "<CURSOR>"

Make = Callable[..., Context]


def context_of(source: str, *, uri: str = "file:///project/stock.py", excerpts: tuple[Excerpt, ...] = ()) -> Context:
    """A context from a file with ``<CURSOR>`` in it."""
    before, _, after = source.partition(CURSOR)
    document = Document(uri=uri, language="python", version=1, text=Text.of(before + after))
    snapshot = Snapshot(revision=1, documents=MappingProxyType({uri: document}))
    moment = Moment(snapshot=snapshot, uri=uri, offset=len(before), at=0.0)
    return Context(moment=moment, before=before, after=after, excerpts=excerpts)


@pytest.fixture
def at() -> Make:
    return context_of


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


Answering = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class FakeEndpoint:
    """A real HTTP server on loopback; ``answer`` decides what it does with each request."""

    url: str = ""
    answer: Answering | None = None
    requests: list[Request] = field(default_factory=list)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    def asked(self, path: str) -> list[Any]:
        return [request.body for request in self.requests if request.path.endswith(path)]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await _read(reader):
                self.requests.append(request)
                assert self.answer is not None
                await self._until_left(self.answer(request, writer), reader)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _until_left(self, answering: Awaitable[None], reader: asyncio.StreamReader) -> None:
        """Answer, and notice when the client goes before the answer is over."""
        answer = asyncio.ensure_future(answering)
        gone = asyncio.ensure_future(reader.read(1))
        done, _ = await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if answer in done:
            await answer
            raise ConnectionError
        answer.cancel()
        self.left.set()
        raise ConnectionError


async def _read(reader: asyncio.StreamReader) -> Request | None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *rest = head.split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path, headers, json.loads(body) if body else None)


@pytest.fixture
async def endpoint() -> AsyncIterator[FakeEndpoint]:
    fake = FakeEndpoint()
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    yield fake
    server.close()


async def send(writer: asyncio.StreamWriter, status: int, body: object, **headers: str) -> None:
    """A whole response that closes the connection."""
    payload = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    kind = "text/html" if isinstance(body, str) else "application/json"
    lines = [f"HTTP/1.1 {status} Said", f"content-type: {kind}", f"content-length: {len(payload)}", "connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode() + payload)
    await writer.drain()


async def begin_stream(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
    await writer.drain()


async def send_event(writer: asyncio.StreamWriter, event: object) -> None:
    data = event if isinstance(event, str) else json.dumps(event)
    writer.write(f"data: {data}\n\n".encode())
    await writer.drain()


async def stream(writer: asyncio.StreamWriter, request: Request, pieces: list[str]) -> None:
    """A stream of pieces in the form that the request's path has."""
    await begin_stream(writer)
    for piece in pieces:
        await send_event(writer, event_of(request, piece))
    await send_event(writer, event_of(request, "", finished="stop"))
    if isinstance(request.body, dict) and request.body.get("stream_options"):
        await send_event(writer, {"choices": [], "usage": {"prompt_tokens": 40, "completion_tokens": len(pieces)}})
    await send_event(writer, "[DONE]")


def event_of(request: Request, text: str, finished: str | None = None) -> dict[str, Any]:
    if request.path.endswith("/chat/completions"):
        given = {"content": [{"token": text, "logprob": -0.5}]} if text else None
        return {"choices": [{"delta": {"content": text}, "logprobs": given, "finish_reason": finished}]}
    if request.path.endswith("/infill"):
        return {"content": text, "stop": bool(finished)}
    plain: dict[str, Any] | None = {"token_logprobs": [-0.25]} if text else None
    return {"choices": [{"text": text, "logprobs": plain, "finish_reason": finished}]}


def models(*names: str, owner: str = "somebody") -> dict[str, Any]:
    return {"object": "list", "data": [{"id": name, "owned_by": owner} for name in names]}
