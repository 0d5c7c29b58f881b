"""What a model is told of a failure where files are ignored."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from winnow.facts import Frame, TestOutcome, TestResult
from winnow.mend import Suspect
from winnow.repair import asking
from winnow.repair.scene import Scene

if TYPE_CHECKING:
    from winnow.repair.search import Search

SUSPECT = Suspect(path="/p/stock.py", start_line=0, end_line=1, unit="left", score=1.0)
FAILURE = TestResult(
    test="test_stock.py::test_left",
    outcome=TestOutcome.FAILED,
    seconds=0.1,
    path="/p/test_stock.py",
    frames=(Frame(path="/p/local_rates.py", line=3, name="rate"),),
)


@pytest.mark.parametrize(
    ("ignored", "asks"),
    [("/p/other.py", True), ("/p/stock.py", False), ("/p/test_stock.py", False), ("/p/local_rates.py", False)],
)
async def test_a_model_is_not_asked_where_it_would_read_of_an_ignored_file(
    ignored: str, asks: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Suspect] = []

    async def brief(_: Search, suspect: Suspect) -> None:
        asked.append(suspect)
        raise ConnectionError

    scene = SimpleNamespace(withheld=frozenset({ignored}), failure=FAILURE)
    scene.withholds = lambda suspect: Scene.withholds(cast("Scene", scene), suspect)
    monkeypatch.setattr(asking, "_brief", brief)
    monkeypatch.setattr(asking, "affordable", lambda _: True)
    try:
        async for _ in asking.ask(cast("Search", SimpleNamespace(scene=scene)), SUSPECT):
            pass
    except ConnectionError:
        pass
    assert bool(asked) is asks
