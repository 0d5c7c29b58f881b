"""One name for a file inside the server, the editor's own spelling of it in every message to the editor.

A file has many URIs: editors escape them differently, and a workspace may lie behind a symbolic link, while its tests
speak of real paths. Inside, a document of a workspace folder is known by ``uri_of`` its real path and by nothing else.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from winnow.uris import path_of, uri_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


AGAIN = "#again"
"""Stands behind the name of a document whose file is open by another name already; no file's URI ends so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folder:
    """A workspace folder: its URI and path as the editor spells them, and its real path; no slash ends any."""

    uri: str
    path: str
    real: str


class FileNames:
    """Translates between the two; the disk is asked once for each document that is opened, and at no keystroke."""

    def __init__(self) -> None:
        self._folders: Mapping[str, _Folder] = MappingProxyType({})
        self._inside: dict[str, str] = {}
        self._outside: dict[str, str] = {}

    def enter(self, added: Iterable[str], left: Iterable[str] = ()) -> None:
        """Take in the URIs of folders that were opened, and of those that were left."""
        gone = {_folder(uri).path for uri in left}
        kept = {path: folder for path, folder in self._folders.items() if path not in gone}
        self._folders = MappingProxyType(kept | {each.path: each for each in map(_folder, added)})

    @property
    def roots(self) -> tuple[str, ...]:
        """The real paths of the folders that are open, each once."""
        return tuple(dict.fromkeys(each.real or "/" for each in self._folders.values()))

    def opened(self, uri: str) -> str:
        """The name inside of a document from its opening on; one opened by two names at once is two documents."""
        inside = self.inside(uri)
        while self._outside.setdefault(inside, uri) != uri:
            inside += AGAIN
        self._inside[uri] = inside
        return inside

    def closed(self, uri: str) -> str:
        """The name inside of a document that is open no longer."""
        inside = self.inside(uri)
        self._inside.pop(uri, None)
        if self._outside.get(inside) == uri:
            del self._outside[inside]
        return inside

    def succeed(self, inside: str) -> str | None:
        """Give the name of a document that was closed to one opened by another name; what that was known by so far."""
        if inside in self._outside:
            return None
        again = ((uri, name) for uri, name in self._inside.items() if name.startswith(f"{inside}{AGAIN}"))
        uri, before = next(again, ("", None))
        if before is not None:
            del self._outside[before]
            self._inside[uri], self._outside[inside] = inside, uri
        return before

    def inside(self, uri: str) -> str:
        """The name inside of what the editor names."""
        known = self._inside.get(uri)
        if known is not None or not uri.startswith("file:"):
            return known or uri
        return uri_of(self.inside_path(path_of(uri)))

    def outside(self, uri: str) -> str:
        """The editor's name of a file: as it was opened, else as its folder is spelt."""
        if uri in self._outside:
            return self._outside[uri]
        folder = self._folder_at(path_of(uri))
        return folder.uri + uri.removeprefix(uri_of(folder.real)) if folder else uri

    def inside_path(self, path: str) -> str:
        """A path as it is known inside; of symbolic links to files, only those to Python files are followed.

        A file whose name says that it holds secrets must keep that name.
        """
        spelt = [each for each in self._folders.values() if _holds(each.path, path)]
        folder = max(spelt, key=lambda each: len(each.path), default=None)
        named = folder.real + path[len(folder.path) :] if folder else path
        real = _real(named) if named.endswith(".py") else named
        return real if self._folder_at(real) else named

    def outside_path(self, path: str) -> str:
        """A path as the editor spells it."""
        folder = self._folder_at(path)
        return folder.path + path[len(folder.real) :] if folder else path

    def _folder_at(self, path: str) -> _Folder | None:
        """The innermost folder that holds a path as it is known inside."""
        holding = [each for each in self._folders.values() if _holds(each.real, path)]
        return max(holding, key=lambda each: len(each.real), default=None)


def _folder(uri: str) -> _Folder:
    path = path_of(uri).rstrip("/")
    return _Folder(uri=uri.rstrip("/"), path=path, real=_real(path or "/").rstrip("/"))


def _holds(folder: str, path: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _real(path: str) -> str:
    return path_of(uri_of(os.path.realpath(path))) if Path(path).is_absolute() else path
