"""The openai provider against a real HTTP server that does all that endpoints do, good and bad."""

from __future__ import annotations

import asyncio
import json
import platform
import socket
from contextlib import aclosing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from winnow.llm import Answer, Brief, EndpointError
from winnow.llm.asking import piece_of
from winnow.llm.endpoint import Endpoint
from winnow.llm.openai import OpenAIProvider, first_of
from winnow.settings import Settings

from .conftest import FakeEndpoint, Make, Request, begin_stream, event_of, models, send, send_event, stream

KEY = "not-a-real-key-but-private"
BODY = "def total(xs):\n    return <CURSOR>\n"


def opened(endpoint: FakeEndpoint, model: str = "qwen2.5-coder", **settings: object) -> OpenAIProvider:
    made = replace(Settings(base_url=endpoint.url, model=model, request_timeout=60.0), **settings)  # type: ignore[arg-type]
    return OpenAIProvider(made, {"OPENAI_API_KEY": KEY})


async def answers_of(provider: OpenAIProvider, at: Make, source: str = BODY, n: int = 1) -> list[Answer]:
    try:
        return [answer async for answer in provider.complete(at(source), n)]
    finally:
        await provider.close()


async def complaint_of(provider: OpenAIProvider, at: Make) -> str:
    with pytest.raises(EndpointError) as caught:
        await answers_of(provider, at)
    assert KEY not in str(caught.value)
    assert KEY not in repr(caught.value)
    return str(caught.value)


def always(status: int, body: object, **headers: str) -> object:
    async def answer(_: Request, writer: asyncio.StreamWriter) -> None:
        await send(writer, status, body, **headers)

    return answer


def pieces(*texts: str) -> object:
    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        if request.path.endswith("/models"):
            await send(writer, 200, models("first-model", "second-model"))
        else:
            await stream(writer, request, list(texts))

    return answer


async def test_a_model_that_fills_in_the_middle_is_given_its_markers(endpoint: FakeEndpoint, at: Make) -> None:
    endpoint.answer = pieces("sum(", "xs)", "\n", "never read")  # type: ignore[assignment]
    answers = await answers_of(opened(endpoint), at)
    assert [answer.text for answer in answers] == ["sum(xs)"]
    assert answers[0].logprobs == (-0.25,) * 3
    (asked,) = endpoint.asked("/completions")
    assert asked["prompt"] == "<|fim_prefix|>def total(xs):\n    return <|fim_suffix|>\n<|fim_middle|>"
    assert answers[0].prompt == f"[prompt]\n{asked['prompt']}"
    assert endpoint.requests[-1].headers["authorization"] == f"Bearer {KEY}"


async def test_another_model_is_asked_in_a_chat(endpoint: FakeEndpoint, at: Make) -> None:
    endpoint.answer = pieces("```python\n", "sum(xs)", "\n```")  # type: ignore[assignment]
    answers = await answers_of(opened(endpoint, "llama3.1"), at)
    assert [answer.text for answer in answers] == ["sum(xs)"]
    messages = endpoint.asked("/chat/completions")[0]["messages"]
    assert "<HOLE/>" in str(messages)
    assert all(message["content"] in answers[0].prompt for message in messages)


async def test_a_nameless_model_of_llama_cpp_is_asked_by_infill(endpoint: FakeEndpoint, at: Make) -> None:
    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        if request.path.endswith("/models"):
            await send(writer, 200, models("model.gguf", owner="llamacpp"))
        else:
            await stream(writer, request, ["sum(xs)", "\n"])

    endpoint.answer = answer
    provider = opened(endpoint, "")
    assert [answer.text for answer in await answers_of(provider, at)] == ["sum(xs)"]
    assert provider.model == "model.gguf"
    assert endpoint.requests[-1].path == "/infill"


async def test_the_first_model_is_taken_when_none_is_set(endpoint: FakeEndpoint, at: Make) -> None:
    endpoint.answer = pieces("sum(xs)")  # type: ignore[assignment]
    provider = opened(endpoint, "")
    assert (await answers_of(provider, at))[0].origin.model == "first-model"


