"""What the project says now: documents, syntax, symbols, watching. Only this room imports tree_sitter and watchdog."""

from winnow.workspace.documents import Workspace
from winnow.workspace.edits import apply, refit
from winnow.workspace.uris import path_of, uri_of

__all__ = ["Workspace", "apply", "path_of", "refit", "uri_of"]
