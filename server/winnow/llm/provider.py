"""What a provider of code is: the protocol that every one of them keeps, and the nouns it speaks in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

from winnow.facts import Excerpt, Origin, Usage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from winnow.facts import Context


SURE = 0.6
"""From this confidence on an answer may be shown where no test reaches it; below, it needs tests that pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One completion as the model gave it, before any tidying.

    ``logprobs`` holds one natural logarithm a token, empty where there are none. ``finished`` says why it ended:
    ``stop`` (the model was done, or enough had come) or ``length`` (cut off, so its last line may be half a line).
    ``confidence`` is the provider's own calibrated probability that it is what the person wants, where it has one.
    ``prompt`` is what was sent, word for word; empty where nothing was.
    """

    text: str
    logprobs: tuple[float, ...] = ()
    finished: str = "stop"
    confidence: float | None = None
    origin: Origin = field(default_factory=lambda: Origin(provider="", model=""))
    prompt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An earlier proposal for the same failure, and what became of it, in words."""

    text: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """Everything a provider may read to propose a repair; nobody needs to open a file for it.

    ``test`` and ``message`` are the failing test's name and its own words, ``unit`` is the name of the function at
    fault (empty: the whole file), ``source`` its text, ``path`` and ``start``/``end`` where that stands in ``file``.
    ``values`` says what the variables held when it failed. ``withheld``: it shows lines of a file that is ignored.
    """

    test: str
    message: str
    path: str
    source: str
    file: str
    unit: str = ""
    start: int = 0
    end: int = 0
    language: str = "python"
    test_source: str = ""
    excerpts: tuple[Excerpt, ...] = ()
    values: str = ""
    attempts: tuple[Attempt, ...] = ()
    withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A replacement for the unit of a brief, with the reasons in plain words; ``whole``: for the whole file instead.

    ``origin`` is who made it, and ``prompt`` what was sent, word for word; None and empty where nobody was asked.
    """

    text: str
    explanation: str = ""
    logprobs: tuple[float, ...] = ()
    whole: bool = False
    origin: Origin | None = None
    prompt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Whether a provider can answer now, in a sentence; ``seconds`` is how long finding out took."""

    ok: bool
    says: str
    models: tuple[str, ...] = ()
    seconds: float = 0.0


Meter: TypeAlias = Callable[[Usage], None]
"""Told what each request took; returns at once."""


Hear: TypeAlias = Callable[[str], None]
"""Told how the likeliest answer begins, as far as it has come; returns at once."""


def unheard(_: str) -> None:
    """Do nothing: for whoever waits for the whole answer."""


def unmetered(_: Usage) -> None:
    """Do nothing: for whoever does not count what is spent."""


class EndpointError(Exception):
    """A provider cannot answer. The message is one sentence or two that say what happened and what to do."""


@runtime_checkable
class Provider(Protocol):
    """Someone who proposes code.

    ``name`` is the provider's own, ``model`` what it asks; both are shown to the person at all times. Iterate inside
    ``contextlib.aclosing``: closing the iterator or cancelling the task ends the request at once.
    """

    @property
    def name(self) -> str:
        """The provider's file in this room, such as ``openai``."""

    @property
    def model(self) -> str:
        """What it asks; empty until that is known."""

    @property
    def free(self) -> bool:
        """Whether it may be asked ahead: nobody pays for the answer, and none is lost when it is not used."""

    def complete(self, context: Context, n: int = 1, hear: Hear = unheard) -> AsyncGenerator[Answer, None]:
        """At most ``n`` finished answers for the text at the cursor, best first. Raises EndpointError."""

    def repair(self, brief: Brief, n: int = 1) -> AsyncGenerator[Patch, None]:
        """At most ``n`` replacements for the unit at fault. Raises EndpointError."""

    async def probe(self) -> Health:
        """Find out whether it can answer, asking as little as possible. Never raises for an ill endpoint."""

    async def close(self) -> None:
        """Let go of connections and files; may be called more than once."""
