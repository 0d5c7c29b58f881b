"""The function that is explained is the one most likely at fault."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from tests.rooms.repair.test_repair import opened, state

from winnow.repair import explain, repair

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["state"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="tests run in forks")
STOCK = """
class Stock:
    def __init__(self, counts):
        self.counts = dict(counts)
        self.promised = {}

    def free(self, name):
        return self.counts.get(name, 0) - self.promised.get(name, 0)

    def reserve(self, name, amount):
        if amount >= self.free(name):
            return False
        self.promised[name] = self.promised.get(name, 0) + amount
        return True
"""
TESTS = """
from shop import Stock


def test_some():
    assert Stock({"pear": 5}).reserve("pear", 2)


def test_all():
    assert Stock({"pear": 5}).reserve("pear", 5)


def test_none_are_left():
    stock = Stock({"pear": 2})
    assert not stock.reserve("pear", 3)
    assert stock.free("pear") == 2
"""


async def test_a_method_is_explained_and_not_the_constructor_that_every_test_runs(state: Path) -> None:
    async with opened(state, STOCK, TESTS) as session:
        (failing,) = session.failing(session.folders[0])
        said = await explain(failing, session.folders[0], session)
    assert "What happened in `Stock.reserve` (shop.py), line by line:" in said
    assert "self = Stock(counts={'pear': 5}, promised={})" in said


async def test_what_a_proven_fix_changes_is_explained_whatever_was_suspected(state: Path) -> None:
    tests = TESTS.replace("assert stock.free", "assert Stock({}).free('fig') == 0\n    assert stock.free")
    wrong = STOCK.replace("get(name, 0) - self", "get(name, 1) - self").replace("amount >=", "amount >")
    async with opened(state, wrong, tests) as session:
        folder = session.folders[0]
        (failing,) = session.failing(folder)
        assert (await repair(folder, session, (failing,)))[0].title.startswith("Fix: write `0` instead of `1`")
        said = await explain(failing, folder, session)
        suspect = session.findings[folder.key(failing.test)].suspect
        assert suspect is not None
        assert suspect.line == wrong[: wrong.index("1)")].count("\n")
    assert "What happened in `Stock.free` (shop.py), line by line:" in said
