"""A suggestion that is typed through, or that a change elsewhere moves, always ends in the same text."""

from __future__ import annotations

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from winnow.facts import Candidate, Document, Edit, Origin, Snapshot
from winnow.text import Text
from winnow.workspace import Workspace, apply, refit
from winnow.workspace.edits import typed_at

URI = "file:///a.py"
TEXTS = st.text(alphabet='ab(")\n🦉', max_size=12)


def snapshot(text: str, version: int = 1, uri: str = URI) -> Snapshot:
    document = Document(uri=uri, language="python", version=version, text=Text.of(text))
    return Snapshot(revision=version, documents={uri: document})


def typed(then: Snapshot, start: int, end: int, text: str) -> Snapshot:
    document = then.documents[URI]
    changed = Document(
        uri=URI, language="python", version=document.version + 1, text=document.text.replace(start, end, text)
    )
    return Snapshot(revision=then.revision + 1, documents={**then.documents, URI: changed})


def candidate(*edits: Edit) -> Candidate:
    versions = {edit.uri: 1 for edit in edits}
    return Candidate(id="1", edits=edits, versions=versions, origin=Origin(provider="test", model="none"))


def edit(start: int, end: int, text: str, uri: str = URI) -> Edit:
    return Edit(uri=uri, start=start, end=end, text=text)


@settings(deadline=None)
@given(TEXTS, st.integers(0, 12), st.integers(0, 3), TEXTS, st.integers(0, 12))
@example("aa", 1, 0, "aa", 1)
@example("a", 1, 0, "\na", 2)
def test_typing_the_start_of_a_completion_leaves_the_rest_of_it(
    text: str, start: int, replaced: int, inserted: str, count: int
) -> None:
    start = min(start, len(text))
    made = candidate(edit(start, min(start + replaced, len(text)), inserted))
    then = snapshot(text)
    now = typed(then, start, start, inserted[:count])
    left = refit(made, then, now)
    assert left is not None
    assert left.text == inserted[count:]
    assert apply(left.edits, now) == apply(made.edits, then)
    assert left.versions == {URI: 2}


@settings(deadline=None)
@given(TEXTS, st.integers(0, 12), TEXTS)
@example("aa", 1, "a")
def test_what_was_typed_at_a_place_is_known_however_often_it_stands_there(text: str, at: int, inserted: str) -> None:
    before = Text.of(text)
    at = min(at, len(text))
    assert typed_at(at, before, before.replace(at, at, inserted)) == inserted


def test_nothing_typed_far_from_the_end_of_a_large_text_is_nothing() -> None:
    text = Text.of("value = 1\n" * 10_000)
    assert typed_at(5, text, text) == ""
    assert typed_at(5, text, text.replace(50_000, 50_001, "")) is None


@settings(deadline=None)
@given(TEXTS, st.tuples(st.integers(0, 12), TEXTS), st.tuples(st.integers(0, 12), st.integers(0, 12), TEXTS))
@example("aa", (1, "a"), (0, 0, "a"))
def test_what_still_fits_after_any_change_results_in_the_same_text_or_in_both_changes(
    text: str, insertion: tuple[int, str], change: tuple[int, int, str]
) -> None:
    start, inserted = min(insertion[0], len(text)), insertion[1]
    made, then = candidate(edit(start, start, inserted)), snapshot(text)
    now = typed(then, change[0], max(change[:2]), change[2])
    left = refit(made, then, now)
    assume(left is not None)
    assert left is not None
    first, last, changed = then.documents[URI].text.difference(now.documents[URI].text)
    both = sorted([(first, last, changed), (start, start, inserted)], reverse=True)
    ended = text
    for at, until, new in both:
        ended = ended[:at] + new + ended[until:]
    assert apply(left.edits, now)[URI] in {apply(made.edits, then)[URI], ended}


places = st.lists(st.integers(0, 12), min_size=2, max_size=6, unique=True).map(sorted)


