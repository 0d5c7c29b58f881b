from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.mend import Behaviour, Choice, Specification, choose, specify
from winnow.mend.choose import features, probability
from winnow.mend.examples import examples

KNOWN = Specification(inputs=tuple(f"({n},)" for n in range(20)), near=10, checks=())


def program(number: int, outcomes: tuple[str, ...], *, passed: bool = True, kept: tuple[bool, ...] = ()) -> Behaviour:
    return Behaviour(code=f"def f(n): return n + {number}", passed=passed, outcomes=outcomes, kept=kept)


def counting(start: int) -> tuple[str, ...]:
    return tuple(str(n + start) for n in range(20))


def test_programs_that_behave_alike_outweigh_one_that_does_not() -> None:
    behaviours = [program(0, counting(9)), *(program(n, counting(1)) for n in range(1, 5))]
    assert choose(KNOWN, behaviours).index == 1


def test_a_program_that_fails_the_tests_is_never_preferred_to_one_that_passes() -> None:
    failing = [program(n, (), passed=False) for n in range(4)]
    assert choose(KNOWN, [*failing, program(4, counting(0))]).index == 4


def test_nothing_is_shown_where_none_passes_the_tests() -> None:
    assert choose(KNOWN, [program(0, (), passed=False)]) == Choice(index=0, probability=0.0, shown=False)


def test_choosing_from_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to choose"):
        choose(KNOWN, [])


def test_a_program_that_keeps_the_examples_of_its_docstring_is_preferred() -> None:
    behaviours = [program(0, counting(0), kept=(False,)), program(1, counting(1), kept=(True,))]
    assert choose(KNOWN, behaviours).index == 1


def test_agreement_of_all_is_shown_and_a_quarrel_is_not() -> None:
    agreeing = [program(n, counting(0)) for n in range(5)]
    quarrelling = [program(n, counting(n)) for n in range(5)]
    assert choose(KNOWN, agreeing).shown
    assert not choose(KNOWN, quarrelling).shown


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 2)), min_size=1, max_size=6))
def test_the_choice_is_the_likeliest_of_those_that_pass_and_the_first_of_equals(drawn: list[tuple[bool, int]]) -> None:
    behaviours = [program(n, counting(s) if p else (), passed=p) for n, (p, s) in enumerate(drawn)]
    choice = choose(KNOWN, behaviours)
    chances = {n: probability(features(KNOWN, behaviours, n)) for n, b in enumerate(behaviours) if b.passed}
    if chances:
        assert choice.probability == max(chances.values())
        assert choice.index == min(n for n, chance in chances.items() if chance == choice.probability)
        assert 0 < choice.probability < 1
    else:
        assert choice.index == 0


@settings(deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=1, max_size=4), st.integers(0, 20))
def test_a_specification_starts_with_the_tests_own_inputs_and_is_the_same_every_time(
    numbers: list[int], other: int
) -> None:
    tests = (f"assert total({numbers!r}, {other}) == 3",)
    known = specify("def total(numbers, other):\n    ...\n", "total", tests)
    assert known.inputs[0] == repr((numbers, other))
    assert known == specify("def total(numbers, other):\n    ...\n", "total", tests)
    assert len(set(known.inputs)) == len(known.inputs)
    assert 1 <= known.near <= len(known.inputs)


def test_the_examples_of_a_docstring_are_inputs_and_checks() -> None:
    text = 'def half(n):\n    """Half of it.\n\n    >>> half(4)\n    2\n    half(6) == 3, and half(7) -> 3\n    """\n'
    known = specify(text, "half", ())
    assert known.inputs[:3] == ("(4,)", "(6,)", "(7,)")
    assert known.checks == (
        "assert half(*(4,)) == 2",
        "assert half(*(6,)) == 3",
        "assert half(*(7,)) == 3",
    )


@pytest.mark.parametrize(
    ("text", "arguments", "expected"),
    [
        (">>> f([1, 2], 'a')\n    {'a': 3}", ([1, 2], "a"), {"a": 3}),
        ("f(5) should return True", (5,), True),
        ("For f('x, (y') the output is unclear", ("x, (y",), None),
        ("Input: n = 5, k = [2]\n    Output: 1", (5, [2]), 1),
    ],
)
def test_an_example_is_read_in_the_forms_that_people_use(
    text: str, arguments: tuple[object, ...], expected: object
) -> None:
    (found,) = examples(text, "f")
    assert (found.arguments, found.expected, found.told) == (arguments, expected, expected is not None)


def test_a_definition_and_a_call_with_names_are_no_examples() -> None:
    assert examples("def f(a=1):\n    return f(a, b)", "f") == ()
