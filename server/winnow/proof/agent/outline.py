"""A source file as functions, so that an edit inside one is told from an edit of the module around them.

Used on both sides: the agent patches what changed, the server selects the tests that reach it. A file is parsed
once; an edit inside one function parses that function alone, whatever the size of the file.
"""

from __future__ import annotations

import ast
import hashlib
from bisect import bisect_right
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple, Union

from .source_lines import source_lines

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
Parse = Callable[[str], ast.Module]


class Unit(NamedTuple):
    """A function that no other function encloses. Lines count from 1; ``end`` includes what trails it.

    ``chain`` names the classes around it; ``plain`` says whether only classes are around it. ``head`` and ``body`` are
    checksums of their syntax.
    """

    first: int
    end: int
    chain: Tuple[str, ...]
    name: str
    plain: bool
    head: str
    body: str

    @property
    def qualname(self) -> str:
        """The dotted name within its module."""
        return ".".join([*self.chain, self.name])


class Change(NamedTuple):
    """What an edit changed: whole functions by name (old and new), and whether the module around them changed."""

    functions: Tuple[Tuple[Unit, Unit], ...]
    module: bool
    new: Optional["Outline"]


class Outline:
    """The functions of one source text. Raises SyntaxError when it does not parse, or as its ``parse`` does.

    Who has several threads says how to ``parse`` in one at a time.
    """

    def __init__(self, source: str, parse: Parse = ast.parse) -> None:
        self.source = source
        self._parse = parse
        self.lines = source_lines(source)
        tree = parse(source)
        self.flags = _future_flags(tree)
        self.units: List[Unit] = []
        try:
            self.around = _digest(self._read(tree, (), len(self.lines), plain=True))
        except RecursionError:
            raise SyntaxError("nested too deeply to be read") from None
        self.units.sort()
        self._firsts = [unit.first for unit in self.units]

    def _read(self, node: ast.AST, chain: Tuple[str, ...], end: int, *, plain: bool) -> str:
        """Note the functions below a node; return a dump of the node without their bodies."""
        parts = []
        body = list(ast.iter_child_nodes(node))
        for position, child in enumerate(body):
            following = body[position + 1] if position + 1 < len(body) else None
            last = first_line(following) - 1 if isinstance(following, ast.stmt) else end
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                unit = _unit(child, chain, max(last, child.end_lineno or 0), plain=plain)
                self.units.append(unit)
                parts.append(unit.head)
            elif isinstance(child, ast.ClassDef):
                heads = [_dump(each) for each in (*child.bases, *child.keywords, *child.decorator_list)]
                inner = ast.Module(body=child.body, type_ignores=[])
                parts += [child.name, *heads, self._read(inner, (*chain, child.name), last, plain=plain)]
            elif isinstance(child, ast.stmt) and hasattr(child, "body"):
                parts += [type(child).__name__, self._read(child, chain, child.end_lineno or end, plain=False)]
            else:
                parts.append(_dump(child))
        return "\n".join(parts)

    def checksums(self) -> Dict[str, str]:
        """A checksum by qualified name, of head and body; that of the module around them under the empty name."""
        sums = {unit.qualname: _digest(unit.head + unit.body) for unit in self.units}
        sums[""] = self.around
        return sums

    def unit_at(self, line: int) -> Optional[Unit]:
        """The function that holds a line."""
        position = bisect_right(self._firsts, line) - 1
        if position >= 0 and self.units[position].end >= line:
            return self.units[position]
        return None

    def change_to(self, source: str) -> Change:
        """What another text changes. Raises SyntaxError when it does not parse."""
        if source == self.source:
            return Change((), module=False, new=None)
        within = self._within_one(source)
        return within if within is not None else self._compare(Outline(source, self._parse))

    def _within_one(self, source: str) -> Optional[Change]:
        """The change when all of it lies inside one function below its head, else None; parses that function only."""
        lines = source_lines(source)
        shortest = min(len(self.lines), len(lines))
        before = 0
        while before < shortest and self.lines[before] == lines[before]:
            before += 1
        after = 0
        while after < shortest - before and self.lines[-1 - after] == lines[-1 - after]:
            after += 1
        low, high = before + 1, len(self.lines) - after
        unit = self.unit_at(low) or self.unit_at(low - 1)
        if unit is None or not unit.plain or not unit.first < low or high > unit.end:
            return None
        end = unit.end + len(lines) - len(self.lines)
        try:
            node = function_in(self._parse(chunk(lines, unit.first, end, unit.chain)), unit.chain)
        except SyntaxError:
            return None  # the whole file is parsed, and says where it is wrong
        changed = None if node is None else _unit(node, unit.chain, end, plain=True)
        if changed is None or changed.name != unit.name or changed.head != unit.head:
            return None
        return Change(((unit, changed),) if changed.body != unit.body else (), module=False, new=None)

    def _compare(self, other: "Outline") -> Change:
        mine: Dict[str, List[Unit]] = {}
        for unit in self.units:
            mine.setdefault(unit.qualname, []).append(unit)
        pairs = []
        module = self.around != other.around or self.flags != other.flags
        for unit in other.units:
            olds = mine.get(unit.qualname)
            if not olds:
                module = True
                continue
            old = olds.pop(0)
            if old.body != unit.body or old.head != unit.head:
                pairs.append((old, unit))
        return Change(tuple(pairs), module or any(mine.values()), other)


def chunk(lines: List[str], first: int, end: int, chain: Tuple[str, ...]) -> str:
    """A source with a function alone inside its classes, on the lines where it stands in its file."""
    heads = "".join(" " * depth + f"class {name}:\n" for depth, name in enumerate(chain))
    return "\n" * (first - 1 - len(chain)) + heads + "".join(lines[first - 1 : end])


def function_in(tree: ast.AST, chain: Tuple[str, ...]) -> Optional[Function]:
    """The only function inside the classes of a chunk, or None when it is not alone there."""
    node: Any = tree
    for _ in range(len(chain) + 1):
        body: List[ast.AST] = getattr(node, "body", [])
        if len(body) != 1:
            return None
        node = body[0]
    return node if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else None


def first_line(node: ast.stmt) -> int:
    """Where a statement starts, its decorators included."""
    decorators: List[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


def _unit(node: Function, chain: Tuple[str, ...], end: int, *, plain: bool) -> Unit:
    outer = [_dump(node.args), *map(_dump, node.decorator_list)]
    if node.returns is not None:
        outer.append("->" + _dump(node.returns))
    if _is_docstring(node.body[0]):
        outer.append(_dump(node.body[0]))  # becomes ``__doc__`` when the def runs, so it belongs to the head
    head = _digest("\n".join([type(node).__name__, node.name, *outer]))
    body = _digest("\n".join(map(_dump, node.body)))
    return Unit(first_line(node), end, chain, node.name, plain, head, body)


def _dump(tree: ast.AST) -> str:
    """The same for the same code; without recursion, as a chain of hundreds of ``elif`` is a tree as deep."""
    parts = []
    left: List[Any] = [tree]
    while left:
        each = left.pop()
        if isinstance(each, ast.AST):
            parts.append(type(each).__name__)
            left += [getattr(each, name, None) for name in reversed(each._fields)]
        elif isinstance(each, list):
            parts.append(f"[{len(each)}]")
            left += reversed(each)
        else:
            parts.append(repr(each))
    return " ".join(parts)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _future_flags(tree: ast.Module) -> int:
    import __future__

    flags: int = 0
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                flags |= int(getattr(__future__, alias.name).compiler_flag)
    return flags
