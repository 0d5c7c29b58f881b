"""Values are shown by what they hold, alike in every run, and nothing of the project runs for it but its own repr."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.proof.agent.behaviour import plain
from winnow.proof.agent.showing import LONGEST, shown, without_addresses


class Shelf:
    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)


class Slotted:
    __slots__ = ("empty", "x")

    def __init__(self, x: object) -> None:
        self.x = x


class Wary:
    """Whatever asks it for anything but its class and its own dictionary changes it."""

    def __init__(self) -> None:
        self.asked = 0

    def __getattr__(self, name: str) -> object:
        self.asked += 1
        raise AttributeError(name)

    @property
    def count(self) -> int:
        self.asked += 1
        return self.asked


class Told:
    def __repr__(self) -> str:
        return f"Told({Shelf()!r}, {Shelf!r})"


def ring() -> Shelf:
    one = Shelf(name="one")
    one.__dict__["other"] = Shelf(name="other", one=one)
    return one


SHOWN = {
    "an object": (Shelf(counts={"pear": 5}, promised={}), "Shelf(counts={'pear': 5}, promised={})"),
    "an object within": ([Shelf(n=1), {"a": (Shelf(),)}], "[Shelf(n=1), {'a': (Shelf(),)}]"),
    "slots": (Slotted({2}), "Slotted(x={2})"),
    "a set": ({"c", "a", "b"}, "{'a', 'b', 'c'}"),
    "empty ones": ([[], (), {}, set(), frozenset()], "[[], (), {}, set(), frozenset()]"),
    "a frozen set": (frozenset({1}), "frozenset({1})"),
    "a function": (ring, "<function ring>"),
    "its own words": (Told(), f"Told(<{__name__}.Shelf object>, <class '{__name__}.Shelf'>)"),
    "a ring": (
        ring(),
        "Shelf(name='one', other=Shelf(name='other', one=Shelf(name='one', other=Shelf(...))))",
    ),
}


@pytest.mark.parametrize(("value", "text"), SHOWN.values(), ids=SHOWN.keys())
def test_a_value_is_shown_by_what_it_holds(value: object, text: str) -> None:
    assert shown(value) == text


def test_nothing_is_asked_of_an_object_that_is_shown() -> None:
    wary = Wary()
    assert shown(wary) == "Wary(asked=0)"
    assert wary.asked == 0


@given(st.recursive(st.integers() | st.text(), lambda part: st.lists(part) | st.builds(Shelf, a=part, b=part)))
def test_what_is_shown_is_short_and_the_same_for_an_equal_value(value: object) -> None:
    text = shown(value)
    assert len(text) <= LONGEST
    assert " at 0x" not in text


@given(
    st.recursive(st.integers() | st.text(max_size=9), lambda part: st.lists(part) | st.dictionaries(st.text(), part))
)
def test_a_short_literal_is_shown_as_it_is_written(value: object) -> None:
    if len(repr(value)) <= LONGEST and not re.search(r"[\[{(]{4}", repr(value)):
        assert shown(value) == repr(value)


def test_a_huge_value_is_shown_by_its_beginning() -> None:
    assert shown([*range(10**6)]).startswith("[0, 1, 2")
    assert shown("x" * 10**6).startswith("'xxx")


def test_objects_are_told_apart_in_a_message_where_there_are_several() -> None:
    assert without_addresses("assert <a.B object at 0x7f01> == 3") == "assert <a.B object> == 3"
    said = "assert <a.B object at 0x7f01> == <a.B object at 0x7f02>\n where <a.B object at 0x7f01> = a()"
    assert without_addresses(said) == "assert <a.B object #1> == <a.B object #2>\n where <a.B object #1> = a()"
    assert without_addresses("what lies at 0x10 is gone") == "what lies at 0x10 is gone"


def test_behaviours_of_objects_with_slots_are_compared_by_what_they_hold() -> None:
    assert plain(Slotted(1)) == plain(Slotted(1)) != plain(Slotted(2))
    assert plain(iter(())) == plain(iter(()))
