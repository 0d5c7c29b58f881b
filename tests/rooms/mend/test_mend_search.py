from __future__ import annotations

import ast
from itertools import islice
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow import facts
from winnow.facts import Frame
from winnow.mend import Proposal, locate, propose
from winnow.mend.edits import Kind, kinds
from winnow.mend.unit import Source, Unit


def failing(test: str = "test_it.py::test_it", message: str = "", *frames: Frame) -> facts.TestResult:
    return facts.TestResult(test=test, outcome=facts.TestOutcome.FAILED, seconds=0.0, message=message, frames=frames)


def proposals(code: str, message: str = "", most: int | None = None) -> list[Proposal]:
    sources = {"it.py": dedent(code), "test_it.py": "from it import it\n\ndef test_it():\n    assert it(1) == 2\n"}
    failure = failing(message=message)
    return list(islice(propose(sources, locate([failure], sources), [failure]), most))


REPAIRS = {
    "a comparison": ("return n < 3", "return n <= 3"),
    "an operator": ("return n + n", "return n - n"),
    "the order of operands": ("return n - m", "return m - n"),
    "a needless operand": ("return 1 + it(n)", "return it(n)"),
    "an index": ("return n[m]", "return n[m - 1]"),
    "the end of a range": ("return list(range(n))", "return list(range(n + 1))"),
    "a name": ("return n.find(n)", "return n.find(m)"),
    "a function of a family": ("return min(n, m)", "return max(n, m)"),
    "swapped arguments": ("return it(n, m)", "return it(m, n)"),
    "a constant": ("return n * 1", "return n * 2"),
    "a boolean": ("return True", "return False"),
    "a missing return": ("it(n, m)", "return it(n, m)"),
    "a missing recursion step": ("return it(n)", "return it(n - m)"),
    "a slice": ("return sum(n)", "return sum(n[1:])"),
    "another slice": ("return sum(n)", "return sum(n[m:])"),
    "a wrapping call": ("return n", "return sorted(n)"),
    "a needless call": ("return len(n)", "return n"),
    "a conjunct": ("return n if m else 0", "return n if not n or m else 0"),
    "a loop condition": ("while True:\n        n.pop()", "while n:\n        n.pop()"),
    "yield from": ("yield it(n)", "yield from it(n)"),
    "a guard": ("return n / m", "if not m:\n        return 0\n    return n / m"),
    "an update in place": ("n = m", "n += m"),
    "an assignment": ("n.update(m)", "n = m"),
    "the best so far": ("n = m + 1\n    return n", "n = max(n, m + 1)\n    return n"),
    "a statement out of its block": ("if m:\n        n += 1\n        n += 2", "if m:\n        n += 1\n    n += 2"),
    "a case that goes on": (
        "for x in n:\n        if x:\n            m = x\n        m += 1\n    return m",
        "for x in n:\n        if x:\n            m = x\n            continue\n        m += 1\n    return m",
    ),
    "what is looked for": ("return n in m", "return m in n"),
    "missing brackets": ("return n[m - 1 // 2]", "return n[(m - 1) // 2]"),
    "brackets around the second": ("return n % m - 1", "return n % (m - 1)"),
    "brackets around alternatives": ("return n or m and it", "return (n or m) and it"),
    "brackets beside those of an operand": ("return n - (m + 1) // 2", "return (n - (m + 1)) // 2"),
    "brackets beside those of the second": ("return (n + m) * 2 - m", "return (n + m) * (2 - m)"),
    "brackets around the last of alternatives": ("return n and m or it", "return n and (m or it)"),
    "brackets before a bracketed alternative": ("return n or m and (it or n)", "return (n or m) and (it or n)"),
    "a space at the other end": ("return n == ' x'", "return n == 'x '"),
    "another bracket": ("return n == '('", "return n == '['"),
    "another constant of the function": ("return n % 24 + m % 26", "return n % 26 + m % 26"),
    "two sides compared as sets": ("return n == m", "return set(n) == set(m)"),
    "a pair that is not meant": (
        "for x in n:\n        for y in m:\n            it.add(x)",
        "for x in n:\n        for y in m:\n            if x == y:\n                it.add(x)",
    ),
    "a step that was forgotten": (
        "while n not in m:\n        n += 1",
        "while n not in m:\n        n += 1\n        m.add(n)",
    ),
}


