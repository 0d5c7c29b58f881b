"""The open documents: the one place where their state changes, from one frozen snapshot to the next."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from winnow.facts import Document, Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping


class Workspace:
    """Holds the current snapshot; whoever took an earlier one keeps it."""

    def __init__(self) -> None:
        self.snapshot = Snapshot(revision=0)

    def put(self, document: Document) -> Snapshot:
        """Open a document, or take in its new version."""
        return self._next({**self.snapshot.documents, document.uri: document})

    def forget(self, uri: str) -> Snapshot:
        """Close a document; from here on the file on the disk counts."""
        return self._next({each: document for each, document in self.snapshot.documents.items() if each != uri})

    def _next(self, documents: Mapping[str, Document]) -> Snapshot:
        self.snapshot = Snapshot(revision=self.snapshot.revision + 1, documents=MappingProxyType(dict(documents)))
        return self.snapshot
