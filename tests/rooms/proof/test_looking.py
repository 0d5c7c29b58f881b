from __future__ import annotations

from typing import TYPE_CHECKING, Any

from winnow.proof import Function, Question, Sight

if TYPE_CHECKING:
    from collections.abc import Callable

SHOP = "def total(prices, off):\n    whole = sum(prices)\n    return whole - off\n"
TESTS = "from shop import total\n\ndef test_total():\n    assert total([1, 2], 1) == 3\n"
SECONDS = 30.0


async def seen(project: Callable[..., Any], change: tuple[str, str], inputs: tuple[str, ...] = ()) -> Sight:
    here = project(shop=SHOP, test_shop=TESTS)
    snapshot = here.snapshot(shop=SHOP)
    path = str((here.folder / "shop.py").resolve())
    function = Function(path=path, name="total", start_line=0, end_line=2)
    question = Question(function=function, tests=("test_shop.py::test_total",), inputs=inputs)
    async with here.prover() as prover:
        candidate = here.candidate(snapshot, "shop", *change)
        sight: Sight = await prover.look(question, snapshot, SECONDS, candidate)
    return sight


async def test_a_witness_tells_the_arguments_and_the_values_line_by_line(project: Callable[..., Any]) -> None:
    sight = await seen(project, ("whole - off", "whole - off"))
    assert sight.calls == ("([1, 2], 1)",)
    assert [(step.line, dict(step.values)) for step in sight.steps] == [
        (1, {"prices": "[1, 2]", "off": "1"}),
        (2, {"whole": "3"}),
        (2, {"returned": "2"}),
    ]


async def test_a_function_that_an_exception_leaves_returns_nothing(project: Callable[..., Any]) -> None:
    sight = await seen(project, ("whole - off", "whole // (off - 1)"))
    assert [set(step.values) for step in sight.steps] == [{"prices", "off"}, {"whole"}, {"raised"}]


async def test_a_function_is_found_where_an_edit_above_has_moved_it(project: Callable[..., Any]) -> None:
    text = f"def nothing():\n    return 0\n\n\n{SHOP}"
    here = project(shop=text, test_shop=TESTS)
    moved = here.snapshot(shop=text.replace("return 0", "nil = 0\n    nil += 0\n    return nil"))
    function = Function(path=str((here.folder / "shop.py").resolve()), name="total", start_line=6, end_line=8)
    async with here.prover() as prover:
        _ = [result async for result in prover.rehearse(here.snapshot(shop=text))]
        sight = await prover.look(Question(function=function, tests=("test_shop.py::test_total",)), moved, SECONDS)
    assert [step.line for step in sight.steps] == [7, 8, 8]


async def test_a_candidate_is_called_with_inputs_and_what_it_raises_is_told(project: Callable[..., Any]) -> None:
    sight = await seen(project, ("whole - off", "whole // off"), ("([4, 3], 2)", "([1], 0)", "([5], 5)"))
    assert sight.behaviour == ("3", "!ZeroDivisionError", "1")


async def test_a_candidate_that_never_ends_is_told_apart_from_one_that_does(project: Callable[..., Any]) -> None:
    endless = "\n    while off > 5: pass\n    return whole - off"
    sight = await seen(project, ("\n    return whole - off", endless), ("([4], 2)", "([9], 6)"))
    assert sight.behaviour == ("2", "!timeout")