@pytest.mark.parametrize(("buggy", "right"), REPAIRS.values(), ids=REPAIRS.keys())
def test_a_classic_slip_is_among_the_proposals(buggy: str, right: str) -> None:
    head = "def it(n, m):\n    "
    wanted = ast.dump(ast.parse(head + right))
    made = (p.applied(f"{head}{buggy}\n", "it.py") for p in proposals(f"{head}{buggy}\n"))
    assert any(ast.dump(ast.parse(text)) == wanted for text in made)


def test_a_slip_in_a_word_is_mended_as_the_docstring_writes_it() -> None:
    code = 'def it(n):\n    """Whether it is Mars or Jupiter."""\n    return n in ("Mars", "Jupyter")\n'
    first = proposals(code)[0]
    assert first.applied(code, "it.py") == code.replace("Jupyter", "Jupiter")


def test_a_table_of_constants_is_data_and_soon_passed_over() -> None:
    rows = "".join(f"        'k{number}': 'v{number}',\n" for number in range(200))
    code = f"def it(n):\n    return {{\n{rows}    }}[n]\n"
    assert len(proposals(code)) < 2000


def test_a_sum_of_hundreds_of_terms_ends_no_search() -> None:
    code = "def it(n):\n    return " + " - ".join(["n"] * 400) + "\n"
    assert next(iter(proposals(code, most=1))).edits


def test_missing_brackets_leave_a_comment_between_the_operands() -> None:
    code = "def it(n, m):\n    return (n -  # why\n            m // 2)\n"
    assert code.replace("(n -", "((n -").replace("m //", "m) //") in {p.applied(code, "it.py") for p in proposals(code)}


def test_a_guard_is_indented_as_the_file_is() -> None:
    found = proposals("def it(n):\n\tfor x in n:\n\t\tn += x\n\treturn n\n")
    assert "\tif not n:\n\t\treturn n\n" in {proposal.edits[0].text for proposal in found}


def test_an_edit_leaves_comments_and_everything_else_as_it_was() -> None:
    code = "# größer\r\ndef it(n):\r\n    ä = 'é'  # ß\r\n    return (ä,  n  <  3)  # why\r\n\r\nx = [1,2]\r\n"
    found = {p.applied(code, "it.py") for p in proposals(code)}
    assert code.replace("n  <  3", "n  <=  3") in found


def test_the_likeliest_come_first_and_no_program_comes_twice() -> None:
    code = "def it(n, m):\n    if n < m:\n        return n\n    return m - 1\n"
    found = proposals(code)
    singles = [p.weight for p in found if len(p.edits) == 1]
    assert singles == sorted(singles, reverse=True)
    programs = [ast.dump(ast.parse(p.applied(code, "it.py"))) for p in found]
    assert len(programs) == len(set(programs))
    assert ast.dump(ast.parse(code)) not in programs


def test_where_a_loop_has_no_end_what_moves_its_condition_comes_first() -> None:
    code = "def it(n, m):\n    m = m * 2\n    while n < m:\n        m += n\n        n = n\n    return m - n\n"
    deciding = {2, 3, 4}
    lines = [code.count("\n", 0, p.edits[0].start) for p in proposals(code, "Timeout: it ran for 10 s")[:12]]
    assert sum(line in deciding for line in lines) > sum(
        code.count("\n", 0, p.edits[0].start) in deciding for p in proposals(code)[:12]
    )


