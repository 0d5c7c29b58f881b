"""The map of earlier sessions: kept where it can be trusted, removed and recorded anew where it cannot."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from winnow.facts import TestOutcome
from winnow.proof.reach import Reach
from winnow.proof.reach_store import SCHEMA, ReachStore

if TYPE_CHECKING:
    from pathlib import Path

TEST, PLACE = "test_calc.py::test_add", ("/calc.py", "add")


def recorded() -> Reach:
    reach = Reach("/")
    reach.collected([TEST])
    reach.record(TEST, [PLACE])
    reach.ended(TEST, TestOutcome.PASSED, 0.5, "state")
    return reach


def test_a_map_is_kept_from_one_session_to_the_next(tmp_path: Path) -> None:
    store, again = ReachStore(tmp_path / "reach.sqlite"), Reach("/")
    store.save(recorded(), {PLACE[0]: {"add": "sum"}})
    assert store.load(again) == ({PLACE[0]: {"add": "sum"}}, "")
    assert again.reached == {TEST: {PLACE}}
    assert again.history[TEST].passed


def test_a_map_of_another_version_is_removed_and_what_is_recorded_next_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "reach.sqlite"
    store, empty, again = ReachStore(path), Reach("/"), Reach("/")
    store.save(recorded(), {})
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"pragma user_version = {SCHEMA - 1}")
    checksums, note = store.load(empty)
    assert (checksums, empty.reached, empty.history) == ({}, {}, {})
    assert "another version" in note
    assert list(tmp_path.iterdir()) == []
    store.save(recorded(), {})
    assert store.load(again) == ({}, "")
    assert again.reached == {TEST: {PLACE}}
