"""What the project says now: documents, syntax, symbols, watching. Only this room imports tree_sitter and watchdog."""

from winnow.workspace.closed import closed_document, closed_texts, files_stand, stamp_of
from winnow.workspace.committed import committed_texts
from winnow.workspace.documents import Workspace
from winnow.workspace.edits import CLOSERS, apply, refit, same_texts, typed_since
from winnow.workspace.ignored import Ignored
from winnow.workspace.index import Index
from winnow.workspace.symbols import Import, Scope, Span, Symbol
from winnow.workspace.syntax import Syntax, syntax_of
from winnow.workspace.watching import Watch, watch

__all__ = [
    "CLOSERS",
    "Ignored",
    "Import",
    "Index",
    "Scope",
    "Span",
    "Symbol",
    "Syntax",
    "Watch",
    "Workspace",
    "apply",
    "closed_document",
    "closed_texts",
    "committed_texts",
    "files_stand",
    "refit",
    "same_texts",
    "stamp_of",
    "syntax_of",
    "typed_since",
    "watch",
]
