"""A whole file as a model writes it: with demonstrations that nobody wants, and without what it was not about."""

from __future__ import annotations

import ast

from winnow.parsing import parse
from winnow.text import bare_lines, split_lines

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def made_whole(text: str, before: str) -> str:
    """A file as a model wrote it, without what only demonstrates, and with the definitions that it left out.

    As it is where one of the two does not parse, or is nested too deeply to be compared.
    """
    try:
        return _with_left_out(_without_demonstrations(text, before), before)
    except (SyntaxError, RecursionError):
        return text


def _with_left_out(text: str, before: str) -> str:
    """The functions and classes that were there before stay, with the imports that they may need."""
    tree, old = parse(text), parse(before)
    defined = {node.name for node in tree.body if isinstance(node, Definition)}
    left_out = [node for node in old.body if isinstance(node, Definition) and node.name not in defined]
    if not left_out:
        return text
    known = {ast.dump(node) for node in tree.body}
    read = {node.id for definition in left_out for node in ast.walk(definition) if isinstance(node, ast.Name)}
    imports = [
        node
        for node in old.body
        if isinstance(node, ast.Import | ast.ImportFrom) and ast.dump(node) not in known and _binds(node) & {"*", *read}
    ]
    lines = bare_lines(before)
    parts = [text.rstrip("\n"), *("\n".join(lines[_first(node) - 1 : node.end_lineno]) for node in left_out)]
    return "".join(f"{ast.unparse(node)}\n" for node in imports) + "\n\n\n".join(parts) + "\n"


def _binds(node: ast.Import | ast.ImportFrom) -> set[str]:
    """The names that an import gives a meaning."""
    return {alias.asname or alias.name.partition(".")[0] for alias in node.names}


def _first(node: Definition) -> int:
    """The line on which a definition starts, its decorators with it."""
    return min([node.lineno, *(each.lineno for each in node.decorator_list)])


def _without_demonstrations(text: str, before: str) -> str:
    tree, known = parse(text), {ast.dump(node) for node in parse(before).body}
    lines = split_lines(text)
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
