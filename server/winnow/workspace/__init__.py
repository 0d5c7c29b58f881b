"""What the project says now: documents, syntax, symbols, watching. Only this room imports tree_sitter and watchdog.

A name's file is imported when the name is first asked for: the workers of the index need few, and start at every save.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from winnow.workspace.closed import closed_texts
    from winnow.workspace.documents import Workspace
    from winnow.workspace.edits import CLOSERS, apply, refit, typed_since
    from winnow.workspace.index import Index
    from winnow.workspace.symbols import Import, Scope, Span, Symbol
    from winnow.workspace.syntax import Syntax, syntax_of
    from winnow.workspace.uris import path_of, uri_of
    from winnow.workspace.watching import Watch, watch
else:
    _NAMES = {
        "closed": ("closed_texts",),
        "documents": ("Workspace",),
        "edits": ("CLOSERS", "apply", "refit", "typed_since"),
        "index": ("Index",),
        "symbols": ("Import", "Scope", "Span", "Symbol"),
        "syntax": ("Syntax", "syntax_of"),
        "uris": ("path_of", "uri_of"),
        "watching": ("Watch", "watch"),
    }

    def __getattr__(name: str) -> object:
        for file, names in _NAMES.items():
            if name in names:
                return getattr(import_module(f"{__name__}.{file}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "CLOSERS",
    "Import",
    "Index",
    "Scope",
    "Span",
    "Symbol",
    "Syntax",
    "Watch",
    "Workspace",
    "apply",
    "closed_texts",
    "path_of",
    "refit",
    "syntax_of",
    "typed_since",
    "uri_of",
    "watch",
]
