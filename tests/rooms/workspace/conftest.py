"""Documents with a cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from winnow.facts import Document
from winnow.text import Text
from winnow.workspace import Syntax, syntax_of

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def python() -> Syntax:
    syntax = syntax_of("python")
    assert syntax is not None
    return syntax


@pytest.fixture
def marked() -> Callable[[str], tuple[Document, int]]:
    """A document of a text in which | marks the cursor."""
    made = 0

    def mark(text: str) -> tuple[Document, int]:
        nonlocal made
        made += 1
        before, _, after = text.partition("|")
        document = Document(uri=f"file:///{made}.py", language="python", version=made, text=Text.of(before + after))
        return document, len(before)

    return mark
