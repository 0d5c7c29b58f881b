"""Run a job to its end: a process at a time, each test within its limit, what is missing called unfinished."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from winnow.facts import Frame, TestOutcome, TestResult
from winnow.proof.warm import BOOT_SECONDS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from winnow.proof.connection import Exchange
    from winnow.proof.warm import Agent, Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One test's result; ``means`` is fork or reimport.

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

    A test that hangs or ends its process is unfinished, and the next ones still run.
    Raises NoTestsError when no agent can be started. Closing the generator ends the processes.
    """
    left = list(job.tests)
    while left:
        started = ""
        async with agent.launch(job, left) as (means, exchange, first):
            message: dict[str, Any] | None = first
            while message is not None and not exchange.finished:
                started = message.get("started", "")
                if "result" in message:
                    ran = _ran(message["result"], means)
                    left = [test for test in left if test != ran.result.test]
                    yield ran
                message = await _next(exchange, agent.settings.test_seconds if started else BOOT_SECONDS)
        if message is not None and message.get("done"):
            return
        why = _why(message, agent.settings.test_seconds)
        for test in [started] if started in left else list(left):
            left.remove(test)
            yield Ran(result=_unfinished(test, why, agent.settings.test_seconds), means=means)


async def run_messages(agent: Agent, job: Job) -> AsyncGenerator[dict[str, Any]]:
    """What a single process says while it carries out a job, up to its end or its silence; not tried again."""
    async with agent.launch(job, job.tests) as (_, exchange, first):
        message: dict[str, Any] | None = first
        while message is not None and not exchange.finished:
            yield message
            message = await _next(exchange, agent.settings.test_seconds if "started" in message else BOOT_SECONDS)


async def _next(exchange: Exchange, seconds: float) -> dict[str, Any] | None:
    try:
        async with asyncio.timeout(seconds):
            return await exchange.next()
    except TimeoutError:
        return None


def _why(message: dict[str, Any] | None, seconds: float) -> str:
    if message is None:
        return f"It did not end within {seconds:g} seconds."
    words = str(message.get("detail") or message.get("failure") or message.get("unsafe") or "The agent ended.")
    return words.strip()


def _unfinished(test: str, why: str, seconds: float) -> TestResult:
    return TestResult(
        test=test, outcome=TestOutcome.UNFINISHED, seconds=seconds if "did not end" in why else 0.0, message=why
    )


def _ran(told: dict[str, Any], means: str) -> Ran:
    """The result as a fact; lines count from 0 there."""
    result = TestResult(
        test=told["test"],
        outcome=TestOutcome(told["outcome"]),
        seconds=told["seconds"],
        message=told.get("message", ""),
        path=told.get("path", ""),
        line=max(told.get("line", 1) - 1, 0),
        frames=tuple(Frame(path=path, line=line - 1, name=name) for path, line, name in told.get("frames", ())),
    )
    reached = told.get("reached")
    return Ran(
        result=result,
        means=means,
        reached=None if reached is None else tuple((path, line) for path, line in reached),
        read=tuple(told.get("read", ())),
        processes=bool(told.get("processes")),
    )
