"""What one editor connection works with.

A session ties the rooms together; it holds no logic of its own. What changes over time (the gate, what is known of
a test) is replaced whole, never edited in place, so that a task may keep what it read.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from winnow.context import Seen
from winnow.findings import Finding, TestKey
from winnow.uris import path_of
from winnow.workspace import Ignored, refit, same_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence

    from winnow.client import Client
    from winnow.facts import (
        Candidate,
        Context,
        Decision,
        Document,
        Moment,
        Snapshot,
        Suggestion,
        TestResult,
    )
    from winnow.findings import Fix
    from winnow.gate import Gate
    from winnow.journal import Journal, Lesson
    from winnow.llm import EmbeddedProvider, Provider
    from winnow.proof import Prover
    from winnow.settings import Settings
    from winnow.workspace import Index, Workspace

P = ParamSpec("P")
T = TypeVar("T")
SHOWINGS_KEPT = 8
PRESENTED_KEPT = 200
LESSONS_KEPT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """One workspace folder with its tests.

    ``prover`` is None until its tests are being looked for; ``settings`` are those it was opened with.
    """

    path: str
    prover: Prover | None
    settings: Settings

    def holds(self, path: str) -> bool:
        """Whether a file belongs to this folder."""
        return Path(path).is_relative_to(self.path)

    def key(self, test: str) -> TestKey:
        """A test of this folder among those of all."""
        return TestKey(folder=self.path, test=test)

    def module(self, path: str) -> str:
        """The dotted name by which a file of this folder is imported; empty for one outside it."""
        if not self.holds(path):
            return ""
        parts = [*Path(path).relative_to(self.path).with_suffix("").parts]
        if parts and parts[0] == "src":
            parts = parts[1:]
        if parts and parts[-1] == "__init__":
            parts = parts[:-1]
        return ".".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """A suggestion as it was put before the person, with the text it was made for."""

    suggestion: Suggestion
    snapshot: Snapshot
    context: Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What came of one question: what is still to be journalled, and what would be shown, once it is presented."""

    decisions: tuple[Decision, ...]
    showings: tuple[Showing, ...] = ()


@dataclass(slots=True, kw_only=True)
class Inquiry:
    """A question that is under way, which later keystrokes may join; ``heard`` is how its answer begins."""

    moment: Moment
    task: asyncio.Task[Proposal]
    heard: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What was proposed ahead for the moment after a suggestion on the screen, should it be accepted."""

    moment: Moment
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A document as it was before somebody began to edit it, and when that was."""

    document: Document
    at: float


