"""A hint is checked: a weaker solver has to need it, and to succeed with it."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.rooms.repair.test_repair import TOTAL, WEAK, opened, state

from winnow.commands.recorded import RecordedAttempts
from winnow.mend.edits import kinds
from winnow.repair import hint, repair
from winnow.repair.hinting import NUDGES

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["state"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="tests run in forks")
RIGHT, WRONG, OTHER, LAST = (TOTAL.format(end) for end in (" * count", " - count", " / count", " ** count"))


def model(*said: str) -> RecordedAttempts:
    return RecordedAttempts({"attempts": [{"code": each} for each in said]})


@pytest.mark.parametrize(
    ("answers", "begins", "verdict"),
    [
        ((WRONG, RIGHT), "Look into shop.py", "Checked: a weaker solver finds the fix with this hint"),
        ((WRONG, OTHER, RIGHT), "Look at line 2 of shop.py", "Checked: a weaker solver finds the fix with this hint"),
        ((RIGHT,), "Look into shop.py", "A weaker solver finds the fix without any hint"),
        ((WRONG, OTHER, LAST), "Look at line 2 of shop.py", "Not sure to help"),
    ],
)
async def test_the_least_telling_hint_that_a_weaker_model_needs_is_given(
    state: Path, answers: tuple[str, ...], begins: str, verdict: str
) -> None:
    async with opened(state, "def total(price, count):\n    return None\n", WEAK) as session:
        asking = replace(session, provider=model(RIGHT))
        failing = session.failing(session.folders[0])[0]
        assert await repair(session.folders[0], asking, (failing,))
        asking.provider = model(*answers)
        said = await hint(failing, session.folders[0], asking)
    assert said.startswith(begins)
    assert said.splitlines()[-1].startswith(verdict)
    assert "price * count" not in said


async def test_a_hint_that_cannot_be_checked_says_so(state: Path) -> None:
    async with opened(state, "def total(price, count):\n    return None\n", WEAK) as session:
        asking = replace(session, provider=model(RIGHT))
        failing = session.failing(session.folders[0])[0]
        assert await repair(session.folders[0], asking, (failing,))
        asking.provider = asking.embedded
        said = await hint(failing, session.folders[0], asking)
    assert said.splitlines()[-1].startswith("Not checked")


def test_there_is_a_nudge_for_every_kind_of_edit() -> None:
    assert set(NUDGES) == {kind.name for kind in kinds()}
