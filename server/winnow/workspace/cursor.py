"""What stands around the cursor: code, comment or string; the start of an empty block; the definitions around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tree_sitter import QueryCursor

from winnow.workspace.symbols import Scope, head_of, span_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from winnow.workspace.language import Language
    from winnow.workspace.source import Source

_BLANK = b" \t\f\r\n"


def kind_at(source: Source, language: Language, byte: int) -> Literal["code", "comment", "string"]:
    """Whether a byte stands in code, in a comment or in a string; the end of a comment's line is still comment."""
    node = source.tree.root_node.descendant_for_byte_range(max(byte - 1, 0), byte)
    while node is not None:
        if node.type in language.interpolations and node.start_byte < byte < node.end_byte:
            return "code"
        if node.type in language.comments and node.start_byte < byte:
            return "comment"
        if node.type in language.strings and node.start_byte < byte < node.end_byte:
            return "string"
        node = node.parent
    return "string" if _unclosed_string_before(source, language, byte) else "code"


def _unclosed_string_before(source: Source, language: Language, byte: int) -> bool:
    """Whether a string begins in the byte's line, before it, and does not end."""
    line = source.data.rfind(b"\n", 0, byte) + 1
    around = source.tree.root_node.descendant_for_byte_range(line, byte)
    if around is None or not around.has_error:
        return False
    return any(
        node.type in language.string_starts and node.parent is not None and node.parent.is_error
        for node in _within(around, line, byte)
    )


def _within(node: Node, start: int, end: int) -> Iterator[Node]:
    for child in node.children:
        if child.start_byte < end and child.end_byte > start:
            if child.start_byte >= start and child.end_byte <= end:
                yield child
            yield from _within(child, start, end)


def block_opens_at(source: Source, language: Language, byte: int) -> bool:
    """Whether the cursor stands where the first statement of an empty block would be.

    A block that holds nothing but comments and a docstring counts as empty; text in the cursor's own line does not.
    """
    rest = source.data[byte:].partition(b"\n")[0]
    if rest.strip(_BLANK):
        return False
    leaf = _leaf_before(source, byte)
    while leaf is not None and (leaf.type in language.comments or _is_docstring(leaf, language)):
        leaf = _leaf_before(source, leaf.start_byte)
    if leaf is None or leaf.type not in language.block_openers:
        return False
    block = _block_after(leaf, language)
    return block is not None and all(
        child.type in language.comments or child.start_byte < byte for child in block.named_children
    )


def _block_after(opener: Node, language: Language) -> Node | None:
    """The block that a token opens: the one it begins, or the one that follows."""
    if opener.parent is not None and opener.parent.type in language.blocks:
        return opener.parent
    siblings = opener.parent.children if opener.parent is not None else []
    after = [node for node in siblings if node.start_byte >= opener.end_byte and node.type not in language.comments]
    return after[0] if after and after[0].type in language.blocks else None  # an empty one has no width


def _leaf_before(source: Source, byte: int) -> Node | None:
    """The last token before a byte; a string or a comment counts as one."""
    end = len(source.data[:byte].rstrip(_BLANK))
    if end == 0:
        return None
    node = source.tree.root_node.descendant_for_byte_range(end - 1, end)
    while node is not None and node.child_count and node.end_byte > end:
        return None
    return node.parent if node is not None and node.parent is not None and node.type == "string_end" else node


def _is_docstring(node: Node, language: Language) -> bool:
    """Whether a string is a statement of its own, the first of its block."""
    statement = node.parent
    if node.type not in language.strings or statement is None or statement.named_child_count != 1:
        return False
    return statement.prev_named_sibling is None or statement.prev_named_sibling.type in language.comments


def scope_around(source: Source, language: Language, byte: int) -> Scope | None:
    """The innermost definition around a byte.

    Where blocks are known by their indentation, a blank line belongs to the definition above that it is indented in.
    """
    scopes = _scopes_at(source, language, byte)
    if language.indented and not source.data[:byte].rpartition(b"\n")[2].strip(_BLANK):
        column = byte - source.data.rfind(b"\n", 0, byte) - 1
        above = _scopes_at(source, language, len(source.data[:byte].rstrip(_BLANK)))
        known = {node.id for node, *_ in scopes}
        scopes += [each for each in above if each[0].id not in known and each[0].start_point.column < column]
        scopes.sort(key=lambda each: each[0].start_byte)
    if not scopes:
        return None
    node, body, until, _ = scopes[-1]
    return Scope(
        name=".".join(name for *_, name in scopes),
        span=span_of(source, node),
        body=span_of(source, body),
        signature=head_of(source, node, until),
    )


def _scopes_at(source: Source, language: Language, byte: int) -> list[tuple[Node, Node, Node | None, str]]:
    """The definitions around a byte, outermost first: node, body, end of the head, name."""
    cursor = QueryCursor(language.context)
    cursor.set_byte_range(max(byte - 1, 0), byte + 1)
    found = []
    for _, captures in cursor.matches(source.tree.root_node):
        node = captures["scope"][0]
        if node.start_byte <= byte <= node.end_byte:
            until = captures["until"][0] if "until" in captures else None
            found.append((node, captures["body"][0], until, source.text(captures["name"][0])))
    return sorted(found, key=lambda each: each[0].start_byte)
