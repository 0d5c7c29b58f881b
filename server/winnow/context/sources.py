"""What the room needs to be told, as narrow protocols, and the pieces that it chooses among."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from winnow.facts import Context, Document, Excerpt, Moment, TestResult
    from winnow.text import Text

MOST_COMPLAINTS, MOST_TRACES = 50, 16
"""Diagnostics kept of a document, and functions whose run is kept."""


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

    def find(self, name: str, most: int) -> Sequence[Definition]:
        """Every definition of a name; none where more than ``most`` files have one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A diagnostic of the current document: ``line`` counts from 0."""

    line: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What a function's variables held when a test last ran it, in the order of the run.

    A step is the line (from 0) of ``text`` about to run, and the variables that had changed, as text.
    """

    text: Text
    test: str
    steps: Sequence[tuple[int, Mapping[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What came to our eyes beside the text: where the person is, what others complain of, how functions ran.

    ``complaints`` are other servers' diagnostics by URI, each with the text of its line as it was, so that it is
    forgotten when the line is edited; ``traces`` are runs by URI and the name of the function.
    """

    moment: Moment | None = None
    complaints: Mapping[str, Sequence[tuple[Problem, str]]] = field(default_factory=lambda: MappingProxyType({}))
    traces: Mapping[tuple[str, str], Trace] = field(default_factory=lambda: MappingProxyType({}))

    def overhear(self, document: Document, lines: Sequence[int], problems: Sequence[Problem]) -> Seen:
        """With what another server says of these lines now, in place of what it said of them before."""
        kept = [each for each in self.complaints.get(document.uri, ()) if each[0].line not in lines]
        heard = [(each, document.text.line(each.line)) for each in problems if each.line < document.text.line_count]
        known = {**self.complaints, document.uri: tuple([*kept, *heard][-MOST_COMPLAINTS:])}
        return replace(self, complaints=MappingProxyType(known))

    def without(self, uri: str) -> Seen:
        """With nothing of what others complained of in a document."""
        left = {other: told for other, told in self.complaints.items() if other != uri}
        return replace(self, complaints=MappingProxyType(left))

    def standing(self, document: Document) -> tuple[Problem, ...]:
        """What others complain of in lines that read as they did then."""
        text = document.text
        said = self.complaints.get(document.uri, ())
        return tuple(each for each, line in said if each.line < text.line_count and text.line(each.line) == line)

    def witness(self, uri: str, function: str, trace: Trace) -> Seen:
        """With a run of a function, in place of its earlier one."""
        others = {key: each for key, each in self.traces.items() if key != (uri, function)}
        latest = dict([*others.items(), ((uri, function), trace)][-MOST_TRACES:])
        return replace(self, traces=MappingProxyType(latest))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything that may be read for one moment; ``texts`` holds closed files, tests among them, by path.

    ``withheld`` are the URIs of open documents that no model may read.
    """

    context: Context
    names: Names | None
    failures: Sequence[TestResult]
    recent: Sequence[Document]
    texts: Mapping[str, str]
    withheld: frozenset[str]
    problems: Sequence[Problem]
    installed: Mapping[str, str]
    trace: Trace | None

    @property
    def document(self) -> Document:
        """The document the cursor is in."""
        return self.context.moment.document

    @property
    def opened(self) -> Mapping[str, Document]:
        """The open documents that a model may read, by URI."""
        documents = self.context.moment.snapshot.documents
        return {uri: document for uri, document in documents.items() if uri not in self.withheld}

    @property
    def function(self) -> str:
        """The bare name by which others call the definition around the cursor, empty outside of any."""
        owner, _, name = self.context.scope.rpartition(".")
        return owner.rpartition(".")[2] if owner and name.startswith("__") else name


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An excerpt and what reading it is worth: 1 is a must, 0 is nothing."""

    excerpt: Excerpt
    worth: float
