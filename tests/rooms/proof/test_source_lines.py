"""Lines are counted as Python counts them, on both sides: characters that end a line elsewhere end none in a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.facts import Outcome
from winnow.proof.agent.source_lines import source_lines
from winnow.repair.whole_files import made_whole
from winnow.text import bare_lines, split_lines

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 60.0
ODD = ["\f", "\v", "\x1c", "\x85", "\u2028"]
CART = "{odd}\n\n\nclass Cart:\n\n    def total(self, x):\n        y = x\n        return y * self.rate\n    rate = 2\n"
TESTS = "from cart import Cart\n\n\ndef test_total():\n    assert Cart().total(3) == 6\n"
PIECES = st.lists(st.sampled_from(["a", " ", "\ud800", "\n", "\r", "\r\n", *ODD]), max_size=30)


@pytest.mark.parametrize("odd", ["\f", "# \u2028"], ids=["a form feed", "a line separator in a comment"])
async def test_a_method_below_an_odd_character_is_tried_whole(project: Callable[..., Any], odd: str) -> None:
    cart = CART.format(odd=odd)
    here = project(cart=cart, test_cart=TESTS)
    snapshot = here.snapshot(cart=cart)
    async with here.prover() as prover:
        assert [result.message async for result in prover.rehearse(snapshot)] == [""]
        for new, outcome in (("y = +x", Outcome.PASSED), ("y = -x", Outcome.FAILED)):
            evidence = await prover.examine(here.candidate(snapshot, "cart", "y = x", new), snapshot, PATIENCE)
            assert (evidence.outcome, evidence.means) == (outcome, "fork"), evidence


def test_a_definition_that_a_model_left_out_is_kept_whole_below_a_form_feed() -> None:
    kept = "def keep():\n    return 1\n"
    assert made_whole("def new():\n    return 2\n", f"\f\n\n{kept}").endswith(f"\n\n{kept}")


@given(PIECES.map("".join))
def test_both_sides_split_a_text_at_the_same_places(text: str) -> None:
    lines = split_lines(text)
    assert source_lines(text) == (lines if lines[-1] else lines[:-1])
    assert bare_lines(text) == [line.rstrip("\r\n") for line in source_lines(text)]
