"""The connection to an OpenAI-compatible endpoint: its models, and answers that stream.

The only file that knows the openai package, which is imported with the first request as that takes 400 ms.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
from collections.abc import Mapping
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from winnow.llm import ailments
from winnow.llm.asking import piece_of
from winnow.llm.endpoint import NO_KEY
from winnow.llm.provider import EndpointError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    import openai

    from winnow.llm.ailments import AilmentError
    from winnow.llm.asking import Piece
    from winnow.llm.endpoint import Endpoint

_CONNECT_SECONDS = 5.0
_IDLE_SECONDS = 300.0
_LAST_WORDS_SECONDS = 0.05
"""How long an endpoint may go on after its answer is whole: mostly only the end of the stream is missing."""
_END = object()
_TELLS = "Stainless"
"""In the names of headers that tell which machine the package runs on; no endpoint needs them."""


class Connection:
    """Connections to one endpoint, opened when first needed. Whatever goes wrong is raised as an AilmentError."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client: openai.AsyncOpenAI | None = None
        self._endings: set[asyncio.Task[None]] = set()

    async def models(self) -> Mapping[str, str]:
        """The models that the endpoint has, each with its owner."""
        async with _diagnosing(self._endpoint, ""):
            listed = await (await self._open()).get("/models", cast_to=object)
            rows = listed.get("data") if isinstance(listed, Mapping) else None
            if not isinstance(rows, list):
                raise ailments.of_garbage(self._endpoint)
            named = [row for row in rows if isinstance(row, Mapping) and isinstance(row.get("id"), str)]
            return {row["id"]: str(row.get("owned_by") or "") for row in named}

    async def stream(self, path: str, body: Mapping[str, Any]) -> AsyncGenerator[Piece, None]:
        """The pieces of an answer as they come; cancelling closes the connection, which ends the work there.

        Closing the iterator, as when the answer is whole, leaves the endpoint a moment to finish, so that the
        connection can serve the next request. ``path`` is below the endpoint's address, or a whole address.
        """
        async with _diagnosing(self._endpoint, str(body["model"])):
            client = await self._open()
            from openai import AsyncStream  # noqa: PLC0415 - imported already, by _open

            events = await client.post(path, cast_to=object, body=body, stream=True, stream_cls=AsyncStream[object])
            try:
                while (event := await anext(events, _END)) is not _END:
                    yield piece_of(event)
            except GeneratorExit:
                ending = asyncio.create_task(_hang_up(events))
                self._endings.add(ending)
                ending.add_done_callback(self._endings.discard)
                raise
            except BaseException:
                await events.close()
                raise

    async def close(self) -> None:
        """Close the connections; a later request opens them again."""
        await asyncio.gather(*self._endings)
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _open(self) -> openai.AsyncOpenAI:
        if self._client is None:
            made = await asyncio.to_thread(_client, self._endpoint)
            self._client = self._client or made
        return self._client


def _client(endpoint: Endpoint) -> openai.AsyncOpenAI:
    """A client without retries of its own; connections stay open between keystrokes, proxies are not for loopback.

    Each request is bounded by whoever makes it, so that the package only knows the longest time that any may take.
    Reading the machine's certificates takes 70 ms and more, so an address without TLS is spared that. Those of
    ``SSL_CERT_FILE`` or ``SSL_CERT_DIR`` take their place, for loopback too.
    """
    secure = endpoint.url.startswith("https:")
    package = importlib.import_module("openai")
    web = importlib.import_module("httpx2")
    client: openai.AsyncOpenAI = package.AsyncOpenAI(
        api_key=endpoint.key or NO_KEY,
        base_url=endpoint.url,
        max_retries=0,
        http_client=package.DefaultAsyncHttpxClient(
            timeout=web.Timeout(endpoint.repair_timeout, connect=min(endpoint.timeout, _CONNECT_SECONDS)),
            limits=web.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=_IDLE_SECONDS),
            trust_env=not endpoint.is_loopback,
            verify=web.create_ssl_context() if secure else False,
            follow_redirects=secure,
        ),
    )
    gc.freeze()  # what was imported is never garbage: looking for some in it would hold keys up
    return client.with_options(
        default_headers={name: package.omit for name in client.default_headers if _TELLS in name}
    )


async def _hang_up(events: openai.AsyncStream[object]) -> None:
    """Read the end of a stream, for a moment at most; errors do not matter, as nobody needs it."""
    with suppress(Exception):
        async with asyncio.timeout(_LAST_WORDS_SECONDS):
            while await anext(events, _END) is not _END:
                pass
    with suppress(Exception):
        await events.close()


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
    package = importlib.import_module("openai")
    web = importlib.import_module("httpx2")
    match error:
        case package.APIStatusError():
            return ailments.of_status(endpoint, error.status_code, error.message, error.response.headers, model)
        case package.APITimeoutError() | web.TimeoutException():
            return ailments.of_timeout(endpoint)
        case package.APIConnectionError() | web.TransportError() | OSError():
            return ailments.of_connection(endpoint, error)
        case package.APIError():
            return ailments.of_error_in_stream(endpoint, error.message)
        case ValueError() | TypeError() | KeyError() | AttributeError():
            return ailments.of_garbage(endpoint)
        case _:
            return ailments.of_connection(endpoint, error)
