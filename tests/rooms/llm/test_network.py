"""An organisation's network: certificates of its own, and a proxy on the way out.

``certificates/`` holds an authority that nobody trusts by default, and a server's certificate and key signed by it for
localhost, 127.0.0.1 and models.example; they are valid until 2120.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from winnow.llm import EndpointError, Provider, open_provider
from winnow.settings import Settings

from .conftest import FakeEndpoint, stream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .conftest import Make, Request

CERTIFICATES = Path(__file__).parent / "certificates"
AUTHORITY = CERTIFICATES / "authority.pem"


async def _answer(asked: Request, writer: asyncio.StreamWriter) -> None:
    await stream(writer, asked, ["sum(xs)"])


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Where an endpoint with the organisation's certificate listens."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "server.pem")
    server = await asyncio.start_server(FakeEndpoint(answer=_answer).serve, "127.0.0.1", 0, ssl=context)
    yield int(server.sockets[0].getsockname()[1])
    server.close()


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


def _at(url: str) -> Provider:
    return open_provider(Settings(base_url=url, model="m", prompt_style="chat", request_timeout=60.0), {})


async def _asked(provider: Provider, at: Make) -> list[str]:
    try:
        async with aclosing(provider.complete(at("def total(xs):\n    return <CURSOR>\n"))) as answers:
            return [answer.text async for answer in answers]
    finally:
        await provider.close()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_an_organisation_s_authority_is_trusted_when_it_is_named(
    host: str, port: int, at: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(AUTHORITY))
    assert await _asked(_at(f"https://{host}:{port}/v1"), at) == ["sum(xs)"]


async def test_a_certificate_that_is_not_trusted_is_told_with_what_to_set(port: int, at: Make) -> None:
    with pytest.raises(EndpointError, match=r"not trusted: point SSL_CERT_FILE to"):
        await _asked(_at(f"https://localhost:{port}/v1"), at)


async def test_a_file_of_certificates_that_is_not_there_is_told(
    port: int, at: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/gone/authority.pem")
    with pytest.raises(EndpointError, match=r"SSL_CERT_FILE .*cannot be read"):
        await _asked(_at(f"https://localhost:{port}/v1"), at)


async def test_the_way_out_is_through_the_proxy(port: int, at: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted: list[str] = []

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wanted.append((await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[0])
        inner, outer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        await asyncio.gather(_pumped(reader, outer), _pumped(inner, writer))

    proxy = await asyncio.start_server(tunnel, "127.0.0.1", 0)
    monkeypatch.setenv("SSL_CERT_FILE", str(AUTHORITY))
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}")
    assert await _asked(_at("https://models.example/v1"), at) == ["sum(xs)"]
    assert await _asked(_at(f"https://127.0.0.1:{port}/v1"), at) == ["sum(xs)"]
    assert wanted == ["CONNECT models.example:443 HTTP/1.1"]
    proxy.close()


async def _pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(1 << 16):
        writer.write(piece)
        await writer.drain()
    writer.close()


async def test_a_proxy_that_refuses_is_told_with_what_to_check(at: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    proxy = await asyncio.start_server(refuse, "127.0.0.1", 0)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}")
    with pytest.raises(EndpointError, match="check HTTPS_PROXY and NO_PROXY"):
        await _asked(_at("https://models.example/v1"), at)
    proxy.close()
