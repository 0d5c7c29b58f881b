"""One function to repair, as the kinds of edit see it: its tree, its text, and the names in its scope."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from winnow.facts import Edit
from winnow.mend.indent import in_units, unit_of
from winnow.mend.proposal import Proposal
from winnow.parsing import parse, parse_expression
from winnow.text import bare_lines, split_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef
_ATOMS = (
    ast.Name | ast.Constant | ast.Call | ast.Attribute | ast.Subscript | ast.List | ast.Dict | ast.Set
    | ast.ListComp | ast.DictComp | ast.SetComp | ast.GeneratorExp | ast.JoinedStr
)  # fmt: skip
_TIGHT = ast.BinOp | ast.UnaryOp | ast.Compare | ast.BoolOp | ast.Attribute | ast.Starred | ast.Await | ast.IfExp


class Source:
    """A file's text and tree. Raises SyntaxError where the text does not parse."""

    def __init__(self, key: str, text: str) -> None:
        self.key = key
        self.text = text
        self.lines = split_lines(text)
        self.newline = "\r\n" if self.lines[0].endswith("\r\n") else "\n"
        self.unit = unit_of(self.lines)
        self.tree = parse(text)
        self._starts = list(accumulate((len(line) for line in self.lines), initial=0))

    def offset(self, line: int, byte: int) -> int:
        """The offset of a place as ``ast`` tells it: lines from 1, columns in UTF-8 bytes."""
        text = self.lines[line - 1]
        column = byte if text.isascii() else len(text.encode()[:byte].decode(errors="replace"))
        return self._starts[line - 1] + column

    def line_start(self, line: int) -> int:
        """The offset at which a line begins, lines from 1; beyond the last line, the end of the text."""
        return self._starts[min(line - 1, len(self._starts) - 1)]

    def span(self, node: ast.AST) -> tuple[int, int]:
        """The offsets between which an expression or statement stands."""
        assert isinstance(node, ast.expr | ast.stmt | ast.keyword | ast.ExceptHandler | ast.arg)  # noqa: S101 - for mypy
        assert node.end_lineno is not None  # noqa: S101 - ast.parse always gives one
        assert node.end_col_offset is not None  # noqa: S101 - the same
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    @cached_property
    def functions(self) -> dict[str, tuple[Function, ast.ClassDef | None]]:
        """Every function by its qualified name, with the class it is a method of."""
        return dict(_functions(self.tree, "", None))


