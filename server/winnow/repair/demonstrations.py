"""What a model adds beside the code to show that it works: asserts, prints, an example at the end of the file."""

from __future__ import annotations

import ast


def without_demonstrations(text: str, before: str) -> str:
    """A file as a model wrote it, without statements that demonstrate and were not there before."""
    try:
        tree, known = ast.parse(text), {ast.dump(node) for node in ast.parse(before).body}
    except (SyntaxError, ValueError):
        return text
    lines = text.splitlines(keepends=True)
    for node in reversed(tree.body):
        if _demonstrates(node) and ast.dump(node) not in known:
            del lines[node.lineno - 1 : node.end_lineno]
    return "".join(lines)


def _demonstrates(node: ast.stmt) -> bool:
    match node:
        case ast.Assert() | ast.Expr(value=ast.Call(func=ast.Name(id="print"))):
            return True
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
    return False
