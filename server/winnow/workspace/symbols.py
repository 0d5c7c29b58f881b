"""What a parsed text defines, imports and encloses, as frozen facts in code points."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from tree_sitter import QueryCursor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node, Query

    from winnow.workspace.language import Language
    from winnow.workspace.source import Source

    Captures = dict[str, list[Node]]

Row = tuple[str, str, int, int, int, str, str]
"""A symbol without its path: name, kind, line, start and end of its span, container, signature."""
_IMPORT = "import"
"""The capture that tells an import from a definition."""
_STATEMENT_DEPTH = 2
"""How deep below a body its definitions begin: they are its statements, or decorated ones."""
_ERROR = "ERROR"
"""The type of a node around what does not parse."""
SIGNATURE_LIMIT = 400
"""Characters of a signature that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Code points ``start`` to before ``end``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """Something defined: ``kind`` is class, function, method, attribute or variable; ``line`` counts from 0.

    ``path`` is the file's, or the URI of an open document; ``container`` names what it is defined in;
    ``signature`` is its head as written, on one line, without the colon.
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
    """An enclosing definition: its qualified name, its span and that of its body, its head as written."""

    name: str
    span: Span
    body: Span
    signature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One imported thing: ``from module import name as alias``; ``name`` is empty for a whole module.

    ``level`` counts the leading dots of a relative import, which ``module`` leaves out.
    """

    module: str
    span: Span
    name: str = ""
    alias: str = ""
    level: int = 0


def outline_of(source: Source, language: Language) -> list[Row]:
    """What a parsed text defines for other files: not what stands inside a function, which they cannot name."""
    query = QueryCursor(language.tags)
    query.set_max_start_depth(_STATEMENT_DEPTH)
    bodies = _bodies(source.tree.root_node, language)
    return list(_rows(source, [captures for body in bodies for _, captures in query.matches(body)]))


def _bodies(root: Node, language: Language) -> Iterator[Node]:
    """The text, and what holds statements in it, outside functions; to look at nothing else takes half the time."""
    yield root
    entered = {*language.outer, _ERROR}
    todo = [root]
    while todo:
        inside = [child for child in todo.pop().named_children if child.type in entered]
        yield from (child for child in inside if child.type in language.blocks or child.type == _ERROR)
        todo += inside


def symbols_in(source: Source, language: Language, path: str) -> Iterator[Symbol]:
    """What a parsed text defines, in its order."""
    return (symbol_of(row, path) for row in _rows(source, _matches(source, language.tags)))


def symbol_of(row: Row, path: str) -> Symbol:
    """The symbol that a row tells of."""
    name, kind, line, start, end, container, signature = row
    return Symbol(
        name=name,
        kind=kind,
        path=path,
        line=line,
        span=Span(start=start, end=end),
        container=container,
        signature=signature,
    )


def imports_in(source: Source, language: Language) -> Iterator[Import]:
    """What a parsed text imports."""
    return _imports(source, _matches(source, language.imports))


def _matches(source: Source, query: Query) -> list[Captures]:
    return [captures for _, captures in QueryCursor(query).matches(source.tree.root_node)]


def _rows(source: Source, matches: Iterable[Captures]) -> Iterator[Row]:
    around: list[tuple[int, str, str]] = []
    for start, node, kind, name, until in _definitions(source, matches):
        while around and start >= around[-1][0]:
            around.pop()
        _, container, inside = around[-1] if around else (0, "", "")
        yield (
            name,
            "method" if kind == "function" and inside == "class" else kind,
            node.start_point.row,
            source.offset(start),
            source.offset(node.end_byte),
            container,
            head_of(source, node, until),
        )
        if kind not in {"variable", "attribute"}:
            around.append((node.end_byte, f"{container}.{name}" if container else name, kind))


def _definitions(source: Source, matches: Iterable[Captures]) -> list[tuple[int, Node, str, str, Node | None]]:
    """Each definition's first byte, node, kind and name, and where its head ends, in the order of the text."""
    found: list[tuple[int, Node, str, str, Node | None]] = []
    for captures in matches:
        kind = next(each for each in captures if each.startswith("definition."))
        node = captures[kind][0]
        until = captures["until"][0] if "until" in captures else None
        name = source.text(captures["name"][0])
        found.append((node.start_byte, node, kind.removeprefix("definition."), name, until))
    return sorted(found, key=itemgetter(0))


def head_of(source: Source, node: Node, until: Node | None) -> str:
    """A definition up to its body, on one line; its first line where it has none."""
    if until is not None:
        return " ".join(source.between(node.start_byte, until.start_byte).split())[:SIGNATURE_LIMIT]
    return (
        source.between(node.start_byte, min(node.end_byte, node.start_byte + SIGNATURE_LIMIT))
        .partition("\n")[0]
        .rstrip()
    )


def _imports(source: Source, matches: Iterable[Captures]) -> Iterator[Import]:
    for captures in matches:
        said = {name: source.text(nodes[0]) for name, nodes in captures.items() if name != _IMPORT}
        written = said["module"]
        module = written.lstrip(". ")
        yield Import(
            module="".join(module.split()),
            span=span_of(source, captures[_IMPORT][0]),
            name=said.get("name", ""),
            alias=said.get("alias", ""),
            level=written.count(".", 0, len(written) - len(module)),
        )


def span_of(source: Source, node: Node) -> Span:
    """Where a node stands."""
    return Span(start=source.offset(node.start_byte), end=source.offset(node.end_byte))
