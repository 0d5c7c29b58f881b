"""The engine by itself: tokens, sequences, names without identity, whole lines."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.llm.ngram import weights
from winnow.llm.ngram.abstraction import meant, symbols
from winnow.llm.ngram.confidence import FEATURES, calibrator
from winnow.llm.ngram.decoding import balance
from winnow.llm.ngram.engine import Engine, finish, indent_unit
from winnow.llm.ngram.forest import LEAF, Forest
from winnow.llm.ngram.lexing import DEEPER, SAME, SHALLOWER, START, lex, lex_line, open_line, rendered
from winnow.llm.ngram.mixture import SOURCES, believe, mix
from winnow.llm.ngram.scope import scope_of
from winnow.llm.ngram.sequences import ORDER, Scan, SuffixArray
from winnow.llm.ngram.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

SPELLED = ["foo", "return", " = ", "(", ")", ", ", "x1", ".", "3.5", '"', " == "]
code_lines = st.lists(st.sampled_from(SPELLED), max_size=12)
numbers = st.lists(st.integers(1, 4), min_size=1, max_size=60)


def written(tokens: Sequence[str]) -> str:
    text = ""
    for before, token in zip([START, *tokens], tokens, strict=False):
        text += rendered(before, token)
    return text


@given(code_lines)
def test_a_line_is_its_tokens_written_one_after_the_other(tokens: list[str]) -> None:
    line = written(tokens).strip()
    assert written(lex_line(line)).rstrip() == line


@given(st.text(max_size=80))
def test_any_text_has_tokens_between_a_start_and_an_end(text: str) -> None:
    tokens = lex(text)
    assert (tokens[0], tokens[-1]) == (START, SAME)


def test_line_ends_tell_how_the_next_line_is_indented_and_blank_lines_do_not_count() -> None:
    ends = [token for token in lex("def f():\n\n    a\n    b\nc\n") if token in {SAME, DEEPER, SHALLOWER}]
    assert ends == [DEEPER, SAME, SHALLOWER, SAME]


def test_a_token_that_touches_the_cursor_may_still_grow() -> None:
    assert open_line("    return self.wid") == (["return", "self", "."], "wid")
    assert open_line("    x =") == (["x"], " =")
    assert open_line("    return ") == (["return"], " ")
    assert open_line("    ") == ([], "")


@given(numbers, numbers)
def test_the_sorted_array_and_the_scan_find_the_same(text: list[int], context: list[int]) -> None:
    scanned = Scan([*text, 0]).after(context[-ORDER:])
    sorted_ = SuffixArray([*text, 0], 5).after(context[-ORDER:])
    for one, other in zip(scanned, sorted_, strict=False):
        assert sorted(one.tolist()) == sorted(other.tolist())
    if len(scanned) != len(sorted_):  # the array stops early where a long match is the only one left
        assert len(sorted_[-1]) == 1
        assert len(sorted_) >= ORDER // 2


@given(numbers)
def test_a_file_that_is_left_out_is_not_found(text: list[int]) -> None:
    two = SuffixArray([0, *text, 0, *text], 5)
    alone = SuffixArray([0, *text], 5)
    for kept, single in zip(two.after(text[-1:], np.array([True, False])), alone.after(text[-1:]), strict=False):
        assert sorted(kept.tolist()) == sorted(single.tolist())


def test_names_lose_their_identity_but_not_their_repetition() -> None:
    vocabulary = Vocabulary()
    width, depth = (vocabulary.numbers(lex_line(f"self.{name} = {name}")) for name in ("width", "depth"))
    assert symbols(width, vocabulary)[0] == symbols(depth, vocabulary)[0]


@given(st.lists(st.sampled_from(["foo", "Bar", "BAZ", "if", "=", "77", "self"]), max_size=30))
def test_a_symbol_means_the_token_it_was_made_from_unless_that_was_new(tokens: list[str]) -> None:
    vocabulary = Vocabulary()
    row = vocabulary.numbers(tokens)
    for at, number in enumerate(row):
        _, names = symbols(row[:at], vocabulary)
        symbol = symbols(row[: at + 1], vocabulary)[0][-1]
        assert meant(symbol, names, vocabulary) in {number, None}


@given(st.lists(st.lists(st.integers(0, 5), max_size=20), max_size=4))
def test_a_belief_is_a_distribution(levels: list[list[int]]) -> None:
    belief = believe([np.array(level, np.int32) for level in levels], None)
    if belief is not None:
        assert all(chance > 0 for chance in belief.chances.values())
        assert sum(belief.chances.values()) <= 1 + 1e-9


def test_a_mixture_of_agreeing_sources_agrees() -> None:
    sure = ({7: 0.9}, (1.0,) * len(weights.GATES[0]))
    mixed = mix([sure] * len(SOURCES), weights.GATES)
    assert abs(mixed[7] - 0.9) < 1e-9


def test_the_fitted_numbers_fit_their_features() -> None:
    assert len(weights.GATES) == len(SOURCES)
    decoder, cursor = learned(a="width = 1\n").at("width = 2\nheight = wid", "", "/p/b.py")
    spoken = [belief for belief in decoder.beliefs(cursor, None) if belief]
    assert spoken
    assert all(len(features) == len(row) for _, features in spoken for row in weights.GATES)
    asked = {feature for tree in calibrator().trees for feature, *_ in tree}
    assert asked <= {LEAF, *range(len(FEATURES))}


def test_a_forest_adds_up_what_its_trees_say() -> None:
    stump = [[1, 0.5, 1, 2], [LEAF, -1.0, 0, 0], [LEAF, 2.0, 0, 0]]
    forest = Forest.of({"bias": 0.25, "trees": [stump, stump]})
    for value, odds in ((0.5, -1.75), (0.6, 4.25)):
        assert forest.probability((9.0, value)) == pytest.approx(1 / (1 + exp(-odds)))


def test_a_line_that_was_written_before_is_surer_than_one_that_was_not() -> None:
    engine = learned(**{f"m{number}": "import logging\nlogger = logging.getLogger(__name__)\n" for number in range(9)})
    (seen,) = engine.offer("import logging\nlogger = logging.", "", "/p/new.py", 1, asked=True)
    (unseen,) = engine.offer("import logging\nrequests = ", "", "/p/new.py", 1, asked=True)
    assert seen.text == "getLogger(__name__)"
    assert seen.confidence > unseen.confidence


def test_brackets_are_kept_in_balance() -> None:
    assert balance("(", ")") == ""
    assert balance("(", "]") is None
    assert balance("", "([") == "(["


def learned(**texts: str) -> Engine:
    engine = Engine()
    finish(engine.learn((f"/p/{name}.py", text) for name, text in texts.items()))
    return engine


@pytest.mark.parametrize("private", ["", "_"], ids=["public", "private"])
def test_a_parameter_is_stored_under_its_own_name_as_the_others_were(private: str) -> None:
    attributes = "".join(
        f"class {name.title()}:\n    def __init__(self, {name}):\n        self.{private}{name} = {name}\n\n"
        for name in ("width", "depth", "height", "weight", "colour")
    )
    before = f"class Price:\n    def __init__(self, price):\n        self.{private}price ="
    assert learned(shapes=attributes).lines(before, "", "/p/new.py")[0].text == " price"


def test_what_stands_later_in_the_file_counts_too() -> None:
    later = "\n".join(f"register_plugin({number})" for number in range(5))
    assert Engine().lines("regis", "\n" + later, "/p/a.py")[0].text.startswith("ter_plugin(")


def test_the_text_after_the_cursor_is_not_what_follows_the_text_before_it() -> None:
    above = "for item in items:\n    total += item.price\n" * 3
    line = "for item in items:\n    total += "
    for later in ("", "\nunrelated = 1\n"):
        assert Engine().lines(above + line, later, "/p/a.py")[0].text == "item.price"


def test_a_line_is_doubted_for_names_that_stand_elsewhere_and_for_what_is_defined_twice() -> None:
    above = "import os\n\ndef load(path):\n    text = path.read()\n    return text\n\ndef save(path, data):\n"
    scope = scope_of(above.rstrip("\n"), 4)
    assert scope.foreign("    path.write(text)", "path.write(text)") == 1
    assert scope.foreign("    os.write(path, data, sync=True)", "os.write(path, data, sync=True)") == 0
    assert scope.foreign("    rows = [row for row in data]", "rows = [row for row in data]") == 0
    assert scope.redefines("def load(name):")
    assert not scope.redefines("def drop(name):")


def test_a_word_that_is_begun_is_finished_as_elsewhere_in_the_file_whatever_stands_before_it() -> None:
    assert Engine().lines("reconciliation = 1\n\nassert reconc", "", "/p/a.py")[0].text.startswith("iliation")


def test_the_saved_text_of_the_current_file_is_not_its_own_witness() -> None:
    engine = learned(a="magic_word = unheard_of\n")
    assert engine.lines("mag", "", "/p/b.py")
    assert not engine.lines("mag", "", "/p/a.py")


BLOCK = """
def load_{0}(path):
    if not path.exists():
        log.warning("nothing to load")
        return None
    return parse(path)
