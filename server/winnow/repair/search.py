"""What a search has tried so far: no program twice, what survives, and what came nearest."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from winnow.facts import Outcome
from winnow.repair.believing import SPEAKING, needed
from winnow.repair.programs import Programs
from winnow.repair.scene import STARTING
from winnow.repair.trying import Proposed, Tried, try_out
from winnow.words import count
from winnow.workspace import apply

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Callable

    from winnow.facts import TestResult
    from winnow.findings import Fix
    from winnow.mend import Suspect
    from winnow.repair.scene import Scene
    from winnow.repair.telling import Told

    Report = Callable[[str, int | None], None]
    """Takes a message and a percentage."""


EVERY_SECONDS = 0.25
LONGER = 1.5
"""A rival of what is well proven is looked for until the search is so many times as long as until then,"""
FURTHER, FURTHER_SECONDS = 16, 5.0
"""and so many candidates more, or seconds where each candidate takes long."""
ENDED = frozenset({Outcome.PASSED, Outcome.FAILED})
LATELY, SLOWER, STARTING_QUICKLY = 5, 6.0, 0.4
"""A run so many times slower than each of so many latest is taken for endless; not before so many seconds."""


def silent(_message: str, _percentage: int | None) -> None:
    """Report to nobody, as in the background."""


@dataclass(slots=True, kw_only=True)
class Search:
    """One search for one failing test, of so many ``seconds`` at most.

    ``rounds``, ``answers`` and ``tokens`` count what a model was asked and said; ``told`` is what
    was found out for it, by suspect. ``report`` is told how far the search is. ``undone`` is a fix that puts back
    what was changed since the test passed: offered last, and no reason to look no further.
    """

    scene: Scene
    seconds: float
    tried: list[Tried] = field(default_factory=list)
    told: dict[Suspect, Told] = field(default_factory=dict)
    rounds: int = 0
    answers: int = 0
    tokens: int = 0
    started: float = field(default_factory=time.monotonic)
    report: Report = silent
    undone: Fix | None = None
    _reported: float = 0.0
    _proven: tuple[int, float] | None = None
    _places: dict[tuple[str, ...], int] = field(default_factory=dict)
    _under_way: dict[tuple[str, ...], asyncio.Event] = field(default_factory=dict)
    _programs: Programs = field(default_factory=Programs)
    _ran: Counter[str] = field(default_factory=Counter)
    _failed: Counter[str] = field(default_factory=Counter)
    _took: deque[float] = field(default_factory=lambda: deque(maxlen=LATELY))

    @property
    def survivors(self) -> list[Tried]:
        """What turned the test green, broke nothing, and looks like a fix."""
        return [each for each in self.tried if each.survives]

    @property
    def parts(self) -> list[Tried]:
        """What turned the test green, and left others of the same function red."""
        return [each for each in self.tried if each.green and each.left and not each.objections]

    @property
    def cut_off(self) -> list[Tried]:
        """What is neither proven nor refuted, as its tests came to no end."""
        return [each for each in self.tried if each.cut_off]

    @property
    def settled(self) -> bool:
        """Whether more asking is pointless.

        What was written for the failure is enough. A small edit that was found by trying many is, where nobody else
        can be asked, or where several tests prove it and the failing one passed before: what broke it is fresh.
        """
        session = self.scene.session
        if session.provider is session.embedded:
            return bool(self.survivors)
        return any(
            each.written or (self.scene.passed_before and len(each.evidence.passed) >= SPEAKING)
            for each in self.survivors
        )

    @property
    def proven(self) -> bool:
        """Whether a survivor passes as many tests as a small edit needs."""
        return self._proven is not None

    @property
    def tired(self) -> bool:
        """Whether a well proven fix has stood for so long that a likelier one is hardly to come.

        It is looked for a while longer, as a rival that behaves otherwise would speak against it.
        """
        if self._proven is None:
            return False
        tries, seconds = self._proven
        spent = time.monotonic() - self.started
        return len(self.tried) > LONGER * tries + FURTHER or spent > LONGER * seconds + FURTHER_SECONDS

    @property
    def asked_in_vain(self) -> int:
        """How many programs a model wrote that do not survive; what does not even parse tells of the model alone."""
        return sum(each.asked and each.evidence.parses and not each.survives for each in self.tried)

    @property
    def _starting(self) -> float:
        """Seconds that a run may take to start: much longer than the latest that ended, as the machine is now."""
        if len(self._took) < LATELY:
            return STARTING
        return min(STARTING, max(STARTING_QUICKLY, SLOWER * max(self._took)))

    def merit(self, tried: Tried) -> float:
        """How far a candidate came, 0 to 1: the share of its tests that pass, each weighed by how hard it is.

        A test is as hard as the share of what this search tried that fails it (weighted partial success, VeRPO 2025).
        """
        passed = sum(map(self._difficulty, tried.evidence.passed))
        failed = sum(map(self._difficulty, tried.evidence.failed))
        return passed / (passed + failed) if passed else 0.0

    def _difficulty(self, result: TestResult) -> float:
        return (1 + self._failed[result.test]) / (2 + self._ran[result.test])

    async def try_all(self, proposals: AsyncIterable[Proposed], *, abreast: int) -> None:
        """Try candidates, so many at a time; the next is asked for when one has come to its end."""
        running: set[asyncio.Task[None]] = set()
        try:
            async for proposed in proposals:
                running.add(asyncio.create_task(self.try_out(proposed)))
                if len(running) == abreast:
                    running = await _after_one(running)
            while running:
                running = await _after_one(running)
        finally:
            for each in running:
                each.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def try_out(self, proposed: Proposed) -> None:
        """Try a candidate, unless the same program was tried before: then it only is believed more."""
        shape = await asyncio.to_thread(self._shape, proposed)
        while (under_way := self._under_way.get(shape)) is not None:
            await under_way.wait()
        place = self._places.get(shape)
        if place is not None and not proposed.again:
            before = self.tried[place]
            both = before.asked and proposed.asked
            weight = before.weight + proposed.weight if both else max(before.weight, proposed.weight)
            self.tried[place] = replace(before, weight=weight, asked=before.asked or proposed.asked)
            return
        self._under_way[shape] = asyncio.Event()
        try:
            tried = await try_out(proposed, self.scene, starting=self._starting)
            self._take(tried, shape)
        finally:
            self._under_way.pop(shape).set()

    def _take(self, tried: Tried, shape: tuple[str, ...]) -> None:
        """Note what became of a candidate; one that was tried again stands where it stood."""
        if tried.evidence.outcome in ENDED:
            self._took.append(tried.evidence.seconds)
        place = self._places.setdefault(shape, len(self.tried))
        self.tried[place : place + 1] = [tried]
        self._ran.update(result.test for result in tried.evidence.tests)
        self._failed.update(result.test for result in tried.evidence.failed)
        if self._proven is None and tried.survives and len(tried.evidence.passed) >= needed(self.scene):
            self._proven = len(self.tried), time.monotonic() - self.started
        self._tell()

    def _tell(self) -> None:
        """Report what is spent, and the share of the seconds that are gone; not more often than a person reads."""
        since = time.monotonic()
        if since - self._reported >= EVERY_SECONDS:
            self._reported = since
            self.report(self.spent(), min(99, round(100 * (since - self.started) / max(self.seconds, 0.01))))

    def spent(self) -> str:
        """What the search took so far of what the person allows it, in words."""
        allowed = self.scene.session.settings.repair_tokens
        tokens = f"about {self.tokens} of {allowed} tokens" if allowed else f"about {self.tokens} tokens"
        asked = f", {count(self.rounds, 'round')} with the model, {tokens}" if self.rounds else ""
        took = f"{time.monotonic() - self.started:.1f} of {self.seconds:.0f} s"
        return f"{count(len(self.tried), 'candidate')} tried{asked}, {took}"

    def _shape(self, proposed: Proposed) -> tuple[str, ...]:
        """The programs that a candidate makes, without their layout and comments."""
        after = apply(proposed.candidate.edits, self.scene.snapshot)
        return tuple(f"{uri}\n{self._programs.shape(text)}" for uri, text in sorted(after.items()))


async def _after_one(running: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
    """Those that still run when one or more have ended. Raises what one of those raised."""
    ended, left = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    for each in ended:
        each.result()
    return left
