"""Literals as they are compared: each by the text of its value, however it is written."""

from __future__ import annotations

import ast
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from winnow.parsing import literal, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

_TRIVIAL = {"0", "1", "-1", "2", "True", "False", "None", "''", "b''", "0.0", "1.0"}
_ALIKE = 0.7  # of two texts: the one may be a slip of the other
_TELLING = 3  # characters of a text, or of a number as it is written, that are hardly there by chance


def spelt(node: ast.AST) -> str:
    """The text of a literal's value; empty where it is no literal. Texts that are only put together are one text."""
    text = _text(node)
    if text is not None:
        return repr(text)
    try:
        return repr(literal(node)) if isinstance(node, ast.expr) else ""
    except ValueError:
        return ""


def _text(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.FormattedValue(value=value, format_spec=None):
            return _text(value)
        case ast.JoinedStr(values=values):
            return _joined(values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _joined([left, right])
    return None


def _joined(nodes: Sequence[ast.expr]) -> str | None:
    texts = [_text(node) for node in nodes]
    return None if None in texts else "".join(text for text in texts if text is not None)


def is_plain(spelling: str) -> bool:
    """Whether a literal is an ordinary one: an empty value or a small number, nested or not."""
    constants = (node for node in ast.walk(parse(spelling)) if isinstance(node, ast.Constant))
    return all(ast.unparse(constant) in _TRIVIAL for constant in constants)


def is_telling(spelling: str) -> bool:
    """Whether a literal is hardly there by chance, wherever it stands."""
    return not is_plain(spelling) and len(spelling.strip("'\"")) >= _TELLING


def is_slip(wrong: str, right: str) -> bool:
    """Whether one text is the other with a slip of the keyboard."""
    texts = all(text[:1] in {"'", '"'} for text in (wrong, right))
    return texts and SequenceMatcher(None, wrong.strip("'\""), right.strip("'\"")).ratio() >= _ALIKE


def elements(node: ast.AST) -> list[ast.expr]:
    """What stands in a display: of a dictionary the keys, and then the values."""
    match node:
        case ast.List(elts=held) | ast.Tuple(elts=held) | ast.Set(elts=held):
            return held
        case ast.Dict(keys=keys, values=values):
            return [*(key for key in keys if key is not None), *values]
    return []


def last_name(node: ast.AST) -> str:
    """The name by which something is called or read, without what it belongs to; empty where it has none."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
