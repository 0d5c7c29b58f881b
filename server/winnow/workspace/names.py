"""Which names are bound where the cursor stands: parameters, what is assigned above, definitions and imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tree_sitter import QueryCursor

if TYPE_CHECKING:
    from tree_sitter import Node

    from winnow.workspace.language import Language
    from winnow.workspace.source import Source


class _Region(NamedTuple):
    """Bytes whose names belong to a scope; ``own``: only to it, not to what is nested in it."""

    start: int
    end: int
    scope: int
    own: bool


def names_at(source: Source, language: Language, byte: int) -> tuple[str, ...]:
    """The names that may be used at a byte, the innermost scope's first, each once.

    In the scope of the cursor itself only what is bound above counts; around it everything, as it runs later.
    """
    bound: dict[int, list[tuple[int, str]]] = {}
    chain: list[int] = []
    for child in source.tree.root_node.children:
        regions, names = _bindings(child, language, whole=child.start_byte <= byte <= child.end_byte)
        around = [region for region in regions if region.start <= byte <= region.end]
        visible = [region for region in around if not region.own or region is around[-1]]
        chain = [region.scope for region in reversed(visible)] or chain
        for node in names:
            inside = [region for region in regions if region.start <= node.start_byte < region.end]
            scope = inside[-1].scope if inside else 0
            bound.setdefault(scope, []).append((node.start_byte, source.text(node)))
    scopes = [*chain, 0]
    seen: dict[str, None] = {}
    for scope in scopes:
        own = scope == scopes[0]
        seen |= dict.fromkeys(name for start, name in bound.get(scope, ()) if start < byte or not own)
    return tuple(seen)


def _bindings(child: Node, language: Language, *, whole: bool) -> tuple[list[_Region], list[Node]]:
    """The regions of a statement, outermost first, and the nodes that bind a name in it.

    Of a definition that the cursor is not in, only its own name matters: its body is not searched.
    """
    regions: list[_Region] = []
    names: list[Node] = []
    if not whole and (name := _defined(child)) is not None:
        return regions, [name]
    for _, captures in QueryCursor(language.names).matches(child):
        names += captures.get("name", ())
        for kind in ("inside", "own"):
            regions += (
                _Region(node.start_byte, node.end_byte, captures["scope"][0].id, kind == "own")
                for node in captures.get(kind, ())
            )
    return sorted(regions, key=lambda region: (region.start, -region.end)), names


def _defined(node: Node) -> Node | None:
    """The name of a definition, through what decorates it; None for any other statement."""
    definition = node.child_by_field_name("definition") or node
    return definition.child_by_field_name("name") if definition.child_by_field_name("body") else None
