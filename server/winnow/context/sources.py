"""What the room needs to be told, as narrow protocols, and the pieces that it chooses among."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from winnow.facts import Context, Document, Excerpt, TestResult


class Definition(Protocol):
    """Something the project defines; ``signature`` is its head as written, such as ``def area(shape) -> float``."""

    @property
    def name(self) -> str:
        """Its own name."""

    @property
    def path(self) -> str:
        """The file it stands in, by path or URI."""

    @property
    def container(self) -> str:
        """The name of what it is defined in, empty at the top of its file."""

    @property
    def signature(self) -> str:
        """Its head as written."""


class Enclosing(Protocol):
    """The innermost definition around the cursor."""

    @property
    def name(self) -> str:
        """Its name, with those around it where that is known."""


class Outline(Protocol):
    """Finds the enclosing definition in a document."""

    def scope_at(self, document: Document, offset: int) -> Enclosing | None:
        """The innermost definition around an offset."""

    def block_opens_at(self, document: Document, offset: int) -> bool:
        """Whether the first statement of an empty block would stand at an offset."""


class Names(Protocol):
    """Finds definitions by name, anywhere in the project."""

    def find(self, name: str) -> Sequence[Definition]:
        """Every definition of a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A diagnostic of the current document: ``line`` counts from 0."""

    line: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything that may be read for one moment; ``texts`` holds closed files, tests among them, by path."""

    context: Context
    names: Names | None
    failures: Sequence[TestResult]
    recent: Sequence[Document]
    texts: Mapping[str, str]
    problems: Sequence[Problem]
    installed: Mapping[str, str]

    @property
    def document(self) -> Document:
        """The document the cursor is in."""
        return self.context.moment.document

    @property
    def function(self) -> str:
        """The bare name of the definition around the cursor, empty outside of any."""
        return self.context.scope.rpartition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An excerpt and what reading it is worth: 1 is a must, 0 is nothing."""

    excerpt: Excerpt
    worth: float


def uri_of(path: str) -> str:
    """The URI of a file; what is one already stays as it is."""
    return path if "://" in path else "file://" + quote(path)


def path_of(uri: str) -> str:
    """The path in a URI; a path stays as it is."""
    return unquote(urlsplit(uri).path)
