"""Edits that remove the cause of a complaint: the name that was meant, the import that is missing or not needed."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import TYPE_CHECKING

from winnow.facts import Edit
from winnow.mend.complaints import Kind
from winnow.mend.proposal import Proposal
from winnow.mend.unit import Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from winnow.mend.complaints import Complaint

_LIKE = 0.7
"""How alike two names have to be that one is taken for the other, 0 to 1."""
_ALIASES = MappingProxyType(
    {"np": "numpy", "pd": "pandas", "plt": "matplotlib.pyplot", "sns": "seaborn", "dt": "datetime", "tf": "tensorflow"}
)
_STANDARD: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "collections": ("Counter", "OrderedDict", "defaultdict", "deque", "namedtuple"),
        "contextlib": ("contextmanager", "suppress"),
        "dataclasses": ("dataclass", "field"),
        "datetime": ("date", "datetime", "timedelta", "timezone"),
        "decimal": ("Decimal",),
        "enum": ("Enum", "IntEnum"),
        "fractions": ("Fraction",),
        "functools": ("cache", "cached_property", "lru_cache", "partial", "reduce", "wraps"),
        "itertools": ("accumulate", "chain", "combinations", "count", "groupby", "islice", "permutations", "product"),
        "math": ("ceil", "floor", "isclose", "pi", "sqrt"),
        "pathlib": ("Path", "PurePath"),
        "types": ("SimpleNamespace",),
        "typing": ("Any", "Callable", "Iterable", "Iterator", "Literal", "NamedTuple", "Optional", "Protocol"),
        "unittest.mock": ("MagicMock", "Mock", "patch"),
        "uuid": ("uuid4",),
    }
)
"""Where the names of the standard library live that people most often use without their module."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What may have been meant: ``names`` in scope, ``members`` of what the complaint is about.

    ``modules`` can be imported; ``homes`` are the modules of the project that define a name.
    """

    names: Collection[str] = ()
    members: Collection[str] = ()
    modules: Collection[str] = ()
    homes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


def remedies(complaint: Complaint, text: str, key: str, known: Known) -> tuple[Proposal, ...]:
    """Edits of a text that parses, the likeliest first; ``weight`` is how sure each is, 0 to 1."""
    try:
        source = Source(key, text)
    except SyntaxError:
        return ()
    name = complaint.name.rpartition(".")[2]
    match complaint.kind:
        case Kind.UNUSED:
            found = list(_without_import(complaint, source))
        case Kind.NAME:
            renamed = _renamed(complaint, name, [*known.names, *dir(builtins)], key)
            found = [*_imported(name, known, source), *renamed]
        case Kind.MODULE:
            found = list(_renamed(complaint, complaint.name, known.modules, key))
        case Kind.MEMBER:
            found = list(_renamed(complaint, name, known.members, key))
    return tuple(sorted(found, key=lambda proposal: -proposal.weight))


def _renamed(complaint: Complaint, name: str, known: Iterable[str], key: str) -> Iterator[Proposal]:
    """The nearest of the names that exist, what the tool itself suggests before all."""
    alike = {other: SequenceMatcher(None, name, other).ratio() for other in known if other != name}
    if complaint.instead and complaint.instead != name:
        alike[complaint.instead] = 1.0
    for other, share in sorted(alike.items(), key=lambda each: (-each[1], each[0]))[:2]:
        if share >= _LIKE and all(map(str.isidentifier, other.split("."))):
            yield Proposal(
                edits=(Edit(uri=key, start=complaint.start, end=complaint.end, text=other),),
                title=f"write `{other}` instead of `{name}`",
                explanation=f"There is no `{name}` here; `{other}` is the name most like it.",
                kind="name",
                weight=share * 0.9,
            )


def _imported(name: str, known: Known, source: Source) -> Iterator[Proposal]:
    """The import that is missing, where it is known what would bind the name."""
    module = _ALIASES.get(name, name)
    if module.partition(".")[0] in known.modules:
        line = f"import {module}" + (f" as {name}" if module != name else "")
        yield _import(line, f"import `{module}`", source)
    homes = [home for home, names in _STANDARD.items() if name in names]
    for home in (*known.homes.get(name, ()), *homes):
        yield _import(f"from {home} import {name}", f"import `{name}` from `{home}`", source)


def _import(line: str, title: str, source: Source) -> Proposal:
    at = _import_place(source)
    gap = source.newline if at == len(source.text) and not source.text.endswith(("\n", "\r\n")) else ""
    return Proposal(
        edits=(Edit(uri=source.key, start=at, end=at, text=f"{gap}{line}{source.newline}"),),
        title=title,
        explanation="The name is used and never bound; this import binds it.",
        kind="import",
        weight=0.95,
    )


def _import_place(source: Source) -> int:
    """Behind the last import at the top of a module, else behind its docstring, else at its start."""
    last = 0
    for node in source.tree.body:
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if isinstance(node, ast.Import | ast.ImportFrom) or (is_text and not last):
            last = node.end_lineno or node.lineno
        elif last:
            break
    return source.line_start(last + 1) if last else source.line_start(_first_line(source))


def _first_line(source: Source) -> int:
    """The first line that is no comment above the code, from 1."""
    return next((n for n, line in enumerate(source.lines, 1) if not line.startswith("#")), len(source.lines) + 1)


def _without_import(complaint: Complaint, source: Source) -> Iterator[Proposal]:
    """The import statement without one of its names; not where a ``try`` asks by it whether there is a module."""
    if source.key.endswith("__init__.py"):
        return  # what a package imports there is for others to use
    for block in _blocks(source.tree):
        for node in block:
            edit = _without(node, complaint, source, alone=len(block) == 1 and node not in source.tree.body)
            if edit is not None:
                yield Proposal(
                    edits=(edit,),
                    title=f"drop the unused import of `{complaint.name}`",
                    explanation="Nothing in this file uses it.",
                    kind="unused",
                    weight=0.95,
                )
                return


def _blocks(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Try):
            yield from (block for name in ("body", "orelse") if isinstance(block := getattr(node, name, None), list))


def _without(node: ast.stmt, complaint: Complaint, source: Source, *, alone: bool) -> Edit | None:
    if not isinstance(node, ast.Import | ast.ImportFrom) or getattr(node, "module", "") == "__future__":
        return None
    start, end = source.span(node)
    index = next((i for i, alias in enumerate(node.names) if _is_named(alias, node, complaint)), None)
    if index is None or not start <= complaint.start < max(end, start + 1):
        return None
    spans = [(source.offset(a.lineno, a.col_offset), source.offset(_end(a), a.end_col_offset or 0)) for a in node.names]
    if len(spans) > 1:
        first, last = (spans[index][0], spans[index + 1][0]) if index + 1 < len(spans) else (spans[-2][1], spans[-1][1])
        return Edit(uri=source.key, start=first, end=last, text="")
    lines = source.line_start(node.lineno), source.line_start((node.end_lineno or node.lineno) + 1)
    around = source.text[lines[0] : start] + source.text[end : lines[1]].partition("#")[0]
    if around.strip():
        return None  # another statement stands on the line
    if alone:
        return Edit(uri=source.key, start=start, end=end, text="pass")
    return Edit(uri=source.key, start=lines[0], end=lines[1], text="")


def _end(alias: ast.alias) -> int:
    return alias.end_lineno or alias.lineno


def _is_named(alias: ast.alias, node: ast.Import | ast.ImportFrom, complaint: Complaint) -> bool:
    full = f"{node.module}.{alias.name}" if isinstance(node, ast.ImportFrom) and node.module else alias.name
    return complaint.name in {alias.name, alias.asname, full, full.partition(".")[2]}