def test_what_nobody_writes_is_not_tried() -> None:
    code = "def it(n, m):\n    while abs(n - m) > 2:\n        n = n / 2 + 1\n    return 1 + it(n, m)\n"
    endless = [p.applied(code, "it.py") for p in proposals(code, "Timeout: it ran for 10 s") if len(p.edits) == 1]
    assert not [each for each in endless if " or " in each.split("\n")[1]]
    assert [each for each in endless if "and n:" in each]
    edited = [p.applied(code, "it.py") for p in proposals(code) if len(p.edits) == 1]
    assert [each for each in edited if " or " in each.split("\n")[1]]
    senseless = (", n) >", "+ 0\n", " 0 + it", "1 + it(n, m) -", "/ 1 ")
    assert [each for each in edited if any(part in each for part in senseless)] == []
    unlikely = [place for place, each in enumerate(edited) if any(part in each for part in ("None and", "n[1:]"))]
    assert min(unlikely) > len(edited) / 5
    assert [each for each in edited if "return it(n, m)" in each]


def test_what_was_just_changed_is_tried_first() -> None:
    code = "def it(n, m):\n    if n < m:\n        return n\n    while n > m:\n        n = n - 1\n    return m + 2\n"
    sources = {"it.py": code, "test_it.py": "from it import it\n\ndef test_it():\n    assert it(1) == 2\n"}
    found = list(propose(sources, locate([failing()], sources), [failing()], fresh={"it.py": range(4, 5)}))
    assert [code.count("\n", 0, each.edits[0].start) for each in found[:3]] == [4, 4, 4]


def test_an_unlikely_edit_is_not_made_likely_by_being_the_only_one_of_its_kind() -> None:
    code = "def it(n):\n    return n > 3\n"
    programs = [p.applied(code, "it.py") for p in proposals(code)]
    assert programs.index(code.replace("n > 3", "n >= 3")) < programs.index(code.replace("n > 3", "(n + 1) > 3"))


def test_an_index_error_brings_the_off_by_one_forward() -> None:
    code = "def it(n, m):\n    x = n[m] * m\n    return x + n.find(m) - 3\n"
    before = [p.kind for p in proposals(code)[:30]].count("off_by_one")
    after = [p.kind for p in proposals(code, "IndexError: list index out of range")[:30]].count("off_by_one")
    assert after > before


def test_two_slips_in_one_function_are_repaired_together() -> None:
    code = "def it(n):\n    if n > 3:\n        return 1\n    return 2\n"
    wanted = code.replace("> 3", ">= 3").replace("return 2", "return 3")
    assert wanted in {p.applied(code, "it.py") for p in proposals(code)}


def test_a_function_of_hundreds_of_branches_is_searched_like_any() -> None:
    branches = "".join(f"    elif n == {number}:\n        x = {number}\n" for number in range(1, 400))
    code = f"def it(n):\n    if n == 0:\n        x = 1\n{branches}    return x + 1\n"
    assert code.replace("x + 1", "x - 1") in {p.applied(code, "it.py") for p in proposals(code, most=30)}


def test_a_title_says_what_and_where() -> None:
    code = """
        class Stock:
            def reserve(self, n):
                return self.left > n
        def it(n):
            return Stock().reserve(n)
        """
    titles = {p.title for p in proposals(code)}
    assert "compare with >= in `Stock.reserve`" in titles


def test_the_coverage_of_tests_tells_the_guilty_function() -> None:
    sources = {"a.py": "def good():\n    return 1\n\ndef bad():\n    return 2\n", "test_a.py": ""}
    results = [failing("t1"), facts.TestResult(test="t2", outcome=facts.TestOutcome.PASSED, seconds=0.0)]
    reached = {"t1": {("a.py", "good"), ("a.py", "bad")}, "t2": {("a.py", "good")}}
    suspects = locate(results, sources, reached)
    assert [s.unit for s in suspects] == ["bad", "good"]
    assert (suspects[0].start_line, suspects[0].end_line) == (3, 4)


