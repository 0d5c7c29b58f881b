"""The syntax of open documents: what they define and import, what encloses the cursor, where they do not parse.

Trees are derived from the text and memoised by document version; a newer version is parsed from the older one's
tree, which takes a fraction of a millisecond where a parse from scratch takes tens.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from tree_sitter import Parser, Point, QueryCursor

from winnow.workspace.language import Language, language_of
from winnow.workspace.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node, Tree

    from winnow.facts import Document

SIZE_LIMIT = 1_000_000
"""Characters; a longer text is not parsed, as its first parse would hold up the keyboard."""
MEMORY = 16
"""How many texts keep their trees (7 MB each at 10,000 lines)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Code points ``start`` to before ``end``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """Something defined: ``kind`` is class, function, method or variable; ``line`` counts from 0.

    ``container`` names what it is defined in, ``signature`` is its first line without the colon.
    """

    name: str
    kind: str
    path: str
    line: int
    span: Span
    container: str = ""
    signature: str = ""

    @property
    def qualified(self) -> str:
        """The name with that of its container."""
        return f"{self.container}.{self.name}" if self.container else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """An enclosing definition, with the span of its body."""

    name: str
    span: Span
    body: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One imported thing: ``from module import name as alias``; ``name`` is empty for a whole module."""

    module: str
    name: str = ""
    alias: str = ""


class Syntax:
    """One language's view of documents."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._parser = Parser(language.grammar)
        self._sources: OrderedDict[str, tuple[Document, Source]] = OrderedDict()

    def source(self, document: Document) -> Source | None:
        """The parsed text; None for one that is too long to parse."""
        if len(document.text) > SIZE_LIMIT:
            return None
        known = self._sources.get(document.uri)
        if known is not None and known[0].text is document.text:
            return known[1]
        text = str(document.text)
        data = text.encode("utf-8", "replace")
        old = _edited(known, document) if known is not None else None
        tree = self._parser.parse(data, old) if old is not None else self._parser.parse(data)
        source = Source(data, tree, ascii_only=len(data) == len(text))
        self._sources[document.uri] = (document, source)
        self._sources.move_to_end(document.uri)
        while len(self._sources) > MEMORY:
            self._sources.popitem(last=False)
        return source

    def problems(self, document: Document) -> tuple[Span, ...]:
        """Where the text does not parse."""
        source = self.source(document)
        return tuple(_span(source, node) for node in _broken(source.tree.root_node)) if source else ()

    def count_problems(self, text: str) -> int:
        """How many places of a text do not parse."""
        data = text.encode("utf-8", "replace")
        return sum(1 for _ in _broken(self._parser.parse(data).root_node))

    def definitions(self, document: Document) -> tuple[Symbol, ...]:
        """What a document defines, in its order."""
        source = self.source(document)
        return tuple(symbols_in(source, self.language, document.uri)) if source else ()

    def imports(self, document: Document) -> tuple[Import, ...]:
        """What a document imports."""
        source = self.source(document)
        return tuple(imports_in(source, self.language)) if source else ()

    def tests(self, document: Document) -> tuple[str, ...]:
        """The names of what a test runner would collect."""
        source = self.source(document)
        if source is None:
            return ()
        matches = QueryCursor(self.language.tests).matches(source.tree.root_node)
        return tuple(source.text(captures["name"][0]) for _, captures in matches)

    def scope_at(self, document: Document, offset: int) -> Scope | None:
        """The innermost definition around an offset."""
        source = self.source(document)
        if source is None:
            return None
        byte = source.byte(offset)
        cursor = QueryCursor(self.language.context)
        cursor.set_byte_range(max(byte - 1, 0), byte + 1)
        found: Scope | None = None
        for _, captures in cursor.matches(source.tree.root_node):
            scope = captures["scope"][0]
            if scope.start_byte <= byte <= scope.end_byte:
                span, body = _span(source, scope), _span(source, captures["body"][0])
                if found is None or span.start >= found.span.start:
                    found = Scope(name=source.text(captures["name"][0]), span=span, body=body)
        return found

    def kind_at(self, document: Document, offset: int) -> Literal["code", "comment", "string"]:
        """Whether an offset stands in code, in a comment or in a string."""
        source = self.source(document)
        if source is None:
            return "code"
        byte = source.byte(offset)
        node = source.tree.root_node.descendant_for_byte_range(max(byte - 1, 0), byte)
        while node is not None:
            if node.type in self.language.comments and node.start_byte < byte:
                return "comment"
            if node.type in self.language.strings and node.start_byte < byte < node.end_byte:
                return "string"
            node = node.parent
        return "code"


@cache
def syntax_of(language: str) -> Syntax | None:
    """The syntax of a language by its identifier; None where ``grammars/`` has no folder for it."""
    loaded = language_of(language)
    return Syntax(loaded) if loaded else None


def symbols_in(source: Source, language: Language, path: str) -> Iterator[Symbol]:
    """What a parsed text defines, in its order."""
    around: list[tuple[int, str, str]] = []
    found: list[tuple[Node, str, str]] = []
    for _, captures in QueryCursor(language.tags).matches(source.tree.root_node):
        kind = next(each for each in captures if each.startswith("definition."))
        found.append((captures[kind][0], kind.removeprefix("definition."), source.text(captures["name"][0])))
    for node, kind, name in sorted(found, key=lambda each: each[0].start_byte):
        while around and node.start_byte >= around[-1][0]:
            around.pop()
        inside = around[-1] if around else (0, "", "")
        yield Symbol(
            name=name,
            kind="method" if kind == "function" and inside[2] == "class" else kind,
            path=path,
            line=node.start_point.row,
            span=_span(source, node),
            container=inside[1],
            signature=source.text(node).split("\n", 1)[0].rstrip(" :\r"),
        )
        if kind != "variable":
            around.append((node.end_byte, f"{inside[1]}.{name}" if inside[1] else name, kind))


def imports_in(source: Source, language: Language) -> Iterator[Import]:
    """What a parsed text imports."""
    for _, captures in QueryCursor(language.imports).matches(source.tree.root_node):
        said = {name: source.text(nodes[0]) for name, nodes in captures.items()}
        yield Import(module=said.get("module", "__future__"), name=said.get("name", ""), alias=said.get("alias", ""))


def _span(source: Source, node: Node) -> Span:
    return Span(start=source.offset(node.start_byte), end=source.offset(node.end_byte))


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
    first, last = source.byte(start), source.byte(end)
    added = typed.encode("utf-8", "replace")
    tree = source.tree.copy()
    tree.edit(
        start_byte=first,
        old_end_byte=last,
        new_end_byte=first + len(added),
        start_point=_point(source.data[:first]),
        old_end_point=_point(source.data[:last]),
        new_end_point=_point(source.data[:first] + added),
    )
    return tree


def _point(before: bytes) -> Point:
    return Point(before.count(b"\n"), len(before) - (before.rfind(b"\n") + 1))
