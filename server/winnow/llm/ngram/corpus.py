"""The texts the engine has read: the project, what was edited since, and a library that is always there.

What looks like a secret is replaced before it is read, so that it is never written into another file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from winnow.llm.ngram.abstraction import LITERAL, symbols
from winnow.llm.ngram.lexing import lex
from winnow.llm.ngram.sequences import Scan, SuffixArray
from winnow.llm.ngram.vocabulary import Vocabulary
from winnow.llm.secrets import redact

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

PROJECT_TOKENS = 1_200_000
LIBRARY_TOKENS = 1_000_000
"""How much is kept. At 16 bytes a token, its words and the moment of building, this stays near 150 MB."""
LARGEST_FILE = 400_000
"""Characters; larger files are data or generated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Many files, sorted once, read literally and with local names abstracted; ``paths`` in the order they stand."""

    paths: Mapping[str, int]
    literal: SuffixArray
    abstract: SuffixArray

    def __len__(self) -> int:
        """Count the tokens."""
        return len(self.literal)


def read(text: str, vocabulary: Vocabulary) -> list[int]:
    """The numbers of a text's tokens, without its secrets."""
    return vocabulary.numbers(lex(redact(text)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheaf:
    """Files read and not yet sorted: what can be sorted in another thread, as numpy lets go of the GIL for it."""

    paths: Mapping[str, int]
    literal: NDArray[np.int32]
    abstract: NDArray[np.int32]
    words: int

    def sorted(self) -> Shelf:
        """The shelf of these files: a second a million tokens."""
        return Shelf(
            paths=self.paths,
            literal=SuffixArray(self.literal, self.words),
            abstract=SuffixArray(self.abstract, self.words + LITERAL),
        )


def gather(texts: Iterable[tuple[str, str]], vocabulary: Vocabulary, most: int) -> Generator[int, None, Sheaf]:
    """Read files, nearest first, until ``most`` tokens are reached; yields how many are read, returns the sheaf."""
    paths: dict[str, int] = {}
    literal: list[NDArray[np.int32]] = []
    abstract: list[NDArray[np.int32]] = []
    size = 0
    for done, (path, text) in enumerate(texts, start=1):
        if len(text) > LARGEST_FILE:
            continue
        numbers = read(text, vocabulary)
        if size + len(numbers) > most:
            break
        size += len(numbers)
        paths[path] = len(literal)
        literal.append(np.asarray(numbers, np.int32))
        abstract.append(np.asarray(symbols(numbers, vocabulary)[0], np.int32))
        yield done
    return Sheaf(paths=paths, literal=_joined(literal), abstract=_joined(abstract), words=len(vocabulary))


def _joined(parts: Sequence[NDArray[np.int32]]) -> NDArray[np.int32]:
    return np.concatenate(parts) if parts else np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One file read by itself, ready to be scanned."""

    literal: Scan
    abstract: Scan

    @classmethod
    def of(cls, numbers: Sequence[int], vocabulary: Vocabulary) -> Leaf:
        """A leaf of these tokens."""
        return cls(literal=Scan(numbers), abstract=Scan(symbols(numbers, vocabulary)[0]))


@dataclass(slots=True, kw_only=True)
class Corpus:
    """What can be asked: shelves are replaced whole, edited files lie beside them until the next rebuild."""

    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    project: Shelf | None = None
    library: Shelf | None = None
    edited: dict[str, Leaf] = field(default_factory=dict)

    def put(self, path: str, text: str) -> None:
        """Read a file again after an edit; its older text no longer counts."""
        shortened = text[:LARGEST_FILE]
        self.edited[path] = Leaf.of(read(shortened, self.vocabulary), self.vocabulary)

    def forget(self, path: str) -> None:
        """Leave a file out of every answer."""
        self.edited[path] = Leaf.of((), self.vocabulary)

    def beside(self, current: str) -> Leaf | None:
        """The files edited since they were shelved, as one text, without the current one."""
        leaves = [leaf for path, leaf in self.edited.items() if path != current and len(leaf.literal.text)]
        if not leaves:
            return None
        literal, abstract = ([leaf.literal.text for leaf in leaves], [leaf.abstract.text for leaf in leaves])
        return Leaf(literal=Scan(_joined(literal)), abstract=Scan(_joined(abstract)))

    def left_out(self, current: str) -> NDArray[np.bool_] | None:
        """Which files of the project's shelf do not count: the current one, and those edited since."""
        if self.project is None:
            return None
        stale = [self.project.paths[path] for path in {*self.edited, current} if path in self.project.paths]
        if not stale:
            return None
        mask = np.zeros(len(self.project.paths), np.bool_)
        mask[stale] = True
        return mask
