"""Positions go out as they came in, and edits make the text that the client has."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from winnow.editor import positions
from winnow.text import Text, split_lines

UNITS = st.sampled_from(["utf-8", "utf-16", "utf-32"])
TEXTS = st.text(st.sampled_from("ab é\u2028\x0c🦉\r\n"), max_size=60)


def encoded(text: str, units: str) -> int:
    size = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[units]
    return len(text.encode({"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[units])) // size


@given(TEXTS, UNITS, st.data())
def test_a_position_counts_the_units_before_it(text: str, units: str, data: st.DataObject) -> None:
    lines = split_lines(text)
    line = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.integers(0, len(lines[line].rstrip("\r\n"))))
    whole = Text.of(text)
    offset = whole.offset(line, column)
    position = positions.position(whole, offset, units)
    assert position == {"line": line, "character": encoded(lines[line][:column], units)}
    assert positions.offset(whole, position, units) == offset


@given(TEXTS, UNITS, st.data())
def test_incremental_edits_make_the_text_that_the_client_has(text: str, units: str, data: st.DataObject) -> None:
    whole, plain = Text.of(text), text
    for _ in range(data.draw(st.integers(1, 4))):
        lines = split_lines(plain)
        places = []
        for _ in range(2):
            line = data.draw(st.integers(0, len(lines) - 1))
            column = data.draw(st.integers(0, len(lines[line].rstrip("\r\n"))))
            places.append((line, column))
        (first, column), (last, end_column) = sorted(places)
        inserted = data.draw(st.text(st.sampled_from("x🦉\n\r"), max_size=4))
        span = {
            "start": {"line": first, "character": encoded(lines[first][:column], units)},
            "end": {"line": last, "character": encoded(lines[last][:end_column], units)},
        }
        start, end = sum(map(len, lines[:first])) + column, sum(map(len, lines[:last])) + end_column
        plain = plain[:start] + inserted + plain[end:]
        whole = positions.changed(whole, [{"range": span, "text": inserted}], units)
        assert str(whole) == plain
        assert list(whole.lines()) == split_lines(plain)


def test_a_change_without_a_range_is_the_whole_text() -> None:
    assert str(positions.changed(Text.of("old"), [{"text": "new\n"}], "utf-16")) == "new\n"
