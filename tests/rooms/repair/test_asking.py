"""What a model answers stands where the function stood, whatever it repeats of what is above."""

from __future__ import annotations

import pytest

from winnow.llm import Brief
from winnow.repair.asking import _undecorated

FILE = "class Cart:\n    @property\n    @cached(5)\n    def total(self):\n        return 1\n"
UNIT = "    def total(self):\n        return 1\n"


RIGHT = "    def total(self):\n        return 2\n"


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (RIGHT, RIGHT),
        (f"    @property\n    @cached(5)\n{RIGHT}", RIGHT),
        ("@property\ndef total(self):\n    return 2\n", "def total(self):\n    return 2\n"),
        (f"    @other\n{RIGHT}", f"    @other\n{RIGHT}"),
    ],
)
def test_a_decorator_that_stands_above_is_not_written_again(answer: str, left: str) -> None:
    start = FILE.index(UNIT)
    brief = Brief(
        test="t", message="", path="/cart.py", unit="Cart.total", source=UNIT, file=FILE, start=start,
        end=start + len(UNIT), language="python",
    )  # fmt: skip
    assert _undecorated(answer, brief) == left
