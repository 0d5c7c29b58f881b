"""Walk over the parts of a module that run as they stand, leaving out what the program itself is unsure of.

Left out: what stands under a handler of the error that an unknown name raises, under a test of the platform, the
version or ``hasattr``, after such a test that leaves the block, and annotations, which may never be evaluated.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FORGIVING = {
    "NameError", "UnboundLocalError", "AttributeError", "ImportError", "ModuleNotFoundError", "Exception",
    "BaseException", "TypeError",
}  # fmt: skip
_UNSURE = {
    "sys", "platform", "version_info", "TYPE_CHECKING", "PY2", "PY3", "hasattr", "getattr", "globals", "locals",
    "builtins", "__builtins__", "skipIf", "skipUnless", "skipif", "requires", "sysconfig", "six", "find_spec", "dir",
    "importlib", "vars",
}  # fmt: skip
_SWITCH = re.compile(
    r"_*[A-Z0-9_]*(PY|WIN|LINUX|POSIX|MAC|DARWIN|CPYTHON|BSD|ANDROID|EMSCRIPTEN|WAS[IM]|HAS_|HAVE|^IS_|CYGWIN|OSX|UNIX"
    r"|SUPPORT|AVAILABLE|ENABLE|INSTALLED|VERSION)[A-Z0-9_]*$"
)
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def certain(tree: ast.Module) -> list[ast.AST]:
    """The nodes whose evaluation the program is sure of."""
    return list(_block(tree.body))


def marks_of(nodes: Sequence[ast.AST]) -> frozenset[str]:
    """Attributes that the text writes to or spells in a string: objects have them by other means than a definition."""
    written = {n.attr for n in nodes if isinstance(n, ast.Attribute) and not isinstance(n.ctx, ast.Load)}
    return frozenset(written | {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)})


def _block(statements: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    for statement in statements:
        yield from _visit(statement)
        leaves = isinstance(statement, ast.If) and isinstance(statement.body[-1], _LEAVES)
        if leaves and isinstance(statement, ast.If) and _unsure(statement.test):
            return


def _visit(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Try() | ast.TryStar():
            if not any(_forgives(handler) for handler in node.handlers):
                yield from _block(node.body)
                yield from _block(node.orelse)
                for handler in node.handlers:
                    yield from _visit(handler)
            yield from _block(node.finalbody)
        case ast.If() | ast.IfExp() | ast.While() if _unsure(node.test):
            return
        case ast.BoolOp() if any(_unsure(value) for value in node.values):
            return
        case ast.With() | ast.AsyncWith() if any(_expects_error(item) for item in node.items):
            return
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            if not any(_unsure(decorator) for decorator in node.decorator_list):
                yield node
                yield from _definition(node)
        case ast.AnnAssign():
            yield node
            yield from (n for part in (node.target, node.value) if part for n in _visit(part))
        case _:
            yield node
            yield from _children(node)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    for _, value in ast.iter_fields(node):
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield from _block(value)
        else:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _visit(child)


def _definition(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Iterator[ast.AST]:
    outside: list[ast.expr | None] = [*node.decorator_list]
    if isinstance(node, ast.ClassDef):
        outside += [*node.bases, *(keyword.value for keyword in node.keywords)]
    else:
        outside += [*node.args.defaults, *node.args.kw_defaults]
    for part in outside:
        if part is not None:
            yield from _visit(part)
    yield from _block(node.body)


def _names(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr


def _unsure(test: ast.expr) -> bool:
    return any(name in _UNSURE or _SWITCH.match(name) for name in _names(test)) or _asks_os_name(test)


def _asks_os_name(test: ast.expr) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr == "name" and _is_os(n.value) for n in ast.walk(test))


def _is_os(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "os"


def _forgives(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or any(name in _FORGIVING for name in _names(handler.type))


def _expects_error(item: ast.withitem) -> bool:
    call = item.context_expr
    return isinstance(call, ast.Call) and any(name in _FORGIVING for part in call.args for name in _names(part))
