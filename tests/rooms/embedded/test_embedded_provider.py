"""The embedded provider against its real child process."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest

from winnow.facts import Context, Document, Moment, Snapshot
from winnow.llm import EndpointError, Provider, embedded
from winnow.llm.embedded import EmbeddedProvider
from winnow.llm.ngram import Process
from winnow.text import Text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from winnow.llm import Answer

MODULE = """
def area(shape: Shape) -> float:
    if shape is None:
        raise GeometryError("no shape to measure")
    return shape.width * shape.height


def perimeter(shape: Shape) -> float:
    if shape is None:
        raise GeometryError("no shape to measure")
    return 2 * (shape.width + shape.height)
"""


def standing_behind(before: str, *, asked: bool = True, after: str = "") -> Context:
    document = Document(uri="file:///p/new.py", language="python", version=1, text=Text.of(before + after))
    snapshot = Snapshot(revision=1, documents={document.uri: document})
    moment = Moment(snapshot=snapshot, uri=document.uri, offset=len(before), at=0.0, asked=asked)
    return Context(moment=moment, before=before, after=after)


async def answers(provider: EmbeddedProvider, context: Context, n: int = 1) -> list[Answer]:
    async with aclosing(provider.complete(context, n)) as stream:
        return [answer async for answer in stream]


@pytest.fixture
async def provider() -> AsyncIterator[EmbeddedProvider]:
    opened = EmbeddedProvider()
    yield opened
    await opened.close()


async def test_it_keeps_the_protocol_of_a_provider(provider: EmbeddedProvider) -> None:
    assert isinstance(provider, Provider)


async def test_a_line_that_the_project_writes_everywhere_is_finished(provider: EmbeddedProvider) -> None:
    await provider.learn({"/p/a.py": MODULE, "/p/b.py": MODULE})
    before = "def volume(shape: Shape) -> float:\n    if shape is None:\n        raise Geo"
    found = await answers(provider, standing_behind(before, asked=False))
    assert [answer.text for answer in found] == ['metryError("no shape to measure")']
    assert found[0].confidence is not None
    assert found[0].confidence > 0.5
    assert all(logprob <= 0 for logprob in found[0].logprobs)


async def test_files_that_were_only_noted_are_read_once_somebody_asks(
    provider: EmbeddedProvider, tmp_path: Path
) -> None:
    (tmp_path / "a.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / "b.py").write_text(MODULE, encoding="utf-8")
    provider.note([str(tmp_path / "a.py"), str(tmp_path / "b.py")])
    await provider.put(str(tmp_path / "a.py"), MODULE)
    assert not provider._process.alive
    before = "def volume(shape: Shape) -> float:\n    if shape is None:\n        raise Geo"
    async with asyncio.timeout(60):
        while not (found := await answers(provider, standing_behind(before))):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.05)
    assert found[0].text == 'metryError("no shape to measure")'


async def test_paths_are_read_by_the_engine_itself_and_one_that_is_missing_does_no_harm(
    provider: EmbeddedProvider, tmp_path: Path
) -> None:
    (tmp_path / "a.py").write_text(MODULE, encoding="utf-8")
    reported: list[tuple[int, int]] = []
    await provider.learn([str(tmp_path / "a.py"), str(tmp_path / "gone.py")], lambda *done: reported.append(done))
    assert reported
    assert "2 files" in (await provider.probe()).says
    assert await answers(provider, standing_behind("x = 1\n        raise Geometr"))


async def test_a_file_that_is_forgotten_is_never_heard_of_again(provider: EmbeddedProvider) -> None:
    await provider.learn({"/p/a.py": MODULE})
    await provider.forget("/p/a.py")
    assert not await answers(provider, standing_behind("        raise Geo"))


async def test_an_edited_file_counts_as_it_is_now(provider: EmbeddedProvider) -> None:
    await provider.learn({"/p/a.py": MODULE})
    await provider.put("/p/a.py", MODULE.replace("GeometryError", "GeometricMistake"))
    found = await answers(provider, standing_behind("    if shape is None:\n        raise Geo"), n=3)
    assert found
    assert all(answer.text.startswith("metricMistake") for answer in found)


async def test_amid_a_line_it_stays_silent_unless_asked(provider: EmbeddedProvider) -> None:
    await provider.learn({"/p/a.py": MODULE, "/p/b.py": MODULE})
    before = "def volume(shape: Shape) -> float:\n    if shape is None:\n        raise Geo"
    assert not await answers(provider, standing_behind(before, asked=False, after=" more\n"))


async def test_an_engine_that_cannot_be_started_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "Process", lambda: Process((str(tmp_path / "no-python"),)))
    lost = EmbeddedProvider()
    with pytest.raises(EndpointError, match="cannot be started"):
        await lost.learn({"/p/shapes.py": MODULE})
    assert not (await lost.probe()).ok
    await lost.close()


async def test_a_killed_engine_is_started_again_and_reads_the_project_again(provider: EmbeddedProvider) -> None:
    await provider.learn({"/p/a.py": MODULE})
    child = provider._process._child
    assert child is not None
    os.kill(child.pid, signal.SIGKILL)
    await child.wait()
    heard: list[str] = []
    async with asyncio.timeout(30):
        while not await found_again(provider, heard):  # noqa: ASYNC110 - nobody here is told of its return
            await asyncio.sleep(0.1)
    assert all("Nothing needs doing" in complaint for complaint in heard)


async def found_again(provider: EmbeddedProvider, heard: list[str]) -> bool:
    try:
        return bool(await answers(provider, standing_behind("        raise Geometry")))
    except EndpointError as error:
        heard.append(str(error))
        return False


async def test_what_fails_in_the_engine_is_told_as_any_endpoints_failure(provider: EmbeddedProvider) -> None:
    with pytest.raises(EndpointError, match="'sing' is nothing the engine does"):
        await provider._ask("sing")
    await provider.learn({"/p/a.py": MODULE})
    assert await answers(provider, standing_behind("        raise Geometry"))


async def test_the_engine_ends_with_its_provider(provider: EmbeddedProvider) -> None:
    await provider.probe()
    child = provider._process._child
    assert child is not None
    await provider.close()
    assert child.returncode is not None
    with pytest.raises(EndpointError):
        await answers(provider, standing_behind("x"))


async def test_cancelled_learning_leaves_what_was_known(provider: EmbeddedProvider) -> None:
    await provider.learn({"/p/a.py": MODULE})
    more = {f"/p/{number}.py": MODULE.replace("Geo", f"Geo{number}") for number in range(3000)}
    learning = asyncio.create_task(provider.learn(more))
    await asyncio.sleep(0.05)
    learning.cancel()
    await asyncio.gather(learning, return_exceptions=True)
    assert "1 files" in (await provider.probe()).says


async def test_it_proposes_no_repairs_and_says_what_a_model_would_add(provider: EmbeddedProvider) -> None:
    assert "language model" in (await provider.probe()).says


async def test_no_file_of_the_workspace_is_imported_in_place_of_a_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("winnow", "orjson", "select"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('code of the workspace ran')\n")
    monkeypatch.chdir(tmp_path)
    provider = EmbeddedProvider()
    health = await provider.probe()
    await provider.close()
    assert health.ok, health.says
