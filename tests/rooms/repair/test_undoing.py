"""What was changed is found piece by piece, and nothing that was added is taken away unless it stands in its place."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.facts import Document, Edit, Evidence, Outcome, Snapshot
from winnow.repair import undoing
from winnow.repair.trying import Proposed, Tried
from winnow.session import Edited
from winnow.settings import Settings
from winnow.text import Text
from winnow.workspace import apply

if TYPE_CHECKING:
    from collections.abc import Sequence

URI = "file:///shop/shop.py"
TESTS = "file:///shop/test_shop.py"
LINES = st.lists(st.sampled_from(["a\n", "b\n", "  c\r\n", "\n", "é\n"]), max_size=8).map("".join)


def document(text: str, uri: str = URI, version: int = 1) -> Document:
    return Document(uri=uri, language="python", version=version, text=Text.of(text))


@given(LINES, LINES, st.sampled_from(["", "a", "b"]))
def test_all_pieces_put_back_have_every_line_that_stood_there(old: str, new: str, end: str) -> None:
    before, now = document(old + end), document(new, version=2)
    pieces = list(undoing._differences(before, now))
    text = apply(pieces, Snapshot(revision=1, documents={URI: now}))[URI] if pieces else new
    left = iter(text.replace("\r\n", "\n").split("\n"))
    assert all(line in left for line in str(before.text).replace("\r\n", "\n").split("\n") if line.strip())


@given(LINES)
def test_what_was_only_added_is_no_piece(new: str) -> None:
    assert list(undoing._differences(document("a\n"), document(f"a\n{new}"))) == []


def scene(before: Sequence[Document], now: Sequence[Document], **told: Any) -> Any:
    settings = Settings(repair_puts_back=told.get("puts_back", True), freeze_tests=told.get("frozen", True))
    recent = tuple(Edited(document=each, at=0.0) for each in before)
    return SimpleNamespace(
        failure=SimpleNamespace(test="test_total"),
        folder=SimpleNamespace(path="/shop"),
        frozen=frozenset({"/shop/test_shop.py"}) if told.get("frozen", True) else frozenset(),
        passed_before=told.get("passed_before", True),
        session=SimpleNamespace(settings=settings, recent_edits=recent, client=SimpleNamespace(log=lambda _: None)),
        snapshot=Snapshot(revision=1, documents={each.uri: each for each in now}),
        suspects=(SimpleNamespace(path="/shop/shop.py", start_line=3, end_line=4),),
    )


BEFORE = "def label(name):\n    return name.strip()\n\ndef total(price):\n    return price * 2\n"
NOW = "def label(name):\n    return name\n\ndef total(price):\n    return price\n"


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Edit, ...]]:
    """What was tried, in order; only all of it together helps."""
    seen: list[tuple[Edit, ...]] = []

    async def try_out(proposed: Proposed, _scene: object) -> Tried:
        seen.append(proposed.candidate.edits)
        evidence = Evidence(parses=True, outcome=Outcome.PASSED)
        green = len(proposed.candidate.edits) > 1
        return Tried(candidate=proposed.candidate, weight=proposed.weight, evidence=evidence, green=green)

    async def fails_again(_scene: object, _times: int) -> bool:
        return True

    monkeypatch.setattr(undoing, "try_out", try_out)
    monkeypatch.setattr(undoing, "fails_again", fails_again)
    return seen


async def test_the_most_suspect_piece_comes_first_and_all_together_last(tried: list[tuple[Edit, ...]]) -> None:
    undone = await undoing.undo(scene([document(BEFORE)], [document(NOW, version=2)]))
    assert [[edit.text.strip() for edit in edits] for edits in tried] == [
        ["return price * 2"], ["return name.strip()"], ["return price * 2", "return name.strip()"],
    ]  # fmt: skip
    assert undone is not None
    assert undone.title == "put back what stood in 2 places"


@pytest.mark.parametrize(
    "told", [{"puts_back": False}, {"passed_before": False}], ids=["switched off", "it never passed"]
)
async def test_nothing_is_put_back_where_nobody_wants_it_or_it_never_stood(
    tried: list[tuple[Edit, ...]], told: dict[str, bool]
) -> None:
    assert await undoing.undo(scene([document(BEFORE)], [document(NOW)], **told)) is None
    assert tried == []


@pytest.mark.parametrize("frozen", [True, False])
async def test_a_test_file_is_put_back_only_where_it_may_be_edited(
    tried: list[tuple[Edit, ...]], *, frozen: bool
) -> None:
    await undoing.undo(scene([document(BEFORE, TESTS)], [document(NOW, TESTS)], frozen=frozen))
    assert bool(tried) is not frozen