async def test_several_answers_are_the_likeliest_and_warmer_ones(endpoint: FakeEndpoint, at: Make) -> None:
    endpoint.answer = pieces("sum(xs)")  # type: ignore[assignment]
    assert len(await answers_of(opened(endpoint), at, n=3)) == 3
    first, *others = [asked["temperature"] for asked in endpoint.asked("/completions")]
    assert first == 0
    assert len(others) == 2
    assert min(others) > 0


async def test_the_stream_is_left_as_soon_as_enough_has_come(endpoint: FakeEndpoint, at: Make) -> None:
    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        if request.path.endswith("/models"):
            return await send(writer, 200, models("first-model"))
        await begin_stream(writer)
        await send_event(writer, event_of(request, "sum(xs)\n"))
        return await asyncio.Event().wait() and None

    endpoint.answer = answer
    assert [answer.text for answer in await answers_of(opened(endpoint), at)] == ["sum(xs)"]
    await endpoint.left.wait()


class Lasting(BaseHTTPRequestHandler):
    """Keeps its connections; its answer is whole before its last word."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_error(404)  # it lists no models, and closes the connection

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        told = json.dumps({"choices": [{"text": "sum(xs)\n"}]}).encode()
        body = b"data: %b\n\ndata: %b\n\ndata: [DONE]\n\n" % (told, told)
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


async def test_an_answer_that_is_whole_early_leaves_its_connection_to_the_next_request(at: Make) -> None:
    callers = []

    class Noting(Lasting):
        def setup(self) -> None:
            super().setup()
            callers.append(self.client_address)

    with ThreadingHTTPServer(("127.0.0.1", 0), Noting) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        provider = opened(FakeEndpoint(url=f"http://127.0.0.1:{server.server_port}/v1"), prompt_style="fim")
        for _ in range(3):
            assert [answer.text async for answer in provider.complete(at(BODY))] == ["sum(xs)"]
            await asyncio.sleep(0.2)  # longer than it is heard out
        await provider.close()
        server.shutdown()
    assert len(callers) == 2, "one was asked for the models, and closed"


async def test_cancelling_the_task_ends_the_request(endpoint: FakeEndpoint, at: Make) -> None:
    begun = asyncio.Event()

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        if request.path.endswith("/models"):
            return await send(writer, 200, models("first-model"))
        await begin_stream(writer)
        await send_event(writer, event_of(request, "su"))
        begun.set()
        return await asyncio.Event().wait() and None

    endpoint.answer = answer
    provider = opened(endpoint)
    task = asyncio.create_task(answers_of(provider, at))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await endpoint.left.wait()


async def test_closing_the_iterator_ends_the_other_requests(endpoint: FakeEndpoint, at: Make) -> None:
    others: list[Request] = []

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        if request.path.endswith("/models"):
            return await send(writer, 200, models("first-model"))
        if request.body["temperature"] == 0:
            return await stream(writer, request, ["sum(xs)\n"])
        others.append(request)
        if len(others) == 1:
            return await stream(writer, request, ["len(xs)\n"])
        await begin_stream(writer)
        return await asyncio.Event().wait() and None

    endpoint.answer = answer
    provider = opened(endpoint)
    async with aclosing(provider.complete(at(BODY), 3)) as answers:
        async for _ in answers:
            if len(others) > 1:
                break
    await endpoint.left.wait()
    await provider.close()


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (401, {"error": {"message": f"Incorrect API key: {KEY}"}}, "set OPENAI_API_KEY"),
        (403, {"error": {"message": "no"}}, "forbids"),
        (407, "sign in", "NO_PROXY"),
        (418, {"error": {"message": "teapot"}}, "teapot"),
        (429, {"error": {"message": "You exceeded your current quota"}}, "quota"),
        (429, {"error": {"message": "slow down"}}, "too often"),
        (503, "<html>down</html>", "ill"),
    ],
)
async def test_a_status_becomes_words_that_say_what_to_do(
    endpoint: FakeEndpoint, at: Make, status: int, body: object, says: str
) -> None:
    endpoint.answer = always(status, body, retry_after="30")  # type: ignore[assignment]
    assert says in await complaint_of(opened(endpoint), at)


async def test_a_model_that_is_missing_is_answered_with_those_that_exist(endpoint: FakeEndpoint, at: Make) -> None:
    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        if request.path.endswith("/models"):
            await send(writer, 200, models("first-model", "second-model"))
        else:
            await send(writer, 404, {"error": {"message": "model not found"}})

    endpoint.answer = answer
    assert "first-model, second-model" in await complaint_of(opened(endpoint), at)
    assert "first-model, second-model" in (await opened(endpoint).probe()).says


@pytest.mark.parametrize(
    "body", ["<html>Welcome to the router</html>", "data: {]\n\n", 'data: {"choices": 7}\n\n', "data: [1]\n\n", ""]
)
async def test_garbage_is_called_that(endpoint: FakeEndpoint, at: Make, body: str) -> None:
    endpoint.answer = always(200, body)  # type: ignore[assignment]
    assert "no completion" in await complaint_of(opened(endpoint), at)


async def test_an_error_within_a_stream_is_told(endpoint: FakeEndpoint, at: Make) -> None:
    endpoint.answer = always(200, 'data: {"error": {"message": "out of memory"}}\n\n')  # type: ignore[assignment]
    assert "out of memory" in await complaint_of(opened(endpoint), at)


async def test_a_refused_connection_says_that_nothing_listens(endpoint: FakeEndpoint, at: Make) -> None:
    nowhere = FakeEndpoint(url="http://127.0.0.1:9/v1")
    assert "Nothing listens" in await complaint_of(opened(nowhere), at)
    assert not endpoint.requests


async def test_a_host_that_does_not_exist_is_named(at: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = FakeEndpoint(url="http://no-such-host.invalid/v1")

    async def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    assert "cannot be found" in await complaint_of(opened(nowhere), at)


async def test_an_endpoint_that_hangs_is_given_up(endpoint: FakeEndpoint, at: Make) -> None:
    async def answer(_: Request, __: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    endpoint.answer = answer
    assert "did not answer within 0.2 s" in await complaint_of(opened(endpoint, request_timeout=0.2), at)


async def test_a_passing_fault_is_tried_again(endpoint: FakeEndpoint, at: Make) -> None:
    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        if request.path.endswith("/models"):
            await send(writer, 200, models("first-model"))
        elif len(endpoint.asked("/completions")) == 1:
            await send(writer, 503, "busy", retry_after="0")
        else:
            await stream(writer, request, ["sum(xs)\n"])

    endpoint.answer = answer
    assert [answer.text for answer in await answers_of(opened(endpoint), at)] == ["sum(xs)"]


async def test_an_ill_endpoint_is_left_alone_until_it_may_be_well(endpoint: FakeEndpoint, at: Make) -> None:
    now = [0.0]
    endpoint.answer = always(401, {"error": {"message": "no"}})  # type: ignore[assignment]
    settings = Settings(base_url=endpoint.url, model="qwen2.5-coder", prompt_style="chat")
    provider = OpenAIProvider(settings, {}, clock=lambda: now[0])
    for _ in range(3):
        await complaint_of(provider, at)
    asked = len(endpoint.requests)
    assert "asked again in 5 s" in await complaint_of(provider, at)
    assert len(endpoint.requests) == asked
    now[0] = 6.0
    endpoint.answer = pieces("sum(xs)")  # type: ignore[assignment]
    assert await answers_of(provider, at)


async def test_a_parameter_that_is_refused_is_left_out_from_then_on(endpoint: FakeEndpoint, at: Make) -> None:
    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        refused = {"logprobs": "logprobs", "max_tokens": "max_tokens", "temperature": "temperature"}
        for name in refused:
            if name in request.body:
                message = f"Unsupported parameter: '{name}' is not supported with this model."
                return await send(writer, 400, {"error": {"message": message}})
        return await stream(writer, request, ["sum(xs)\n"])

    endpoint.answer = answer
    provider = opened(endpoint, "o3-like", prompt_style="chat")
    assert await answers_of(provider, at)
    before = len(endpoint.requests)
    assert await answers_of(provider, at)
    assert len(endpoint.requests) == before + 1
    assert "max_completion_tokens" in endpoint.requests[-1].body


async def test_a_prompt_that_the_model_has_no_room_for_is_made_shorter_until_it_has(endpoint: FakeEndpoint) -> None:
    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        length = len(request.body["messages"][-1]["content"])
        if length > 4000:
            said = {"message": f"request ({length} tokens) exceeds the available context size (4000 tokens)"}
            return await send(writer, 400, {"error": said})
        return await stream(writer, request, ["It was empty.\n```python\ndef total(xs):\n    return sum(xs)\n```\n"])

    endpoint.answer = answer
    provider = opened(endpoint, prompt_style="chat")
    source = "def total(xs):\n    return 0\n"
    brief = Brief(
        test="t", message="assert 0 == 3", path="/p/a.py", unit="total", source=source, file="x = 1\n" * 2000 + source
    )
    for _ in range(2):
        assert [patch.text async for patch in provider.repair(brief)] == ["def total(xs):\n    return sum(xs)\n"]
    refused = [len(asked["messages"][-1]["content"]) > 4000 for asked in endpoint.asked("/chat/completions")]
    assert refused.count(False) == 2
    assert refused[-2:] == [False, False], "what was learned of it was forgotten"
    await provider.close()


async def test_an_endpoint_without_completions_is_asked_in_a_chat(endpoint: FakeEndpoint, at: Make) -> None:
    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        if request.path.endswith("/chat/completions"):
            await stream(writer, request, ["sum(xs)\n"])
        else:
            await send(writer, 404, "no such page")

    endpoint.answer = answer
    assert [answer.text for answer in await answers_of(opened(endpoint), at)] == ["sum(xs)"]


async def test_the_key_is_in_no_representation(endpoint: FakeEndpoint) -> None:
    provider = opened(endpoint)
    assert KEY not in repr(provider)
    assert KEY not in repr(vars(provider))


async def test_no_header_tells_which_machine_asks(endpoint: FakeEndpoint, at: Make) -> None:
    endpoint.answer = pieces("sum(xs)", "\n")  # type: ignore[assignment]
    await answers_of(opened(endpoint), at)
    told = " ".join(f"{name}: {value}" for request in endpoint.requests for name, value in request.headers.items())
    assert platform.machine() not in told
    assert platform.python_version() not in told


async def test_a_file_of_secrets_is_never_sent(endpoint: FakeEndpoint, at: Make) -> None:
    provider = opened(endpoint, prompt_style="chat")
    with pytest.raises(EndpointError, match="secrets"):
        _ = [answer async for answer in provider.complete(at("TOKEN=<CURSOR>", uri="file:///project/.env"))]
    assert not endpoint.requests


async def test_openai_without_a_key_is_not_asked(at: Make) -> None:
    provider = OpenAIProvider(Settings(model="gpt-5"), {})
    with pytest.raises(EndpointError, match="set OPENAI_API_KEY"):
        _ = [answer async for answer in provider.complete(at(BODY))]


@pytest.mark.parametrize(
    "address",
    [
        "localhost:8000",
        "ftp://host/v1",
        "http:///v1",
        "http://[::1/v1",
        "http://127.0.0.1:PORT/v1",
        "http://host:99999",
    ],
)
def test_what_is_no_address_is_told_with_what_to_do(address: str) -> None:
    with pytest.raises(EndpointError, match=r"set winnow\.openai\.baseUrl") as caught:
        Endpoint.of(Settings(base_url=address.replace("//", "//me:secret@", 1)), {})
    assert "secret" not in str(caught.value)


def test_of_the_models_of_openai_a_small_one_is_asked_where_none_is_named() -> None:
    known = Endpoint.of(Settings(base_url="https://api.openai.com/v1"), {})
    assert first_of({"whisper-1": "", "gpt-4o-mini": "", "gpt-4.1-mini": "", "o9": ""}, known) == "gpt-4.1-mini"
    with pytest.raises(EndpointError, match=r"set winnow\.openai\.model"):
        first_of({"whisper-1": "", "o9": ""}, known)


def test_a_lone_surrogate_of_an_endpoint_can_be_sent_and_kept() -> None:
    assert piece_of({"content": "x = '\ud83d'"}).text == "x = '\ufffd'"
