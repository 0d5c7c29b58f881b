"""What another eagerness would have made of the latest suggestions."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from winnow import opening
from winnow.facts import Decision, Opinion, Reason
from winnow.gate import Gate
from winnow.journal import Journal, shipped_prior

if TYPE_CHECKING:
    from pathlib import Path

    from winnow.session import Session


def decision(kind: str, reason: Reason, probability: float, threshold: float) -> Decision:
    opinion = Opinion(reason=reason, probability=probability, threshold=threshold)
    return Decision(
        id=kind, at=1.0, uri="file:///a.py", language="python", kind=kind, reason=reason, detail="", opinion=opinion
    )


async def test_the_effect_of_eagerness_is_told_of_completions_alone(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.sqlite")
    journal.append(decision("completion", Reason.SHOWN, 0.3, 0.25))
    journal.append(decision("completion", Reason.UNLIKELY, 0.1, 0.25))
    journal.append(decision("fix", Reason.SHOWN, 1.0, 1.0))
    journal.append(decision("fix", Reason.UNLIKELY, 0.0, 1.0))
    said: list[str] = []
    session = SimpleNamespace(
        journal=journal,
        gate=Gate.of(shipped_prior()).with_eagerness("quiet"),
        client=SimpleNamespace(say=said.append),
    )
    await opening._say_effect(cast("Session", session))
    journal.close()
    assert said == ["Of the latest 2 suggestions, 0 would appear by themselves now, not 1."]
