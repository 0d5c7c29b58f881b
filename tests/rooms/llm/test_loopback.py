"""Plain HTTP on this machine: bodies of every kind, and connections that are used again."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from winnow.llm.loopback import Loopback

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SIZED = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nTrailer: 1\r\n\r\n"
UNSIZED = b"HTTP/1.1 200 OK\r\n\r\nhello"


class Port:
    """A port that gives a fixed answer to each request; ``lines`` counts the connections made to it."""

    def __init__(self, answer: bytes, *, ends: bool) -> None:
        self.answer, self.ends = answer, ends
        self.lines = 0
        self.heard: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines += 1
        try:
            while not self.heard or not self.ends or self.lines > len(self.heard):
                head = await reader.readuntil(b"\r\n\r\n")
                self.heard.append(head + await reader.readexactly(int(head.partition(b"Length: ")[2].split()[0])))
                writer.write(self.answer)
                await writer.drain()
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def listening(answer: bytes, *, ends: bool) -> AsyncIterator[tuple[Port, Loopback, str]]:
    port = Port(answer, ends=ends)
    server = await asyncio.start_server(port.serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    asking = Loopback(url, {"Authorization": "Bearer key"})
    yield port, asking, url
    await asking.close()
    server.close()


async def said(asking: Loopback, url: str) -> bytes:
    async with asking.asked(url, b"{}") as response:
        assert response.status == 200
        return b"".join([piece async for piece in response.body])


@pytest.mark.parametrize("answer", [SIZED, CHUNKED], ids=["of a known size", "in chunks"])
async def test_an_answer_that_tells_its_end_leaves_the_connection_for_the_next(answer: bytes) -> None:
    async with listening(answer, ends=False) as (port, asking, url):
        assert [await said(asking, f"{url}/completions?a=b") for _ in range(3)] == [b"hello"] * 3
        assert port.lines == 1
        first = port.heard[0].split(b"\r\n")
        assert first[0] == b"POST /v1/completions?a=b HTTP/1.1"
        assert b"Authorization: Bearer key" in first
        assert first[-1] == b"{}"


async def test_an_answer_without_a_size_ends_with_its_connection() -> None:
    async with listening(UNSIZED, ends=True) as (port, asking, url):
        assert [await said(asking, url) for _ in range(2)] == [b"hello"] * 2
        assert port.lines == 2


async def test_a_connection_that_the_other_side_gave_up_is_opened_anew() -> None:
    async with listening(SIZED, ends=True) as (port, asking, url):
        assert [await said(asking, url) for _ in range(3)] == [b"hello"] * 3
        assert port.lines == 3


async def test_leaving_an_answer_early_closes_its_connection() -> None:
    async with listening(CHUNKED, ends=False) as (port, asking, url):
        for _ in range(2):
            async with asking.asked(url, b"{}") as response:
                assert await anext(aiter(response.body)) == b"he"
        assert port.lines == 2


@pytest.mark.parametrize(
    "answer", [SIZED[:-2], CHUNKED[:-30], CHUNKED[:-17], b"HTTP/1.1 200"], ids=["sized", "chunk", "chunks", "head"]
)
async def test_an_answer_that_breaks_off_is_an_error(answer: bytes) -> None:
    async with listening(answer, ends=True) as (_, asking, url):
        with pytest.raises(EOFError):
            await said(asking, url)


async def test_what_is_no_http_is_an_error() -> None:
    async with listening(b"SSH-2.0-OpenSSH\r\n\r\n", ends=True) as (_, asking, url):
        with pytest.raises(ValueError, match="no HTTP"):
            await said(asking, url)
