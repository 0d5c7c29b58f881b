"""Run a job to its end: a process at a time, each test within its limit, what is missing called unfinished."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from math import inf
from typing import TYPE_CHECKING, Any

from winnow.facts import Frame, TestOutcome, TestResult
from winnow.proof.warm import BOOT_SECONDS
from winnow.text import well_formed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Sequence

    from winnow.proof.warm import Agent, Job

ASIDE_SECONDS = 0.5
"""What failed and has to run alone, before it counts, waits so long at most for the tests after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One test's result; ``means`` is fork, reimport or cold.

    Only when recorded: the functions it ``reached`` (path, line from 1), the data files it ``read``, and whether it
    starts ``processes``, which are not looked into.
    """

    result: TestResult
    means: str
    reached: tuple[tuple[str, int], ...] | None = None
    read: tuple[str, ...] = ()
    processes: bool = False


async def run(agent: Agent, job: Job) -> AsyncGenerator[Ran]:
    """Yield each test as it ends, also those that a job's tests became by other parameters.

    A test that hangs or ends its process is unfinished, and the next ones still run; one that used all the time that
    the person allows says where it hangs. Where the agent itself ends, the same is asked once more of a new one.
    Raises NoTestsError when no agent can be started. Closing the generator ends the processes.
    """
    queue = _Queue(left=list(job.tests))
    most = min(job.seconds, agent.settings.test_seconds)
    while queue.left or queue.aside:
        started: dict[str, Any] = {}
        async with agent.launch(job, queue.portion(agent, job)) as (means, exchange, first):
            message: dict[str, Any] | None = first
            while message is not None and not exchange.finished:
                started = message if "started" in message else {}
                if "result" in message:
                    ran = _ran(_ended(message["result"]), means, message["result"])
                    queue.strike(ran.result.test)
                    yield ran
                elif "again" in message:
                    queue.put_aside(message["again"])
                if queue.is_waited_for:
                    break
                message = await exchange.next_within(most if started else BOOT_SECONDS)
            stood = await exchange.where() if message is None and started and job.seconds == inf else {}
        if queue.goes_on(message, finished=exchange.finished):
            continue
        test = started.get("started", "")
        for each in queue.unfinished(test):
            queue.strike(each)
            ended = _unfinished(each, message, most if started else BOOT_SECONDS, agent.settings.test_seconds)
            yield _ran(_placed(ended, started, stood), means, stood) if each == test else Ran(result=ended, means=means)


@dataclass(slots=True, kw_only=True)
class _Queue:
    """The tests that are ``left``, and those ``aside``, which run alone after what runs now."""

    left: list[str]
    aside: list[str] = field(default_factory=list)
    _asked: frozenset[str] = frozenset()
    _lost: frozenset[str] = frozenset()
    _until: float = inf

    def portion(self, agent: Agent, job: Job) -> Sequence[str]:
        """The tests that one process is to run next."""
        portion = self.aside[:1] or agent.portion(job, self.left)
        self.aside, self._asked, self._until = self.aside[1:], frozenset(portion), inf
        return portion

    def put_aside(self, test: str) -> None:
        """Let a test run alone later: it failed after others, which may have left something behind."""
        self.aside.append(test)
        self._until = min(self._until, time.monotonic() + ASIDE_SECONDS)

    @property
    def is_waited_for(self) -> bool:
        """Whether a test has been aside for long enough: the person may be waiting to hear of it."""
        return time.monotonic() > self._until

    def strike(self, test: str) -> None:
        """A test has come to its end."""
        self.left = [each for each in self.left if each != test]
        self.aside = [each for each in self.aside if each != test]

    def goes_on(self, message: dict[str, Any] | None, *, finished: bool) -> bool:
        """Whether nothing of what a process was asked is unfinished, by its last message."""
        if message is not None and message.get("done"):
            self.left = [test for test in self.left if test not in self._asked or test in self.aside]
            return True
        if message is not None and "gone" in message and not self._asked <= self._lost:
            self._lost |= self._asked  # with the process that others are forked from, hardly their fault: once more
            return True
        return message is not None and not finished

    def unfinished(self, test: str) -> list[str]:
        """Which tests came to no end, given the one that ran at last."""
        return [test] if test in self.left else [each for each in self.left if each in self._asked]


async def run_messages(agent: Agent, job: Job) -> AsyncGenerator[dict[str, Any]]:
    """What a single process says while it carries out a job, up to its end or its silence; not tried again."""
    async with agent.launch(job, job.tests) as (_, exchange, first):
        message: dict[str, Any] | None = first
        while message is not None and not exchange.finished:
            yield message
            seconds = agent.settings.test_seconds if "started" in message else BOOT_SECONDS
            message = await exchange.next_within(seconds)


def _unfinished(test: str, message: dict[str, Any] | None, seconds: float, allowed: float) -> TestResult:
    """A test that came to no end: the last that was heard was this message, or nothing for so many seconds.

    The setting is named where it was the person's limit that was reached, as some tests do take longer.
    """
    if message is None:
        limit = " (winnow.tests.timeout)" if seconds == allowed else ""
        why = f"It did not end within {round(seconds, 1):g} seconds{limit}."
        return TestResult(test=test, outcome=TestOutcome.UNFINISHED, seconds=seconds, message=why)
    words = message.get("detail") or message.get("failure") or message.get("unsafe")
    why = well_formed(str(words or "The process of the tests ended early.")).strip()
    return TestResult(test=test, outcome=TestOutcome.UNFINISHED, seconds=0.0, message=why)


def _placed(result: TestResult, started: dict[str, Any], stood: dict[str, Any]) -> TestResult:
    """The same with its place, and with where it was when it was given up."""
    frames = _frames(stood.get("stands", ()))
    lines = [frame.line for frame in frames if frame.path == started["path"]]
    line = lines[-1] if lines else max(started["line"] - 1, 0)
    said = f" It was in `{frames[-1].name}`, line {frames[-1].line + 1}." if frames else ""
    return replace(result, message=result.message + said, path=started["path"], line=line, frames=frames)


def _frames(told: Iterable[tuple[str, int, str]]) -> tuple[Frame, ...]:
    """Frames as facts; lines count from 0 there."""
    return tuple(Frame(path=path, line=line - 1, name=name) for path, line, name in told)


def _ended(told: dict[str, Any]) -> TestResult:
    """The result as a fact; lines count from 0 there."""
    return TestResult(
        test=told["test"],
        outcome=TestOutcome(told["outcome"]),
        seconds=told["seconds"],
        message=well_formed(told.get("message", "")),
        path=told.get("path", ""),
        line=max(told.get("line", 1) - 1, 0),
        frames=_frames(told.get("frames", ())),
    )


def _ran(result: TestResult, means: str, told: dict[str, Any]) -> Ran:
    """A result with what was told of its run: of one that came to no end, what it reached until then."""
    reached = told.get("reached")
    return Ran(
        result=result,
        means=means,
        reached=None if reached is None else tuple((path, line) for path, line in reached),
        read=tuple(told.get("read", ())),
        processes=bool(told.get("processes")),
    )