def test_of_what_every_test_runs_the_function_that_decides_most_is_suspected_first() -> None:
    code = """
        class Stock:
            def __init__(self, counts):
                self.counts = counts

            def reserve(self, n):
                return n if n > 1 and self.counts[n] else 0
        """
    sources = {"a.py": dedent(code), "test_a.py": ""}
    places = {("a.py", "Stock.__init__"), ("a.py", "Stock.reserve")}
    results = [failing("t1"), facts.TestResult(test="t2", outcome=facts.TestOutcome.PASSED, seconds=0.0)]
    assert [s.unit for s in locate(results, sources, {"t1": places, "t2": places})] == [
        "Stock.reserve",
        "Stock.__init__",
    ]


def test_other_failures_tell_about_what_the_first_one_ran() -> None:
    sources = {"a.py": "def one():\n    return 1\n\ndef two():\n    return 2\n\ndef three():\n    return 3\n"}
    reached = {"t1": {("a.py", "one"), ("a.py", "two")}, "t2": {("a.py", "two"), ("a.py", "three")}}
    suspects = locate([failing("t1"), failing("t2")], sources, reached)
    assert [s.unit for s in suspects] == ["two", "one"]


def test_an_expression_that_goes_over_lines_within_brackets_is_edited_too() -> None:
    code = "def it(n, m):\n    log(\n        'no '\n        '{}'.format(n.x)\n    )\n    return n.y\n"
    programs = [p.applied(code, "it.py") for p in proposals(code)]
    assert any("return ('no '\n        '{}'.format(n.x)).y" in program for program in programs)


def test_without_coverage_the_traceback_tells_innermost_first() -> None:
    sources = {"a.py": "def outer():\n    return inner()\n\ndef inner():\n    return [][0]\n", "test_a.py": ""}
    frames = (Frame(path="test_a.py", line=3, name="t"), Frame(path="a.py", line=1, name="outer"))
    failure = failing("t", "IndexError", *frames, Frame(path="a.py", line=4, name="inner"))
    assert [s.unit for s in locate([failure], sources)] == ["inner", "outer"]


def test_tests_are_never_suspected_and_broken_files_are_left_out() -> None:
    sources = {"test_a.py": "def it():\n    it()\n", "conftest.py": "def it(): 1\n", "b.py": "def it(:\n"}
    frames = (Frame(path="test_a.py", line=1, name="it"), Frame(path="b.py", line=0, name="it"))
    assert locate([failing("test_a.py::it", "", *frames)], sources) == ()


SOURCES = st.sampled_from(
    [
        "def f(a, b):\n    total = 0\n    for i in range(len(a)):\n        total += a[i] * b\n    return total\n",
        "class C:\n\tdef f(self, ü):\n\t\tif ü is None or not self.x: return 'ä', ü\n\t\treturn self.y[ü:2]\n",
        "def f(x):\n    '''doc'''\n    while True:\n        x = x - 1; yield x\n        if x in (1, 2): return\n",
        "async def f(*a, k=1, **b):\n    with a[0] as g:\n        return [l.strip() for l in g if l and k != -1]\n",
        "def f(s):\n    return f'{s!r:>{len(s)}} {s + s}' + s[::-1]",
        "def f(a):\n    def g(x): return x\n    try:\n        g(a)\n    except K as e:\n        raise E from e\n",
    ]
)


@given(SOURCES, st.sampled_from(kinds()))
@settings(max_examples=60, deadline=None)
def test_every_kind_makes_edits_within_the_function_only(code: str, kind: Kind) -> None:
    source = Source("k", code)
    (name, (function, owner)), *_ = source.functions.items()
    unit = Unit(source=source, function=function, name=name, owner=owner)
    for proposal in islice(kind.propose(unit), 400):
        (edit,) = proposal.edits
        assert source.offset(function.lineno, function.col_offset) <= edit.start <= edit.end <= len(code)
        assert proposal.weight > 0
        assert proposal.title
        assert proposal.explanation


def test_a_part_of_a_condition_keeps_its_brackets() -> None:
    text = "def it(a, b, c, d):\n    return (a or b) and c and d\n"
    found = {each.applied(text, "it.py") for each in proposals(text)}
    assert {text.replace(" and c", ""), text.replace("and", "or")} <= found
