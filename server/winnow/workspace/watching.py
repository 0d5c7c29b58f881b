"""Files watched by ourselves, for editors that do not watch them for us."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from watchdog.events import (
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from winnow.paths import GENERATED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

GATHER_SECONDS = 0.1
"""What changes within this time is told at once: saving a file makes several events, a checkout makes thousands."""
EVENTS: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileDeletedEvent,
    FileMovedEvent,
    DirMovedEvent,
]
"""Always a filter: without one, an overflow of inotify makes watchdog spin and miss every write."""


class Watch(FileSystemEventHandler):
    """A running observer; ``stop`` ends it."""

    def __init__(self, folders: Iterable[str], changed: Callable[[frozenset[str]], None]) -> None:
        self._changed = changed
        self._folders = tuple(map(Path, folders))
        self._gathered: set[str] = set()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._observer = Observer()
        for folder in self._folders:
            self._observer.schedule(self, str(folder), recursive=True, event_filter=EVENTS)
        self._observer.start()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Gather what an event names."""
        paths = {os.fsdecode(each) for each in (event.src_path, event.dest_path) if each}
        ours = {path for path in paths if self._is_written(Path(path))}
        if not ours:
            return
        with self._lock:
            self._gathered |= ours
            if self._timer is None:
                self._timer = threading.Timer(GATHER_SECONDS, self._tell)
                self._timer.daemon = True
                self._timer.start()

    def _is_written(self, path: Path) -> bool:
        """Whether a person may have written a file: what stands above a folder that is watched does not count."""
        inside = (path.relative_to(folder) for folder in self._folders if path.is_relative_to(folder))
        return any(GENERATED.isdisjoint(each.parts) for each in inside)

    def _tell(self) -> None:
        with self._lock:
            gathered, self._gathered, self._timer = frozenset(self._gathered), set(), None
        self._changed(gathered)

    def stop(self) -> None:
        """Watch no longer."""
        self._observer.stop()


def watch(folders: Iterable[str], changed: Callable[[frozenset[str]], None]) -> Watch:
    """Watch folders; ``changed`` is called from a thread of the observer with the paths that changed.

    To be called in a thread: it walks every folder, those of installed packages, too.
    """
    return Watch(folders, changed)
