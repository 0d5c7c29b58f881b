"""Look into a function while a test runs it, and compare what candidates make of it on the same inputs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from winnow.proof.running import run_messages
from winnow.proof.warm import Job, Look
from winnow.text import well_formed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from winnow.proof.warm import Agent


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function of the project: its file, its own name (no class, no module), and its lines from 0."""

    path: str
    name: str
    start_line: int
    end_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A line (from 0) about to run, and the variables that had changed, as text; ``returned`` and ``raised`` too."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What was seen; empty where nothing came of it.

    ``calls`` are texts of tuples of arguments, ``steps`` those of the last call of the last test that called it, and
    ``behaviour`` is what each input gave, as a literal where it can be (``!`` and a word where it raised or took long).
    """

    calls: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    behaviour: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which function to look into, while which tests run, and with what inputs to call it (texts of tuples)."""

    function: Function
    tests: tuple[str, ...]
    inputs: tuple[str, ...] = ()
    limit: float = 0.1


async def look(agent: Agent, question: Question, texts: Mapping[str, str]) -> Sight:
    """Run the tests on these texts with a witness of the function, then call it; empty where nothing came of it."""
    function = question.function
    place = (function.path, function.name, function.start_line + 1, function.end_line + 1)
    job = Job(tests=question.tests, texts=texts, look=Look(place=place, inputs=question.inputs, limit=question.limit))
    calls: dict[str, None] = {}
    steps: Sequence[Any] = ()
    behaviour: Sequence[str] = ()
    async for message in run_messages(agent, job):
        calls |= dict.fromkeys(message.get("calls", ()))
        steps = message.get("steps") or steps
        behaviour = message.get("behaviour") or behaviour
    return Sight(
        calls=tuple(map(well_formed, calls)),
        steps=tuple(Step(line=line - 1, values=_told(values)) for line, values in steps),
        behaviour=tuple(map(well_formed, behaviour)),
    )


def _told(values: Mapping[str, str]) -> dict[str, str]:
    return {name: well_formed(value) for name, value in values.items()}


async def look_within(agent: Agent, question: Question, texts: Mapping[str, str], seconds: float) -> Sight:
    """``look``, for so many seconds at most; empty when they are over."""
    try:
        async with asyncio.timeout(seconds):
            return await look(agent, question, texts)
    except TimeoutError:
        return Sight()
