"""The connection to an OpenAI-compatible endpoint: its models, and answers that stream.

The only file that knows the openai package, which is imported with the first request as that takes 400 ms. It makes
the client and lists the models. Answers stream straight through its HTTP client: a request then costs half of what it
does by the package's own streams, which counts at a keystroke. A model on this machine is asked without either.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
from collections.abc import Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from winnow.llm import ailments
from winnow.llm.asking import piece_of
from winnow.llm.endpoint import NO_KEY
from winnow.llm.loopback import Loopback, Response
from winnow.llm.provider import EndpointError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    import httpx2
    import openai

    from winnow.llm.ailments import AilmentError
    from winnow.llm.asking import Piece
    from winnow.llm.endpoint import Endpoint

_CONNECT_SECONDS = 5.0
_IDLE_SECONDS = 300.0
_DRAIN_SECONDS = 0.1
"""How long the end of a stream may take after its last event; a connection read to its end is used again."""
_DONE = b"[DONE]"
_TELLS = "Stainless"
"""In the names of headers that tell which machine the package runs on; no endpoint needs them."""


class _Opened(NamedTuple):
    """The package's client, the HTTP client that it stands on, and the headers of a request."""

    client: openai.AsyncOpenAI
    web: httpx2.AsyncClient
    headers: Mapping[str, str]


class Connection:
    """Connections to one endpoint, opened when first needed. Whatever goes wrong is raised as an AilmentError."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._opened: _Opened | None = None
        self._loopback = Loopback(endpoint.url, _headers(endpoint)) if _is_plain(endpoint) else None

    async def models(self) -> Mapping[str, str]:
        """The models that the endpoint has, each with its owner."""
        async with _diagnosing(self._endpoint, ""):
            listed = await self._listed()
            rows = listed.get("data") if isinstance(listed, Mapping) else None
            if not isinstance(rows, list):
                raise ailments.of_garbage(self._endpoint)
            named = [row for row in rows if isinstance(row, Mapping) and isinstance(row.get("id"), str)]
            return {row["id"]: str(row.get("owned_by") or "") for row in named}

    async def stream(self, path: str, body: Mapping[str, Any]) -> AsyncGenerator[Piece, None]:
        """The pieces of an answer as they come; closing the iterator closes the connection, which ends the work there.

        ``path`` is below the endpoint's address, or a whole address.
        """
        model = str(body["model"])
        url = path if "://" in path else self._endpoint.url + path
        async with _diagnosing(self._endpoint, model), self._posted(url, json.dumps(body).encode()) as response:
            await self._succeeded(response, model)
            async with aclosing(_data_of(response.body)) as told:
                async for data in told:
                    if data.startswith(_DONE):
                        await _drain(told)
                        return
                    yield piece_of(self._sound(json.loads(data)))

    async def close(self) -> None:
        """Close the connections; a later request opens them again."""
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.client.close()
        if self._loopback is not None:
            await self._loopback.close()

    async def _listed(self) -> object:
        if self._loopback is None:
            return await (await self._open()).client.get("/models", cast_to=object)
        async with self._loopback.asked(self._endpoint.url + "/models") as response:
            await self._succeeded(response, "")
            return json.loads(await _whole(response))

    @asynccontextmanager
    async def _posted(self, url: str, body: bytes) -> AsyncIterator[Response]:
        if self._loopback is not None:
            async with self._loopback.asked(url, body) as response:
                yield response
            return
        _, web, headers = await self._open()
        async with web.stream("POST", url, content=body, headers=headers) as answer:
            yield Response(status=answer.status_code, headers=answer.headers, body=answer.aiter_bytes())

    async def _succeeded(self, response: Response, model: str) -> None:
        if response.status >= HTTPStatus.BAD_REQUEST:
            said = (await _whole(response)).decode("utf-8", "replace")
            raise ailments.of_status(self._endpoint, response.status, said, response.headers, model)

    def _sound(self, event: object) -> object:
        """An event that is no error."""
        if not isinstance(event, Mapping) or not (error := event.get("error")):
            return event
        said = error.get("message") if isinstance(error, Mapping) else error
        raise ailments.of_error_in_stream(self._endpoint, str(said))

    async def _open(self) -> _Opened:
        if self._opened is None:
            made = await asyncio.to_thread(_client, self._endpoint)
            self._opened = self._opened or made
        return self._opened


async def _whole(response: Response) -> bytes:
    return b"".join([piece async for piece in response.body])


def _is_plain(endpoint: Endpoint) -> bool:
    """Whether it is on this machine, and asked without TLS and a password in its address."""
    return endpoint.is_loopback and endpoint.url.startswith("http:") and "@" not in endpoint.url


def _headers(endpoint: Endpoint) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {endpoint.key or NO_KEY}",
        "Content-Type": "application/json",
        "Accept": "text/event-stream, application/json",
        "User-Agent": "winnow",
    }


async def _data_of(chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """The data of each event of a stream, as the HTML standard defines server-sent events (9.2.6)."""
    rest = b""
    data: list[bytes] = []
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            name, _, value = line.removesuffix(b"\r").partition(b":")
            if name == b"data":
                data.append(value.removeprefix(b" "))
            elif not name and not value and data:
                yield b"\n".join(data)
                data = []


async def _drain(told: AsyncIterator[bytes]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for _ in told:
                pass


def _client(endpoint: Endpoint) -> _Opened:
    """A client without retries of its own; connections stay open between keystrokes, proxies are not for loopback.

    Reading the machine's certificates takes 70 ms and more, so an address without TLS is spared that. Those of
    ``SSL_CERT_FILE`` or ``SSL_CERT_DIR`` take their place, for loopback too.
    """
    secure = endpoint.url.startswith("https:")
    package = importlib.import_module("openai")
    web = importlib.import_module("httpx2")
    http: httpx2.AsyncClient = package.DefaultAsyncHttpxClient(
        timeout=web.Timeout(endpoint.timeout, connect=min(endpoint.timeout, _CONNECT_SECONDS)),
        limits=web.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=_IDLE_SECONDS),
        trust_env=not endpoint.is_loopback,
        verify=web.create_ssl_context() if secure else False,
        follow_redirects=secure,
    )
    client: openai.AsyncOpenAI = package.AsyncOpenAI(
        api_key=endpoint.key or NO_KEY, base_url=endpoint.url, max_retries=0, http_client=http
    )
    headers = {**client.default_headers, **client.auth_headers, "Accept": "text/event-stream"}
    wanted = {name: value for name, value in headers.items() if isinstance(value, str) and _TELLS not in name}
    gc.freeze()  # what was imported is never garbage: looking for some in it would hold keys up
    return _Opened(client, http, wanted)


@asynccontextmanager
async def _diagnosing(endpoint: Endpoint, model: str) -> AsyncIterator[None]:
    """Whatever the package raises becomes words that say what to do."""
    try:
        yield
    except EndpointError:
        raise
    except Exception as error:
        raise _ailment(error, endpoint, model) from error


def _ailment(error: Exception, endpoint: Endpoint, model: str) -> AilmentError:
    match error:
        case OSError() | EOFError():
            return ailments.of_connection(endpoint, error)
        case ValueError() | TypeError() | KeyError() | AttributeError():
            return ailments.of_garbage(endpoint)
    package = importlib.import_module("openai")
    web = importlib.import_module("httpx2")
    match error:
        case package.APIStatusError():
            return ailments.of_status(endpoint, error.status_code, error.message, error.response.headers, model)
        case package.APITimeoutError() | web.TimeoutException():
            return ailments.of_timeout(endpoint)
        case _:
            return ailments.of_connection(endpoint, error)
