"""The index looks at statements outside functions alone, and misses none that looking through everything finds."""

from __future__ import annotations

import sysconfig
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Parser

from winnow.workspace import scanning
from winnow.workspace.language import language_of
from winnow.workspace.scans import unpacked
from winnow.workspace.source import Source, encoded
from winnow.workspace.symbols import Symbol, outline_of, symbol_of, symbols_in

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
FILES = sorted(path for path in LIBRARY.rglob("*.py") if not {"site-packages", "lib2to3"} & {*path.parts})


def both(text: str) -> tuple[list[Symbol], list[Symbol]]:
    """What a text defines for other files, and all that it defines."""
    python = language_of("python")
    assert python is not None
    data = encoded(text)
    source = Source(data, Parser(python.grammar).parse(data), ascii_only=text.isascii())
    return [symbol_of(row, "") for row in outline_of(source, python)], list(symbols_in(source, python, ""))


def outside_functions(symbols: list[Symbol]) -> list[Symbol]:
    functions = [each.span for each in symbols if each.kind in {"function", "method"}]
    return [
        each
        for each in symbols
        if not any(span.start <= each.span.start < span.end and span != each.span for span in functions)
    ]


@pytest.mark.parametrize("path", FILES[::40], ids=lambda path: path.stem)
def test_the_outline_of_a_file_is_all_that_it_defines_outside_functions(path: Path) -> None:
    outline, everything = both(path.read_text("utf-8", "replace"))
    assert outline == outside_functions(everything)


def test_no_statement_around_a_definition_hides_it() -> None:
    text = """
if one:
    with two:
        def three(): ...
elif four:
    for five in six:
        class Seven:
            try:
                @eight
                def nine(self):
                    def hidden(): ...
            except Ten:
                async def eleven(self): ...
            else:
                twelve = 12
                class Inner:
                    inner = 1
            finally:
                def thirteen(self): ...
else:
    while fourteen:
        match fifteen:
            case 16:
                def seventeen(): ...
"""
    outline, everything = both(text)
    assert outline == outside_functions(everything)
    names = "three Seven Seven.nine Seven.eleven Seven.Inner Seven.Inner.inner Seven.thirteen seventeen"
    assert [each.qualified for each in outline] == names.split()


def test_what_stands_beside_an_error_is_found() -> None:
    outline, _ = both("def before(): ...\n\nclass Broken(:\n    def inside(self): ...\n\ndef after(): ...\n")
    assert {"before", "after"} <= {each.name for each in outline}


@given(st.lists(st.sampled_from(["é", "名", "🙂", "x", "\n", " ", "'", "# ", "def f():\n    pass\n"]), max_size=40))
def test_a_file_that_is_parsed_piece_by_piece_defines_the_same(parts: list[str]) -> None:
    text = "".join(parts)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        path = Path(folder, "pieces.py")
        path.write_bytes(encoded(text))
        patched.setattr(scanning, "_PIECE", 3)
        assert unpacked(scanning.scan(str(path))) == [replace(each, path=str(path)) for each in both(text)[0]]
