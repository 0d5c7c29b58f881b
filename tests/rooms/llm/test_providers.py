"""One contract for every provider: it is held to it by standing in this room."""

from __future__ import annotations

import json
import pkgutil
from contextlib import aclosing
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from winnow import llm
from winnow.llm import Brief, EndpointError, Provider, open_provider
from winnow.llm.embedded import EmbeddedProvider
from winnow.settings import Settings

from .conftest import FakeEndpoint, Make, Request, models, send, stream

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator
    from pathlib import Path

FIXED = "The sum skips one.\n```python\ndef total(xs):\n    return sum(xs)\n```\n"
BRIEF = Brief(
    test="test_total",
    message="assert 3 == 4",
    path="/project/stock.py",
    unit="total",
    source="def total(xs):\n    return sum(xs[1:])\n",
    file="def total(xs):\n    return sum(xs[1:])\n",
)


HERE = "def total_shown(xs):\n    return su<CURSOR>\n"
PROVIDERS = ("openai", "replay", "embedded")


@pytest.fixture(params=PROVIDERS)
async def provider(request: pytest.FixtureRequest, endpoint: FakeEndpoint, tmp_path: Path) -> AsyncIterator[Provider]:
    async def answer(asked: Request, writer: asyncio.StreamWriter) -> None:
        if asked.path.endswith("/models"):
            await send(writer, 200, models("some-model"))
        elif "fails" in str(asked.body):
            await stream(writer, asked, [FIXED])
        else:
            await stream(writer, asked, ["sum(", "xs)\n"])

    endpoint.answer = answer
    rows = [{"answers": ["sum(xs)", "len(xs)"]}, {"kind": "repair", "answers": [FIXED]}]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    settings = Settings(provider=request.param, base_url=endpoint.url, replay_file=str(tmp_path / "rows.jsonl"))
    opened = open_provider(settings, {})
    if isinstance(opened, EmbeddedProvider):
        known = (f"def total_{name}(xs):\n    return sum(xs)\n" for name in ("sold", "left", "ordered", "lost"))
        await opened.learn(dict.fromkeys(("/project/stock.py", "/project/shelf.py"), "\n\n".join(known)))
    yield opened
    await opened.close()


ELSEWHERE = {"local", "together"}
"""What asks one of these: a model file by its address, and the engine beside a model; their own tests have them."""


def test_every_provider_of_the_room_is_in_this_test() -> None:
    modules = [import_module(f"{llm.__name__}.{module.name}") for module in pkgutil.iter_modules(llm.__path__)]
    keeping = {
        module.__name__.rpartition(".")[2]
        for module in modules
        for made in vars(module).values()
        if isinstance(made, type) and made.__module__ == module.__name__ and hasattr(made, "complete")
    }
    assert keeping - {"provider", "routes"} == {*PROVIDERS, *ELSEWHERE}


async def test_it_says_who_it_is(provider: Provider, at: Make) -> None:
    assert isinstance(provider, Provider)
    found = [answer async for answer in provider.complete(at(HERE))]
    assert {answer.origin.provider for answer in found} == {provider.name}
    assert {answer.origin.model for answer in found} == {provider.model} != {""}


async def test_it_never_gives_more_answers_than_wanted(provider: Provider, at: Make) -> None:
    for wanted in (0, 1, 2):
        found = [answer async for answer in provider.complete(at(HERE), wanted)]
        assert min(wanted, 1) <= len(found) <= wanted
        assert all(answer.text.strip() for answer in found)


async def test_a_repair_replaces_the_unit_and_is_explained(provider: Provider) -> None:
    patches = [(patch.text, patch.explanation) async for patch in provider.repair(BRIEF, 1)]
    fixed = ("def total(xs):\n    return sum(xs)\n", "The sum skips one.")
    assert patches == ([] if provider.name == "embedded" else [fixed])


async def test_leaving_after_the_first_answer_is_allowed(provider: Provider, at: Make) -> None:
    async with aclosing(provider.complete(at(HERE), 3)) as answers:
        assert (await anext(answers)).text.strip()
    assert [answer async for answer in provider.complete(at(HERE), 1)]


async def test_its_health_is_a_sentence(provider: Provider) -> None:
    health = await provider.probe()
    assert health.ok
    assert health.says
    assert health.seconds >= 0


async def test_closing_twice_does_no_harm(provider: Provider) -> None:
    await provider.close()
    await provider.close()


@pytest.mark.parametrize(
    ("settings", "environment", "name"),
    [
        (Settings(), {}, "embedded"),
        (Settings(), {"OPENAI_API_KEY": "a-key"}, "openai"),
        (Settings(), {"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, "openai"),
        (Settings(model="qwen2.5-coder"), {}, "openai"),
        (Settings(api_key_variable="MY_KEY"), {"MY_KEY": "a-key"}, "openai"),
        (Settings(api_key_variable="MY_KEY"), {"OPENAI_API_KEY": "a-key"}, "embedded"),
        (Settings(provider="embedded", model="qwen2.5-coder"), {}, "embedded"),
        (Settings(provider="embedded", local_model="any.gguf"), {}, "embedded"),
        (Settings(base_url="http://127.0.0.1:1/v1", local_model="any.gguf"), {}, "openai"),
    ],
)
async def test_auto_takes_the_endpoint_when_anything_names_one(
    settings: Settings, environment: dict[str, str], name: str
) -> None:
    opened = open_provider(settings, environment)
    assert opened.name == name
    await opened.close()


def test_an_address_that_is_none_is_refused_with_what_to_do() -> None:
    with pytest.raises(EndpointError, match=r"winnow\.openai\.baseUrl"):
        open_provider(Settings(base_url="localhost:11434"), {})