def _functions(
    node: ast.AST, prefix: str, owner: ast.ClassDef | None
) -> Iterator[tuple[str, tuple[Function, ast.ClassDef | None]]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield prefix + child.name, (child, owner)
            yield from _functions(child, f"{prefix}{child.name}.<locals>.", None)
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.", child)
        elif not isinstance(child, ast.expr):
            yield from _functions(child, prefix, owner)


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A function to repair. ``name`` is qualified; ``words`` are those the failures said (exception names, ...)."""

    source: Source
    function: Function
    name: str
    owner: ast.ClassDef | None = None
    words: frozenset[str] = frozenset()

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """What may be edited: everything in the body but docstrings, annotations and the names of imports."""
        return tuple(node for statement in self.body for node in _editable(statement))

    @cached_property
    def body(self) -> list[ast.stmt]:
        """The statements after the docstring."""
        body = self.function.body
        return body[1:] if ast.get_docstring(self.function, clean=False) is not None else body

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """What each node stands in."""
        return {child: node for node in ast.walk(self.function) for child in ast.iter_child_nodes(node)}

    @cached_property
    def expressions(self) -> tuple[ast.expr, ...]:
        """Those that are read, not assigned to."""
        return tuple(
            node for node in self.nodes
            if isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
        )  # fmt: skip

    @cached_property
    def statements(self) -> tuple[ast.stmt, ...]:
        """Every statement of the body, nested ones too."""
        return tuple(node for node in self.nodes if isinstance(node, ast.stmt))

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters, in order, ``self`` and ``cls`` left out."""
        spec = self.function.args
        names = [a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
        names += [a.arg for a in (spec.vararg, spec.kwarg) if a]
        return tuple(name for name in names if name not in {"self", "cls"})

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The parameters and the names the body assigns, in order of appearance."""
        assigned = (n.id for n in self.nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
        return tuple(dict.fromkeys((*self.parameters, *assigned)))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Variables that are numbers, by what is computed with them; an array of such is rare."""
        operands = (operand for node in self.nodes for operand in _computed_with(node))
        return frozenset(each.id for each in operands if isinstance(each, ast.Name)) & set(self.variables)

    @cached_property
    def knows_none(self) -> bool:
        """Whether the function has a None anywhere, in a default too."""
        return any(isinstance(node, ast.Constant) and node.value is None for node in ast.walk(self.function))

    @cached_property
    def callables(self) -> frozenset[str]:
        """Names that this function calls and does not assign: functions and classes."""
        called = {n.func.id for n in self.nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        return frozenset(called - set(self.variables))

    @cached_property
    def globals(self) -> tuple[str, ...]:
        """What the module defines or imports."""
        names: dict[str, None] = {}
        for node in self.source.tree.body:
            if isinstance(node, Function | ast.ClassDef):
                names[node.name] = None
            elif isinstance(node, ast.Import | ast.ImportFrom):
                names.update((a.asname or a.name.partition(".")[0], None) for a in node.names if a.name != "*")
            else:
                names.update((n.id, None) for n in ast.walk(node) if _assigned(n))  # type: ignore[attr-defined]
        return tuple(names)

    @cached_property
    def known(self) -> frozenset[str]:
        """Every name that can be meant here."""
        nested = (n.name for n in self.nodes if isinstance(n, Function | ast.ClassDef))
        return frozenset((*self.variables, *nested, *self.globals, *dir(builtins), "self", "cls"))

    @cached_property
    def ends_loops(self) -> frozenset[int]:
        """The lines, from 0, that decide when a ``while`` loop ends: its condition, and what changes a name in it."""
        found: set[int] = set()
        for loop in (node for node in self.statements if isinstance(node, ast.While)):
            names = {node.id for node in ast.walk(loop.test) if isinstance(node, ast.Name)}
            changes = (
                node for node in ast.walk(loop) if isinstance(node, ast.Assign | ast.AugAssign) and names & _set(node)
            )
            for node in (loop.test, *changes):
                found |= set(range(node.lineno - 1, node.end_lineno or node.lineno))
        return frozenset(found)

    def loop_around(self, lines: Collection[int]) -> range:
        """The lines, from 0, of the innermost loop that holds one of these; none where no loop does."""
        loops = (node for node in self.statements if isinstance(node, ast.While | ast.For))
        spans = (range(loop.lineno - 1, loop.end_lineno or loop.lineno) for loop in loops)
        return min((span for span in spans if any(line in span for line in lines)), key=len, default=range(0))

    @cached_property
    def self_attributes(self) -> tuple[str, ...]:
        """Attributes of ``self`` seen in the class, and its methods."""
        if self.owner is None:
            return ()
        seen = (n.attr for n in ast.walk(self.owner) if isinstance(n, ast.Attribute) and _is_self(n.value))
        methods = (n.name for n in self.owner.body if isinstance(n, Function) and not n.name.startswith("__"))
        return tuple(dict.fromkeys((*seen, *methods)))

    def text(self, node: ast.AST) -> str:
        """The source of a node as it is written."""
        start, end = self.source.span(node)
        return self.source.text[start:end]

    def operand(self, node: ast.expr) -> str:
        """The source of a part of a condition, in brackets where another operator would take it apart."""
        loose = isinstance(node, ast.BoolOp | ast.NamedExpr | ast.IfExp | ast.Lambda)
        return f"({self.text(node)})" if loose else self.text(node)

    def indent(self, statement: ast.stmt) -> str:
        """The white space before a statement."""
        line = self.source.lines[statement.lineno - 1]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def fit(self, node: ast.AST, text: str) -> str:
        """An expression in parentheses where it would otherwise bind to what stands around ``node``."""
        parent = self.parents.get(node)
        tight = isinstance(parent, _TIGHT) or (
            isinstance(parent, ast.Subscript | ast.Call)
            and node is getattr(parent, "value", getattr(parent, "func", None))
        )
        return f"({text})" if tight and not _stands_alone(text) else text

    def instead(self, node: ast.expr, text: str, weight: float = 1.0, title: str = "", why: str = "") -> Proposal:
        """Propose to write ``text`` for an expression."""
        start, end = self.source.span(node)
        written = self.fit(node, text)
        title = title or f"write `{brief(text)}` instead of `{brief(self.source.text[start:end])}`"
        return self.splice((start, end), written, weight, title, why)

    def splice(self, span: tuple[int, int], text: str, weight: float, title: str, why: str = "") -> Proposal:
        """Propose to replace what stands between two offsets."""
        return Proposal(
            edits=(Edit(uri=self.source.key, start=span[0], end=span[1], text=text),),
            title=f"{title} in `{self.name}`",
            explanation=why,
            kind="",
            weight=weight,
        )

    def insert_before(self, statement: ast.stmt, lines: str, weight: float, title: str, why: str = "") -> Proposal:
        """Propose new lines before a statement and as deep as it, written as if that stood at the left, in fours."""
        at = self.source.line_start(statement.lineno)
        return self.splice((at, at), self._indented(lines, self.indent(statement)), weight, title, why)

    def insert_after(self, statement: ast.stmt, lines: str, weight: float, title: str, why: str = "") -> Proposal:
        """Propose new lines after a statement and as deep as it."""
        assert statement.end_lineno is not None  # noqa: S101 - ast.parse always gives one
        at = self.source.line_start(statement.end_lineno + 1)
        text = self._indented(lines, self.indent(statement))
        if at == len(self.source.text) and not self.source.text.endswith(("\n", "\r")):
            text = self.source.newline + text.rstrip("\r\n")
        return self.splice((at, at), text, weight, title, why)

    def _indented(self, lines: str, indent: str) -> str:
        written = (in_units(line, self.source.unit) for line in bare_lines(lines))
        return "".join(f"{indent}{line}{self.source.newline}" for line in written)


def _set(node: ast.AST) -> set[str]:
    """The names that a statement gives a value."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}


def _computed_with(node: ast.AST) -> list[ast.expr]:
    """The operands of what is hardly done but with numbers; a path is divided, too."""
    match node:
        case ast.BinOp(left=left, op=ast.Sub() | ast.FloorDiv() | ast.Pow(), right=right):
            return [left, right]
        case ast.Call(func=ast.Name(id="range" | "abs"), args=given):
            return given
    return []


def _stands_alone(text: str) -> bool:
    """Whether an expression binds to nothing around it; what goes over lines within its brackets needs brackets."""
    try:
        return isinstance(parse_expression(text), _ATOMS)
    except SyntaxError:
        return False


def brief(text: str) -> str:
    """Code on one line, short enough for a title."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:37] + "..."  # noqa: PLR2004 - what a quick-fix menu shows of a title


def _editable(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    if isinstance(node, ast.JoinedStr):
        return  # before Python 3.12 what stands inside has no true position
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_comment"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.alias):
                yield from _editable(child)


def _assigned(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"