@dataclass(slots=True, kw_only=True)
class Session:
    """The collaborators of one connection, and what is known at this moment."""

    settings: Settings
    client: Client
    workspace: Workspace
    index: Index
    journal: Journal
    gate: Gate
    provider: Provider
    embedded: EmbeddedProvider
    folders: tuple[Folder, ...] = ()
    ignored: Ignored = field(default_factory=Ignored)
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    findings: dict[TestKey, Finding] = field(default_factory=dict)
    """Changed in place, as there may be thousands, and by ``note``, ``revise`` and ``forget`` alone."""
    lessons: tuple[Lesson, ...] = ()
    """What fixes taught, the latest last: what mended something once may mend it elsewhere."""
    amended: Mapping[str, tuple[Document, tuple[Fix, ...]]] = field(default_factory=lambda: MappingProxyType({}))
    """By URI, or by another server's complaint: a document with a fault in it, and what was found to repair it."""
    presented: deque[str] = field(default_factory=lambda: deque(maxlen=PRESENTED_KEPT))
    """The ids of the decisions on repairs that have appeared in a menu."""
    showings: deque[Showing] = field(default_factory=lambda: deque(maxlen=SHOWINGS_KEPT))
    finishing: dict[str, Showing] = field(default_factory=dict)
    inquiry: Inquiry | None = None
    foreseen: Foreseen | None = None
    progress: Mapping[str, tuple[str, bool]] = field(default_factory=lambda: MappingProxyType({}))
    """What is left of the suggestion that is being typed, by its id, and whether a part of it was accepted at once."""
    recent_edits: tuple[Edited, ...] = ()
    seen: Seen = field(default_factory=Seen)
    tasks: dict[str, asyncio.Task[Any]] = field(default_factory=dict)
    _fitted: tuple[Showing, Snapshot, Candidate | None] | None = None

    def folder_of(self, uri: str) -> Folder | None:
        """The innermost workspace folder that holds a document, if any."""
        return self.folder_of_path(path_of(uri))

    def folder_of_path(self, path: str) -> Folder | None:
        """The innermost workspace folder that holds a file, if any."""
        holding = [folder for folder in self.folders if folder.holds(path)]
        return max(holding, key=lambda folder: len(folder.path), default=None)

    async def withheld(self, paths: Collection[str]) -> frozenset[str]:
        """Those of some files that no model may read, as the person has them ignored."""
        return await self.ignored.among(paths, [folder.path for folder in self.folders])

    def fitted(self, showing: Showing) -> Candidate | None:
        """What is left of a shown suggestion in the text as it is now; worked out once for each text."""
        snapshot = self.workspace.snapshot
        if self._fitted is None or self._fitted[0] is not showing or self._fitted[1] is not snapshot:
            self._fitted = (showing, snapshot, refit(showing.suggestion.candidate, showing.snapshot, snapshot))
        return self._fitted[2]

    def failing(self, folder: Folder | None) -> tuple[TestResult, ...]:
        """The tests of a folder that fail at this moment and are not flaky."""
        known = list(self.findings.values()) if folder is not None else ()  # copied, as threads ask, too
        return tuple(each.result for each in known if folder and each.key.folder == folder.path and each.fails)

    def note(self, key: TestKey, result: TestResult) -> None:
        """Take in how a test ended, and have the editor draw it."""
        known = self.findings.get(key) or Finding(key=key, result=result)
        self._find(known.after(result))

    def revise(self, key: TestKey, change: Callable[[Finding], Finding]) -> None:
        """Replace what is known of a test; one that is gone by now stays gone."""
        if (known := self.findings.get(key)) is not None:
            self._find(change(known))

    def forget(self, keys: Collection[TestKey]) -> None:
        """Drop what is known of tests that are gone."""
        for key in keys:
            self.findings.pop(key, None)
        if keys:
            self.client.tested(keys)

    def _find(self, found: Finding) -> None:
        self.findings[found.key] = found
        self.client.tested((found.key,))

    def standing_fixes(self, key: TestKey) -> tuple[Fix, ...]:
        """The fixes of a test while what they edit reads as it did when they were proven."""
        return tuple(filter(self.stands, self.findings[key].fixes if key in self.findings else ()))

    def stands(self, fix: Fix) -> bool:
        """Whether what a fix edits reads as it did when it was tried: of any other text it proves nothing."""
        return same_texts(fix.suggestion.candidate, fix.snapshot, self.workspace.snapshot)

    def let_go(self, uri: str) -> None:
        """Forget a document that was closed, and what was known of its text: from here on the file counts."""
        self.workspace.forget(uri)
        self.recent_edits = tuple(each for each in self.recent_edits if each.document.uri != uri)
        self.amended = MappingProxyType({name: told for name, told in self.amended.items() if told[0].uri != uri})
        self.seen = self.seen.without(uri)

    def decide(self, decision: Decision) -> Decision:
        """Journal a decision and let the editor show it; nothing is shown or withheld without this."""
        self.journal.append(decision)
        self.client.decided(decision)
        self.say_trouble()
        return decision

    def present(self, fixes: Sequence[Fix]) -> None:
        """Journal that fixes are shown, when they first appear in a menu; each once, however often it appears."""
        for fix in fixes:
            if (decision := fix.suggestion.decision).id not in self.presented:
                self.presented.append(decision.id)
                self.decide(decision)

    def say_trouble(self) -> None:
        """Tell the person, once, that the journal cannot be kept as it should."""
        if trouble := self.journal.fresh_trouble():
            self.client.say(trouble)

    def start(
        self, name: str, work: Callable[P, Coroutine[Any, Any, object]], *given: P.args, **named: P.kwargs
    ) -> None:
        """Do something in the background; a later one of the same name takes its place."""
        self.stop(name)
        self._keep(name, asyncio.create_task(self._guard(name, partial(work, *given, **named)), name=name))

    async def attend(
        self, name: str, work: Callable[P, Coroutine[Any, Any, T]], *given: P.args, **named: P.kwargs
    ) -> T:
        """Do something that somebody waits for, under a name by which it can be stopped (CancelledError)."""
        task = self.begin(name, work, *given, **named)
        try:
            return await task
        finally:
            task.cancel()

    def begin(
        self, name: str, work: Callable[P, Coroutine[Any, Any, T]], *given: P.args, **named: P.kwargs
    ) -> asyncio.Task[T]:
        """Do something whose result is wanted, by whoever waits; a later one of the same name takes its place."""
        self.stop(name)
        task = asyncio.create_task(work(*given, **named), name=name)
        self._keep(name, task)
        return task

    def _keep(self, name: str, task: asyncio.Task[Any]) -> None:
        self.tasks[name] = task
        task.add_done_callback(lambda done: self.tasks.pop(name) if self.tasks.get(name) is done else None)

    def stop(self, name: str) -> None:
        """End what runs under a name."""
        if (task := self.tasks.pop(name, None)) is not None:
            task.cancel()

    async def _guard(self, name: str, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
        # A background task that fails must not take the connection with it, nor fail unseen.
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - whatever it was, it is told, and the server keeps serving
            self.client.log(f"{name} failed: {type(error).__name__}: {error}")

    async def close(self) -> None:
        """End every task and collaborator."""
        tasks, self.tasks = list(self.tasks.values()), {}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        provers = [folder.prover for folder in self.folders if folder.prover]
        closing = [self.provider.close(), self.index.close(), *(prover.close() for prover in provers)]
        if self.embedded is not self.provider:
            closing.append(self.embedded.close())
        await asyncio.gather(*closing, return_exceptions=True)
        if self.gate.uncounted:
            self.journal.change_person(self.gate.added_to)
        await asyncio.to_thread(self.journal.close)


def now() -> float:
    """The time as decisions record it."""
    return time.time()