@settings(deadline=None)
@given(TEXTS, places, st.lists(TEXTS, min_size=3, max_size=3), st.tuples(st.integers(0, 12), st.integers(0, 12), TEXTS))
@example("aaaa", [0, 1, 3, 4], ["b", "", ""], (2, 2, "a"))
def test_a_fix_of_several_edits_that_still_fits_results_in_both_changes(
    text: str, bounds: list[int], new: list[str], change: tuple[int, int, str]
) -> None:
    marks = [min(each, len(text)) for each in bounds]
    pairs = zip(marks[::2], marks[1::2], strict=False)
    edits = [edit(start, end, written) for (start, end), written in zip(pairs, new, strict=False) if start < end]
    assume(edits)
    made, then = candidate(*edits), snapshot(text)
    now = typed(then, change[0], max(change[:2]), change[2])
    left = refit(made, then, now)
    assume(left is not None)
    assert left is not None
    first, last, changed = then.documents[URI].text.difference(now.documents[URI].text)
    ended = text
    for at, until, written in sorted(
        [(first, last, changed), *((e.start, e.end, e.text) for e in edits)], reverse=True
    ):
        ended = ended[:at] + written + ended[until:]
    assert apply(left.edits, now)[URI] in {ended, *apply(made.edits, then).values()}


def test_a_bracket_that_the_editor_closed_stays_where_it_is() -> None:
    then = snapshot("print\n")
    made = candidate(edit(5, 5, "(total)"))
    now = typed(then, 5, 5, "()")
    left = refit(made, then, now)
    assert left is not None
    assert left.edits == (edit(6, 6, "total"),)
    assert apply(left.edits, now) == apply(made.edits, then)


def test_typing_something_else_ends_a_completion() -> None:
    then = snapshot("x = ")
    assert refit(candidate(edit(4, 4, "total")), then, typed(then, 4, 4, "n")) is None
    assert refit(candidate(edit(4, 4, "total")), then, typed(then, 2, 4, "")) is None


def test_typing_something_else_that_repeats_what_follows_ends_a_completion() -> None:
    then = snapshot("a\n")
    assert refit(candidate(edit(0, 0, "ab")), then, typed(then, 0, 0, "aa")) is None
    assert refit(candidate(edit(0, 0, "ab")), then, typed(then, 1, 1, "aa")) is None


def test_typing_all_of_it_leaves_nothing_to_insert() -> None:
    then = snapshot("x = ")
    left = refit(candidate(edit(4, 4, "1")), then, typed(then, 4, 4, "1"))
    assert left is not None
    assert left.text == ""


def test_a_fix_moves_with_what_is_typed_above_it() -> None:
    then = snapshot("one\ntwo\nthree\n")
    made = candidate(edit(0, 3, "1"), edit(8, 13, "3"))
    left = refit(made, then, typed(then, 5, 6, "WWW"))
    assert left is not None
    assert left.edits == (edit(0, 3, "1"), edit(10, 15, "3"))
    assert refit(made, then, typed(then, 9, 10, "")) is None


def test_a_fix_of_another_file_ends_when_that_file_changes_there() -> None:
    other = "file:///b.py"
    then = Snapshot(revision=1, documents={**snapshot("a").documents, **snapshot("b", uri=other).documents})
    made = candidate(edit(0, 1, "A"), edit(0, 1, "B", other))
    now = typed(then, 0, 1, "c")
    assert refit(made, then, then) == made
    assert refit(made, then, now) is None
    closed = Snapshot(revision=2, documents=snapshot("a").documents)
    assert refit(made, then, closed) is None


def test_insertions_at_one_place_keep_their_order() -> None:
    assert apply([edit(1, 1, "x"), edit(1, 1, "y")], snapshot("ab")) == {URI: "axyb"}


def test_a_snapshot_that_somebody_holds_never_changes() -> None:
    workspace = Workspace()
    first = workspace.put(snapshot("one").documents[URI])
    second = workspace.put(snapshot("two", version=2).documents[URI])
    assert str(first.documents[URI].text) == "one"
    assert second is workspace.snapshot
    assert second.revision > first.revision
    assert not workspace.forget(URI).documents
    assert not workspace.forget(URI).documents
