"""Put new bodies into functions that live already, and refuse where that would not be the same as an import.

Function objects are patched, never names: a ``from module import f`` anywhere keeps seeing the right body.
"""

from __future__ import annotations

import ast
import gc
import sys
import types
from typing import Any, Dict, List, NamedTuple, Optional, Set, Tuple

from . import overlay
from .outline import Change, Outline, Unit, chunk, function_in
from .record import is_own, module_files
from .source_lines import read_source, source_lines

_KIND = 0x20 | 0x80 | 0x200  # generator, coroutine, asynchronous generator


class Unsafe(Exception):  # noqa: N818 - it says what the edit is
    """Patching might do something else than importing anew would; the message says why."""


class Live:
    """The functions of the project as they were when every test had been collected."""

    def __init__(self, root: str, ran: Set[Tuple[str, str, int]]) -> None:
        self._ran = ran
        self._sources = {path: read_source(path) for path in module_files(root).values()}
        self._outlines: Dict[str, Outline] = {}
        self._modules = {getattr(module, "__file__", None): module for module in list(sys.modules.values())}
        self._functions: Dict[Tuple[str, str, int], List[types.FunctionType]] = {}
        for each in gc.get_objects():
            if type(each) is types.FunctionType and is_own(each.__code__.co_filename, root):
                code = each.__code__
                self._functions.setdefault((code.co_filename, code.co_name, code.co_firstlineno), []).append(each)

    def outline(self, path: str) -> Outline:
        """The source that was imported from a path. Raises Unsafe where it cannot be told."""
        if path not in self._outlines:
            text = overlay.text_of(path)
            text = self._sources.get(path) if text is None else text
            if text is None:
                raise Unsafe(f"{path} could not be read when it was imported")
            try:
                self._outlines[path] = Outline(text)
            except (SyntaxError, ValueError) as error:
                raise Unsafe(f"{path} could not be read as it was imported: {error}") from None
        return self._outlines[path]

    def plan(self, path: str, text: str) -> "Patch":
        """How to make a file's functions those of a text. Raises Unsafe, or SyntaxError."""
        module = self._modules.get(path)
        if module is None:
            ast.parse(text)
            return Patch(path, text, (), ())  # whoever imports it will be given the text
        old = self.outline(path)
        change = old.change_to(text)
        if change.module:
            raise Unsafe("the edit changes more than the bodies of functions")
        lines = source_lines(text)
        codes = []
        for before, after in change.functions:
            code = _compiled(path, lines, after, old.flags, module)
            self._check(path, before, code)
            codes.append((before.name, before.first, code))
        return Patch(path, text, tuple(codes), _shifts(old, change))

    def carry_out(self, patch: "Patch") -> None:
        """Patch; from now on the functions do what the text says."""
        overlay.show(patch.path, patch.text)
        overlay.TEXTS[patch.path] = patch.text
        for name, first, code in patch.codes:
            for function in self._functions[(patch.path, name, first)]:
                function.__code__ = code

    def _check(self, path: str, unit: Unit, code: types.CodeType) -> None:
        """Raise Unsafe where the functions of a unit cannot simply be given another code."""
        if not unit.plain:
            raise Unsafe(f"{unit.qualname} is defined conditionally")
        key = (path, unit.name, unit.first)
        if key in self._ran:
            raise Unsafe(f"{unit.qualname} ran while the tests were imported, so what it left behind may be stale")
        functions = self._functions.get(key, [])
        if not functions:
            raise Unsafe(f"no function {unit.qualname} is alive")
        for function in functions:
            now = function.__code__
            if now.co_freevars != code.co_freevars or (now.co_flags ^ code.co_flags) & _KIND:
                raise Unsafe(f"{unit.qualname} closes over other names, or became another kind of function")


class Patch(NamedTuple):
    """New code for functions of one file, by name and first line; all of it can be marshalled for a child.

    ``shifts`` tell how far lines moved: (first old line, lines) in order.
    """

    path: str
    text: str
    codes: Tuple[Tuple[str, int, types.CodeType], ...]
    shifts: Tuple[Tuple[int, int], ...]


def _shifts(old: Outline, change: Change) -> Tuple[Tuple[int, int], ...]:
    if change.new is not None:
        pairs = zip(old.units, change.new.units)
        return tuple((before.first, after.first - before.first) for before, after in pairs)
    moved = [(before.end + 1, after.end - before.end) for before, after in change.functions]
    return tuple(shift for shift in moved if shift[1])


def _compiled(path: str, lines: List[str], unit: Unit, flags: int, module: Any) -> types.CodeType:
    """The code of one function, compiled as its module was (future flags, rewritten assertions)."""
    source = chunk(lines, unit.first, unit.end, unit.chain)
    tree = ast.parse(source)
    if function_in(tree, unit.chain) is None:
        raise Unsafe(f"{unit.qualname} does not stand alone on its lines")
    config = getattr(getattr(module, "__loader__", None), "config", None)
    if config is not None and "@pytest_ar" in vars(module):
        from _pytest.assertion import rewrite

        rewrite.rewrite_asserts(tree, source.encode("utf-8"), path, config)
    code: types.CodeType = compile(tree, path, "exec", flags, dont_inherit=True)
    for name in (*unit.chain, unit.name):
        inner = _constant(code, name)
        if inner is None:
            raise Unsafe(f"{unit.qualname} could not be compiled alone")
        code = inner
    return code


def _constant(code: types.CodeType, name: str) -> Optional[types.CodeType]:
    return next((each for each in code.co_consts if isinstance(each, types.CodeType) and each.co_name == name), None)
