"""The order of tests that never ran: those near to what the person looks at come first."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from winnow.facts import TestOutcome as Ended

if TYPE_CHECKING:
    from collections.abc import Callable

SHOP = "def price():\n    return 2\n"
LATE = "def test_{0}():\n    import shop\n    assert shop.price() == 2\n"


async def test_the_tests_named_after_an_open_file_run_first_then_those_that_import_it(
    project: Callable[..., Any],
) -> None:
    here = project(
        shop=SHOP,
        test_a="def test_a():\n    assert True\n",
        test_b="import shop\n\n\ndef test_b():\n    assert shop.price() == 2\n",
        test_c=LATE.format("c"),
        test_shop=LATE.format("named"),
    )
    async with here.prover() as prover:
        ran = [result.test.partition("::")[2] async for result in prover.rehearse(here.snapshot(shop=SHOP))]
    assert ran == ["test_named", "test_b", "test_c", "test_a"]


async def test_where_no_file_is_open_they_run_as_they_were_collected(project: Callable[..., Any]) -> None:
    here = project(
        shop=SHOP,
        test_a="def test_a():\n    assert True\n",
        test_shop=LATE.format("named"),
        test_z="import shop\n\n\ndef test_z():\n    assert shop.price() == 2\n",
    )
    async with here.prover() as prover:
        ran = [result.test.partition("::")[2] async for result in prover.rehearse(here.snapshot())]
    assert ran == ["test_a", "test_named", "test_z"]


async def test_an_edit_in_the_middle_of_the_first_run_asks_those_that_are_known_to_reach_it_first(
    project: Callable[..., Any],
) -> None:
    here = project(
        shop=SHOP,
        test_shop="import shop\nimport time\n\n\ndef test_slow():\n    time.sleep(0.2)\n    assert shop.price() == 2\n",
        test_z="".join(["import shop\n", *(f"\n\ndef test_{n}():\n    assert shop\n" for n in range(5))]),
    )
    async with here.prover() as prover:
        async with aclosing(prover.rehearse(here.snapshot(shop=SHOP))) as results:
            assert (await anext(results)).outcome is Ended.PASSED
        edited = here.snapshot(shop=SHOP.replace("2", "3"))
        ended = [(result.test, result.outcome) async for result in prover.rehearse(edited)]
    assert ended[0] == ("test_shop.py::test_slow", Ended.FAILED)
    assert len(ended) == 6


async def test_what_fails_among_many_is_told_before_the_last_of_them_has_run(project: Callable[..., Any]) -> None:
    tests = ["import time\n", "def test_first():\n    pass\n", "def test_wrong():\n    assert False\n"]
    tests += [f"def test_{number}():\n    time.sleep(0.15)\n" for number in range(10)]
    here = project(test_all="\n\n".join(tests))
    async with here.prover() as prover:
        ended = [(result.test.partition("::")[2], result.outcome) async for result in prover.rehearse(here.snapshot())]
    assert max(ended) == ("test_wrong", Ended.FAILED)
    assert len(ended) == len(tests) - 1
    assert ("test_wrong", Ended.FAILED) in ended[:-1]
