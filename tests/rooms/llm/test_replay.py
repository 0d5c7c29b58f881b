from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from winnow.llm import EndpointError, open_provider
from winnow.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Make


async def given(path: Path, at: Make, before: str, n: int = 1) -> list[str]:
    provider = open_provider(Settings(provider="replay", replay_file=str(path)), {})
    return [answer.text for _ in range(3) async for answer in provider.complete(at(before + "<CURSOR>"), n)]


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text(
        "# answers\n"
        '{"match": "return sel", "answers": ["f.a", {"text": "f.b", "logprobs": [-0.1]}]}\n\n'
        '{"match": "/x = \\\\d$/", "answers": ["7"], "delay": 0.0}\n'
    )
    return path


async def test_each_answer_is_given_once_and_the_last_again(rows: Path, at: Make) -> None:
    assert await given(rows, at, "return sel") == ["f.a", "f.b", "f.b"]
    assert await given(rows, at, "return sel", 2) == ["f.a", "f.b", "f.b", "f.b"]


async def test_a_row_matches_by_words_or_by_a_regular_expression(rows: Path, at: Make) -> None:
    assert await given(rows, at, "x = 3") == ["7", "7", "7"]
    assert await given(rows, at, "x = y") == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "Line 1"),
        ("[]", "a row is an object"),
        ('{"answers": []}', "at least one"),
        ('{"answers": [1]}', "an answer is text"),
        ('{"answers": ["a"], "kind": "guess"}', "complete or repair"),
        ('{"answers": ["a"], "match": "/(/"}', "Line 1"),
        ('{"answers": ["a"], "when": 1}', "no field 'when'"),
        ('{"answers": ["a"], "delay": -1}', "seconds"),
        ("", "no recorded answers"),
    ],
)
def test_a_bad_file_is_refused_with_the_line_that_is_wrong(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(text)
    with pytest.raises(EndpointError, match=says):
        open_provider(Settings(provider="replay", replay_file=str(path)), {})


@pytest.mark.parametrize("name", ["", "missing.jsonl"])
def test_a_missing_file_is_refused_with_what_to_do(name: str) -> None:
    with pytest.raises(EndpointError, match=r"set winnow\.replay\.file"):
        open_provider(Settings(provider="replay", replay_file=name), {})
