"""An immutable text says the same as the string it was made of, whatever is done to it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from winnow.text import Text, split_lines

PIECES = st.lists(
    st.sampled_from(["a", "b", " ", "é", "🦉", "\ud800", "\n", "\r", "\r\n", "\f", "\u2028", "\x85"]), max_size=30
)
STRINGS = PIECES.map("".join)


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, int, int, str]:
    text = draw(STRINGS)
    start = draw(st.integers(0, len(text)))
    return text, start, draw(st.integers(start, len(text))), draw(STRINGS)


@given(STRINGS)
def test_a_text_keeps_every_character(text: str) -> None:
    made = Text.of(text)
    assert str(made) == text
    assert len(made) == len(text)
    assert list(made.lines()) == split_lines(text)


@given(STRINGS)
def test_lines_end_only_where_the_protocol_says_so(text: str) -> None:
    ends = text.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    assert Text.of(text).line_count == ends + 1


@given(STRINGS)
def test_an_offset_and_its_position_name_the_same_place(text: str) -> None:
    made = Text.of(text)
    for offset in range(len(text) + 1):
        line, column = made.position(offset)
        assert sum(len(each) for each in made.lines(0, line)) + column == offset


@given(changes())
@example(("a\rb", 2, 2, "\n"))
@example(("a\r\nb", 2, 2, "c"))
@example(("a\r\nb", 1, 2, ""))
def test_a_replacement_is_that_of_the_string(change: tuple[str, int, int, str]) -> None:
    text, start, end, inserted = change
    made = Text.of(text).replace(start, end, inserted)
    wanted = text[:start] + inserted + text[end:]
    assert str(made) == wanted
    assert list(made.lines()) == split_lines(wanted)
    assert len(made) == len(wanted)


@given(changes())
def test_a_slice_is_that_of_the_string(change: tuple[str, int, int, str]) -> None:
    text, start, end, _ = change
    assert Text.of(text).slice(start, end) == text[start:end]


@given(changes(), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), STRINGS), max_size=5))
def test_the_difference_of_two_versions_makes_one_into_the_other(
    change: tuple[str, int, int, str], more: list[tuple[int, int, str]]
) -> None:
    text, start, end, inserted = change
    before = Text.of(text)
    after = before.replace(start, end, inserted)
    for first, last, typed in more:
        after = after.replace(first, max(first, last), typed)
    first, last, typed = before.difference(after)
    assert str(before)[:first] + typed + str(before)[last:] == str(after)


@given(st.integers(0, 2_999), st.integers(0, 50), st.sampled_from(["x", "\n", "", "é\r\n" * 600]))
def test_the_difference_of_long_texts_is_found_between_shared_blocks(line: int, length: int, typed: str) -> None:
    before = Text.of("".join(f"line {number}\n" for number in range(3_000)))
    start = before.offset(line, 2)
    after = before.replace(start, start + length, typed)
    first, last, found = before.difference(after)
    assert str(before.replace(first, last, found)) == str(after)
    assert len(found) <= len(typed)


@given(STRINGS, STRINGS)
def test_texts_are_equal_when_their_strings_are(one: str, other: str) -> None:
    assert (Text.of(one) == Text.of(other)) == (one == other)
    edited = Text.of(other).replace(0, len(other), one)
    assert edited == Text.of(one)
    if "\ud800" not in one:
        assert hash(edited) == hash(Text.of(one))


def test_a_position_outside_is_held_within_the_text() -> None:
    text = Text.of("one\r\ntwo")
    assert text.offset(0, 99) == 3
    assert text.offset(99, 0) == len(text)
    assert text.position(99) == (1, 3)
    assert text.position(-1) == (0, 0)
    assert str(text.splice((9, 9), (9, 9), "!")) == "one\r\ntwo!"


def test_a_line_that_is_not_there_is_an_error() -> None:
    with pytest.raises(IndexError):
        Text.of("one").line(1)
