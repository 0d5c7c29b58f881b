from __future__ import annotations

from copy import deepcopy

from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.facts import Edit
from winnow.mend import Proposal, alike, is_clear, rank, vary


def proposal(title: str, weight: float, text: str = "x", edits: int = 1) -> Proposal:
    made = tuple(Edit(uri="k", start=9 * i, end=9 * i, text=text) for i in range(edits))
    return Proposal(edits=made, title=title, explanation="", kind="", weight=weight)


def test_one_edit_goes_before_two_and_the_smaller_before_the_larger() -> None:
    small, large, double = proposal("s", 0.1), proposal("l", 0.1, "x" * 50), proposal("d", 0.9, edits=2)
    assert rank([double, large, small]) == (small, large, double)


def test_survivors_that_behave_alike_support_each_other() -> None:
    one, same, other = proposal("a", 0.2), proposal("b", 0.3), proposal("c", 0.1)
    groups = alike([(one, ["1"]), (other, ["2"]), (same, ["1"])])
    assert groups == {("1",): [one, same], ("2",): [other]}
    assert is_clear(groups)
    assert rank(groups["1",]) == (same, one)


def test_two_different_repairs_that_are_about_as_likely_are_not_clear() -> None:
    assert not is_clear(alike([(proposal("a", 0.2), ["1"]), (proposal("b", 0.15), ["2"])]))


def test_varied_inputs_keep_what_held_of_all_observed_ones() -> None:
    observed = [([1, 4, 9], 2), ([2, 3], 1), ([5, 6, 7, 8], 3)]
    varied = vary(observed, 40)
    assert varied[:3] == observed
    assert len(varied) > 20
    for numbers, count in varied:
        assert numbers == sorted(set(numbers))
        assert 0 < count < len(numbers)


def test_an_object_is_exchanged_for_another_that_the_input_holds() -> None:
    class Node:
        def __init__(self, *after: Node) -> None:
            self.after = list(after)

    observed = [(Node(Node(), Node()), "go")]
    assert all(isinstance(node, Node) for node, _ in vary(observed, 5))


VALUES = st.recursive(
    st.integers() | st.text(max_size=5) | st.booleans() | st.none() | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=4), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_varying_is_repeatable_and_never_touches_what_was_observed(
    observed: list[tuple[object, object]], seed: int
) -> None:
    kept = deepcopy(observed)
    first = vary(observed, 10, seed)
    assert repr(vary(observed, 10, seed)) == repr(first)
    assert repr(observed) == repr(kept)