"""


def test_a_block_that_the_project_always_writes_is_finished_as_a_whole_and_no_further() -> None:
    engine = learned(a="".join(BLOCK.format(name) for name in ("a", "b", "c", "d", "e", "f", "g", "h")))
    before = "def load_new(path):\n    if not path.exists():\n        log.warn"
    assert engine.offer(before, "", "/p/b.py", 1, asked=True)[0].text == 'ing("nothing to load")\n        return None'


def test_a_file_s_own_indentation_is_kept() -> None:
    assert indent_unit("if x:\n  y\n") == "  "
    assert indent_unit("if x:\n\ty\n") == "\t"
    assert indent_unit("x\n") == "    "


@given(st.text(max_size=120), st.text(max_size=40))
def test_no_text_can_upset_it(before: str, after: str) -> None:
    engine = learned(a="def f(x):\n    return x\n")
    for offer in engine.offer(before, after, "/p/b.py", 3, asked=True):
        assert offer.text
        assert 0 <= offer.confidence <= 1


SECRET = "sk_live_" + "51Hx8fAbCdEfGhIjKlMnOpQr"
HOLDING = f"STRIPE = '{SECRET}'\nclient = Stripe('{SECRET}')\nother = Stripe('{SECRET}')\n" * 3


@pytest.mark.parametrize("before", ["STRIPE =", "client = Stripe(", "x = 'sk_live", "STRIPE = '"])
@pytest.mark.parametrize("saved", [True, False], ids=["saved", "of the project"])
def test_a_secret_of_one_file_is_not_written_into_another(before: str, saved: object) -> None:
    engine = Engine() if saved else learned(settings=HOLDING)
    if saved:
        engine.corpus.put("/p/settings.py", HOLDING)
    offered = [each.text for each in engine.offer(before, "", "/p/new.py", 5, asked=True)]
    assert not [text for text in offered if "51Hx8f" in text or "REDACTED" in text]


def test_what_stands_beside_a_secret_is_read_as_it_is() -> None:
    assert learned(settings=HOLDING).lines("client", "", "/p/new.py")[0].text.startswith(" = Stripe(")
