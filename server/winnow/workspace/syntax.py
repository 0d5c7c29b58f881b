"""The syntax of open documents: what they define and import, what encloses the cursor, where they do not parse.

Trees are derived from the text and memoised by document version; a newer version is parsed from the older one's
tree, which takes a fraction of a millisecond where a parse from scratch takes tens (25 ms at 10,000 lines).
"""

from __future__ import annotations

from collections import OrderedDict
from functools import cache
from typing import TYPE_CHECKING, Literal

from tree_sitter import Parser, Point, QueryCursor

from winnow.workspace import cursor
from winnow.workspace.language import Language, language_of
from winnow.workspace.names import names_at
from winnow.workspace.source import Source, encoded
from winnow.workspace.symbols import imports_in, span_of, symbols_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node, Tree

    from winnow.facts import Document
    from winnow.workspace.symbols import Import, Scope, Span, Symbol

SIZE_LIMIT = 1_000_000
"""Characters; a longer text is not parsed, as its first parse would hold up the keyboard: it has no symbols."""
MEMORY = 16
"""How many texts keep their trees (7 MB each at 10,000 lines)."""


class Syntax:
    """One language's view of documents. A document over ``SIZE_LIMIT`` is taken for code without definitions."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._parser = Parser(language.grammar)
        self._sources: OrderedDict[str, tuple[Document, Source]] = OrderedDict()
        self._symbols: dict[str, tuple[Source, tuple[Symbol, ...]]] = {}

    def source(self, document: Document) -> Source | None:
        """The parsed text; None for one that is too long to parse."""
        if len(document.text) > SIZE_LIMIT:
            return None
        known = self._sources.get(document.uri)
        if known is not None and known[0].text is document.text:
            return known[1]
        text = str(document.text)
        data = encoded(text)
        old = _edited(known, document) if known is not None else None
        tree = self._parser.parse(data, old) if old is not None else self._parser.parse(data)
        source = Source(data, tree, ascii_only=len(data) == len(text))
        self._sources[document.uri] = (document, source)
        self._sources.move_to_end(document.uri)
        while len(self._sources) > MEMORY:
            uri, _ = self._sources.popitem(last=False)
            self._symbols.pop(uri, None)
        return source

    def problems(self, document: Document) -> tuple[Span, ...]:
        """Where the text does not parse."""
        source = self.source(document)
        return tuple(span_of(source, node) for node in _broken(source.tree.root_node)) if source else ()

    def problems_with(self, document: Document, start: int, end: int, text: str) -> int:
        """How many places would not parse with ``text`` in place of ``start`` to ``end``, which is not remembered."""
        source = self.source(document)
        if source is None or (start == end and not text):
            return sum(1 for _ in _broken(source.tree.root_node)) if source else 0
        first, last, added = source.byte(start), source.byte(end), encoded(text)
        tree = self._parser.parse(source.data[:first] + added + source.data[last:], _told(source, first, last, added))
        return sum(1 for _ in _broken(tree.root_node))

    def definitions(self, document: Document) -> tuple[Symbol, ...]:
        """What a document defines, in its order."""
        source = self.source(document)
        if source is None:
            return ()
        known = self._symbols.get(document.uri)
        if known is None or known[0] is not source:
            known = (source, tuple(symbols_in(source, self.language, document.uri)))
            self._symbols[document.uri] = known
        return known[1]

    def imports(self, document: Document) -> tuple[Import, ...]:
        """What a document imports, anywhere in it."""
        source = self.source(document)
        return tuple(imports_in(source, self.language)) if source else ()

    def tests(self, document: Document) -> tuple[Symbol, ...]:
        """What a test runner would collect, in the order of the text; nothing where the file's name is no test's."""
        source = self.source(document)
        if source is None or not self.language.tests_in(document.uri):
            return ()
        matches = QueryCursor(self.language.tests).matches(source.tree.root_node)
        starts = {source.offset(captures["test"][0].start_byte) for _, captures in matches}
        return tuple(symbol for symbol in self.definitions(document) if symbol.span.start in starts)

    def scope_at(self, document: Document, offset: int) -> Scope | None:
        """The innermost definition around an offset; an indented blank line belongs to the definition above it."""
        source = self.source(document)
        return cursor.scope_around(source, self.language, source.byte(offset)) if source else None

    def names_in_scope(self, document: Document, offset: int) -> tuple[str, ...]:
        """The names that the document itself binds for an offset, innermost scope first, without builtins."""
        source = self.source(document)
        return names_at(source, self.language, source.byte(offset)) if source else ()

    def kind_at(self, document: Document, offset: int) -> Literal["code", "comment", "string"]:
        """Whether an offset stands in code, in a comment or in a string."""
        source = self.source(document)
        return cursor.kind_at(source, self.language, source.byte(offset)) if source else "code"

    def block_opens_at(self, document: Document, offset: int) -> bool:
        """Whether the first statement of an empty block would stand here, so that several lines are wanted."""
        source = self.source(document)
        return cursor.block_opens_at(source, self.language, source.byte(offset)) if source else False


@cache
def syntax_of(language: str) -> Syntax | None:
    """The syntax of a language by its identifier; None where ``grammars/`` has no folder for it."""
    loaded = language_of(language)
    return Syntax(loaded) if loaded else None


def _broken(node: Node) -> Iterator[Node]:
    """The error and missing nodes below a node; subtrees that parse are skipped whole."""
    if node.is_error or node.is_missing:
        yield node
    elif node.has_error:
        for child in node.children:
            yield from _broken(child)


def _edited(known: tuple[Document, Source], document: Document) -> Tree:
    """The older version's tree, told what has changed since."""
    before, source = known
    start, end, typed = before.text.difference(document.text)
    return _told(source, source.byte(start), source.byte(end), encoded(typed))


def _told(source: Source, first: int, last: int, added: bytes) -> Tree:
    """A tree that knows which bytes are replaced by which, as a parse of the new text wants it."""
    tree = source.tree.copy()
    start = _point(source, first)
    tree.edit(
        start_byte=first,
        old_end_byte=last,
        new_end_byte=first + len(added),
        start_point=start,
        old_end_point=_behind(start, source.data[first:last]),
        new_end_point=_behind(start, added),
    )
    return tree


def _point(source: Source, byte: int) -> Point:
    """Row and column of a byte. Rows are counted from the start of the node there, as counting all takes 0.1 ms."""
    node = source.tree.root_node.descendant_for_byte_range(byte, byte)
    above, row = (node.start_byte, node.start_point.row) if node and node.start_byte <= byte else (0, 0)
    return Point(row + source.data.count(b"\n", above, byte), byte - (source.data.rfind(b"\n", 0, byte) + 1))


def _behind(start: Point, text: bytes) -> Point:
    """The point at the end of a text that starts at a point."""
    rows = text.count(b"\n")
    return Point(start.row + rows, len(text) - (text.rfind(b"\n") + 1) if rows else start.column + len(text))
