"""What a model gets to read, told as situations at the cursor."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow import facts
from winnow.context import Problem, Seen, Trace, gather
from winnow.context.gather import chosen
from winnow.context.similar import jaccard
from winnow.context.sources import Piece
from winnow.facts import Context, Document, Excerpt, Frame, Moment, Snapshot
from winnow.text import Text

STOCK = """
class Stock:
    def reserve(self, amount):
        if amount > self.left:
            raise OutOfStock(self.name, amount)
        self.left -= amount
"""
TEST_STOCK = """
def test_reserve_takes_what_is_there():
    stock = Stock("tea", 3)
    stock.reserve(2)
    assert stock.left == 1


def test_names_are_kept():
    assert Stock("tea", 3).name == "tea"
"""


@dataclass(frozen=True)
class Head:
    name: str
    path: str
    signature: str
    container: str = ""


@dataclass(frozen=True)
class Book:
    heads: tuple[Head, ...] = ()

    def find(self, name: str, most: int) -> tuple[Head, ...]:
        found = tuple(head for head in self.heads if head.name == name)
        return found if len({head.path for head in found}) <= most else ()

    def block_opens_at(self, document: Document, offset: int) -> bool:
        return not document.text.slice(0, offset).strip()

    def scope_at(self, document: Document, offset: int) -> Head | None:
        above = [line for line in str(document.text)[:offset].split("\n") if line.lstrip().startswith("def ")]
        return Head(above[-1].split()[1].partition("(")[0], document.uri, above[-1]) if above else None


def document(path: str, text: str, version: int = 1) -> Document:
    return Document(uri=f"file://{path}", language="python", version=version, text=Text.of(text))


def cursor(text: str, *others: Document) -> Moment:
    before, _, after = text.partition("|")
    here = document("/p/stock.py", before + after)
    snapshot = Snapshot(revision=1, documents={each.uri: each for each in (here, *others)})
    return Moment(snapshot=snapshot, uri=here.uri, offset=len(before), at=0.0)


def whys(context: Context) -> list[str]:
    return [excerpt.why for excerpt in context.excerpts]


def test_the_text_is_split_at_the_cursor_and_the_scope_named() -> None:
    context = gather(cursor("def f(x):\n    return |x\n"), syntax=Book())
    assert (context.before, context.after, context.scope) == ("def f(x):\n    return ", "x\n", "f")


def test_the_signature_of_a_name_on_this_line_comes_from_its_file() -> None:
    book = Book((Head("OutOfStock", "/p/errors.py", "class OutOfStock(Exception):"),))
    (excerpt,) = gather(cursor("raise OutOfStock(|"), index=book).excerpts
    assert excerpt.uri == "file:///p/errors.py"
    assert excerpt.why == "defines OutOfStock, which stands on this line"


def test_a_method_is_shown_in_its_class_and_a_definition_in_an_open_document_is_found_by_its_uri() -> None:
    book = Book((Head("reserve", "file:///p/other.py", "def reserve(self, amount)", "Stock"),))
    (excerpt,) = gather(cursor("stock.reserve(|"), index=book).excerpts
    assert excerpt.text == "class Stock:\n    def reserve(self, amount)"
    assert excerpt.uri == "file:///p/other.py"


def test_a_nearer_name_comes_first_and_an_ambiguous_one_not_at_all() -> None:
    many = tuple(Head("run", f"/p/{number}.py", f"def run({number})") for number in range(9))
    book = Book((Head("far", "/p/a.py", "def far()"), Head("near", "/p/b.py", "def near()"), *many))
    context = gather(cursor("far()\n\nrun()\nnear(|"), index=book)
    assert [excerpt.text for excerpt in context.excerpts] == ["def near()", "def far()"]


def test_what_this_file_defines_is_not_told_again() -> None:
    book = Book((Head("reserve", "/p/stock.py", "def reserve(self, amount):"),))
    assert not gather(cursor("reserve(|"), index=book).excerpts


def test_a_failing_test_that_passes_through_the_function_is_told_first_with_what_it_says() -> None:
    failure = facts.TestResult(
        test="tests/test_stock.py::test_reserve_takes_what_is_there",
        outcome=facts.TestOutcome.FAILED,
        seconds=0.1,
        message="assert 3 == 1",
        path="tests/test_stock.py",
        frames=(Frame(path="/p/stock.py", line=3, name="reserve"),),
    )
    moment = cursor(STOCK + "|", document("/p/tests/test_stock.py", TEST_STOCK))
    first = gather(moment, syntax=Book(), failures=[failure]).excerpts[0]
    assert "stock.reserve(2)" in first.text
    assert first.text.endswith("# fails: assert 3 == 1")
    assert first.why == "test_reserve_takes_what_is_there fails here"


def test_a_test_that_speaks_of_the_function_specifies_it_even_in_a_closed_file() -> None:
    moment = cursor("def reserve(self, amount):\n    |")
    context = gather(moment, syntax=Book(), texts={"/p/tests/test_stock.py": TEST_STOCK})
    specifying = [excerpt for excerpt in context.excerpts if "says what reserve should do" in excerpt.why]
    assert [excerpt.text.split("(")[0] for excerpt in specifying] == ["def test_reserve_takes_what_is_there"]


def test_the_tests_of_the_file_itself_that_call_the_function_specify_it_first() -> None:
    called, spoken = "def test_{}():\n    reserve(1)\n", 'def test_{}():\n    assert "reserve" in names\n'
    texts = {
        "/p/tests/test_all.py": called.format("elsewhere"),
        "/p/tests/test_stock.py": spoken.format("named") + "\n\n" + called.format("called"),
    }
    context = gather(cursor("def reserve(amount):\n    |"), syntax=Book(), texts=texts)
    assert [why.partition(" ")[0] for why in whys(context)[:3]] == ["test_called", "test_named", "test_elsewhere"]


def test_a_failing_test_that_is_inherited_is_told_with_its_source() -> None:
    failure = facts.TestResult(
        test="test_shop.py::TestShop::test_reserve_takes_what_is_there",
        outcome=facts.TestOutcome.FAILED,
        seconds=0.1,
        message="assert reserve",
    )
    texts = {"/p/test_shop.py": "class TestShop(TestStock):\n    pass\n", "/p/test_stock.py": TEST_STOCK}
    context = gather(cursor("def reserve(amount):\n    |"), syntax=Book(), failures=[failure], texts=texts)
    assert context.excerpts[0].text.startswith("def test_reserve_takes_what_is_there")


def test_a_method_is_meant_behind_a_dot_alone_and_what_tests_define_by_tests_alone() -> None:
    book = Book((Head("value", "/p/other.py", "def value(self)", "Other"), Head("make", "/p/test_a.py", "def make()")))
    assert not gather(cursor("value = make(|"), index=book).excerpts
    assert whys(gather(cursor("x = other.value(|"), index=book)) == ["defines value, which stands on this line"]


def test_the_versions_of_what_is_imported_are_told_once() -> None:
    moment = cursor("import yaml\nfrom httpx import get\nimport os\n|")
    told = {"yaml": "PyYAML 6.0", "httpx": "httpx 0.27.0", "pandas": "pandas 2.2"}
    (excerpt,) = gather(moment, installed=told).excerpts
    assert excerpt.text == "installed: PyYAML 6.0, httpx 0.27.0"
    assert excerpt.why == "versions of what is imported"


def test_what_was_edited_elsewhere_is_shown_as_it_reads_now() -> None:
    before = document("/p/config.py", "".join(f"option_{n} = {n}\n" for n in range(50)))
    after = document("/p/config.py", str(before.text).replace("option_30 = 30", "limit = 99"), 2)
    (excerpt,) = gather(cursor("x = |", after), recent=(before, after)).excerpts
    assert excerpt.text == "option_28 = 28\noption_29 = 29\nlimit = 99\noption_31 = 31\noption_32 = 32"


def test_code_that_reads_alike_is_found_in_another_open_file() -> None:
    other = document("/p/shelf.py", "\n".join(f"unrelated_{n} = {n}" for n in range(80)) + STOCK)
    context = gather(cursor(STOCK.replace("Stock", "Shelf") + "    def release(self, amount):\n        |", other))
    (excerpt,) = context.excerpts
    assert "self.left -= amount" in excerpt.text
    assert excerpt.why.startswith("reads like the lines above")


def test_another_language_is_no_neighbour() -> None:
    other = document("/p/stock.js", STOCK)
    foreign = Document(uri=other.uri, language="javascript", version=1, text=other.text)
    assert not gather(cursor(STOCK + "|", foreign)).excerpts


def test_diagnostics_near_the_cursor_are_told_and_distant_ones_are_not() -> None:
    problems = (Problem(line=1, message="undefined name 'amout'"), Problem(line=400, message="far away"))
    context = gather(cursor("a = 1\nb = amout\nc = |"), diagnostics=problems)
    assert [excerpt.text for excerpt in context.excerpts] == ["b = amout\n^ undefined name 'amout'"]
    assert whys(context) == ["a problem at line 2"]


def test_what_others_complain_of_is_forgotten_with_the_line_it_is_about() -> None:
    before = document("/p/stock.py", "a = 1\nb = amout\nc = bmout\n")
    problems = [Problem(line=1, message="no amout"), Problem(line=2, message="no bmout"), Problem(line=9, message="?")]
    seen = Seen().overhear(before, range(3), problems)
    assert [each.message for each in seen.standing(before)] == ["no amout", "no bmout"]
    after = document("/p/stock.py", "a = 1\nb = amount\nc = bmout\n", 2)
    assert [each.message for each in seen.standing(after)] == ["no bmout"]
    assert seen.overhear(after, range(2, 3), []).standing(before) == (problems[0],)


LOOP = "def total(xs):\n    acc = 0\n    for x in xs:\n        acc += x\n    return acc\n"
RUN: list[tuple[int, dict[str, str]]] = [
    (1, {"xs": "[2, 3]"}),
    (2, {"acc": "0"}),
    (3, {"x": "2"}),
    (2, {"acc": "2"}),
    (3, {"x": "3"}),
    (2, {"acc": "5"}),
    (4, {}),
    (4, {"returned": "5"}),
]


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("|    acc = 0", "xs = [2, 3]"),
        ("|        acc +=", "xs = [2, 3]\nacc = 2\nx = 3"),
        ("|    return", "xs = [2, 3]\nacc = 5\nx = 3"),
    ],
)
def test_the_values_at_the_cursor_are_those_of_the_last_run_there(at: str, told: str) -> None:
    trace = Trace(text=Text.of(LOOP), test="t.py::test_total", steps=RUN)
    moment = cursor(LOOP.replace(at.replace("|", ""), at))
    (excerpt,) = gather(moment, syntax=Book(), traces={(moment.uri, "total"): trace}).excerpts
    assert excerpt.text == told
    assert excerpt.why == "values at this line when test_total last ran"


def test_values_move_along_with_the_lines_that_are_typed_above_them() -> None:
    trace = Trace(text=Text.of(LOOP), test="t.py::test_total", steps=RUN)
    typed = LOOP.replace("    acc = 0\n", "    acc = 0\n    count = len(xs)\n    |\n")
    moment = cursor(typed)
    (excerpt,) = gather(moment, syntax=Book(), traces={(moment.uri, "total"): trace}).excerpts
    assert excerpt.text == "xs = [2, 3]\nacc = 0"


def test_a_constructor_is_specified_by_the_tests_of_its_class() -> None:
    @dataclass(frozen=True)
    class Inside(Book):
        def scope_at(self, document: Document, offset: int) -> Head:
            return Head("Stock.__init__", document.uri, f"def __init__(self):  # {offset}")

    moment = cursor("class Stock:\n    def __init__(self, name, left):\n        |")
    context = gather(moment, syntax=Inside(), texts={"/p/tests/test_stock.py": TEST_STOCK})
    assert whys(context)[0] == "test_reserve_takes_what_is_there says what Stock should do"


def test_everything_at_once_ranks_tests_over_definitions_over_likeness() -> None:
    book = Book((Head("OutOfStock", "/p/errors.py", "class OutOfStock(Exception):"),))
    shelf = document("/p/shelf.py", STOCK)
    moment = cursor(STOCK + "        raise OutOfStock(|", shelf)
    failure = facts.TestResult(
        test="t.py::test_x", outcome=facts.TestOutcome.FAILED, seconds=0, message="in reserve: no"
    )
    told = whys(gather(moment, syntax=book, index=book, failures=[failure]))
    assert told[0] == "test_x fails here"
    assert told[1].startswith("defines OutOfStock")
    assert told[-1].startswith("reads like")


pieces = st.builds(
    Piece,
    excerpt=st.builds(Excerpt, uri=st.just("file:///a"), text=st.text(max_size=50), why=st.just("because")),
    worth=st.floats(0, 1),
)


@given(st.lists(pieces), st.integers(0, 120))
def test_excerpts_never_exceed_the_budget_nor_repeat(offered: list[Piece], budget: int) -> None:
    taken = chosen(offered, budget)
    assert sum(len(excerpt.text) for excerpt in taken) <= budget
    assert len({excerpt.text for excerpt in taken}) == len(taken)


words = st.frozensets(st.sampled_from("abcdefg"))


@given(words, words)
def test_likeness_is_symmetric_and_a_share(left: frozenset[str], right: frozenset[str]) -> None:
    assert jaccard(left, right) == jaccard(right, left)
    assert 0 <= jaccard(left, right) <= 1


@given(st.text(max_size=200), st.data())
def test_any_cursor_in_any_text_gets_a_context(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    here = document("/p/a.py", text)
    neighbour = document("/p/b.py", text)
    snapshot = Snapshot(revision=1, documents={here.uri: here, neighbour.uri: neighbour})
    context = gather(Moment(snapshot=snapshot, uri=here.uri, offset=offset, at=0.0), recent=(here, neighbour))
    assert context.before + context.after == text


SHELF = document("/p/shelf.py", STOCK)
EDITED = document("/p/shelf.py", STOCK.replace("amount", "many"), 2)


@pytest.mark.parametrize(
    ("source", "other", "recent"),
    [
        (STOCK + "    def release(self, amount):\n        |", SHELF, ()),
        ("x = |", EDITED, (SHELF, EDITED)),
        ("def reserve(amount):\n    |", document("/p/tests/test_stock.py", TEST_STOCK), ()),
    ],
    ids=["similar", "edited", "tests"],
)
def test_a_document_that_is_withheld_is_in_no_excerpt(
    source: str, other: Document, recent: tuple[Document, ...]
) -> None:
    moment = cursor(source, other)
    assert gather(moment, syntax=Book(), recent=recent).excerpts
    assert not gather(moment, syntax=Book(), recent=recent, withheld=frozenset({other.uri})).excerpts
    own = gather(moment, syntax=Book(), recent=recent, withheld=frozenset({moment.uri}))
    assert own.withheld
    assert not own.excerpts
