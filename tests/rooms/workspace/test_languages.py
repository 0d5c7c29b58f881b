"""Every language of ``grammars/`` finds in its fixtures what it expects to: adding a language is adding a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from winnow.facts import Document
from winnow.text import Text
from winnow.uris import uri_of
from winnow.workspace import Syntax, syntax_of
from winnow.workspace.language import described, extensions, grammars, language_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXPECTATIONS = sorted(grammars().glob("*/fixtures/*.expected"))


def outline(syntax: Syntax, document: Document) -> Iterator[str]:
    for made in syntax.imports(document):
        words = ("import", "." * made.level + made.module, made.name, made.alias and f"as {made.alias}")
        yield " ".join(filter(None, words))
    for symbol in syntax.definitions(document):
        yield f"{symbol.kind} {symbol.qualified} {symbol.line}: {symbol.signature}"
    for test in syntax.tests(document):
        yield f"test {test.qualified}"


@pytest.mark.parametrize("expected", EXPECTATIONS, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_a_language_finds_what_its_fixtures_expect(expected: Path) -> None:
    source = next(path for path in expected.parent.glob(f"{expected.stem}.*") if path != expected)
    language = extensions()[source.suffix]
    syntax = syntax_of(language)
    assert syntax is not None
    text = Text.of(source.read_text("utf-8"))
    document = Document(uri=uri_of(str(source)), language=language, version=1, text=text)
    assert not syntax.problems(document)
    assert list(outline(syntax, document)) == expected.read_text("utf-8").splitlines()
    for symbol in syntax.definitions(document):
        assert symbol.name in text.slice(symbol.span.start, symbol.span.end)


@pytest.mark.parametrize("description", described(), ids=lambda each: str(each["name"]))
def test_a_language_loads_by_every_name_that_editors_give_it(description: dict[str, list[str]]) -> None:
    for name in description["language-ids"]:
        assert language_of(name) is not None


def test_a_language_without_a_folder_has_no_syntax() -> None:
    assert syntax_of("klingon") is None
