"""The embedded engine: completions from the project's own code, offline, private, in milliseconds.

It knows what was written before, not what is meant: it finishes lines that follow a habit of the project or of Python,
and is silent elsewhere. Fixes without a model are searched for by the mend room.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from winnow.facts import Origin
from winnow.llm.ngram import EngineDied, Process
from winnow.llm.provider import Answer, EndpointError, Health, unheard
from winnow.uris import path_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence

    from winnow.facts import Context
    from winnow.llm.provider import Brief, Hear, Patch

_BEFORE, _AFTER = 1 << 16, 1 << 14
"""How much of the current file is read, in characters."""
_WITHOUT_MODEL = (
    "It completes what the project or Python's library has habits for, and the fixes come from small edits tried "
    "against your tests; a language model (set winnow.openai.baseUrl or OPENAI_API_KEY) would add new code and larger "
    "fixes."
)


class EmbeddedProvider:
    """Completions by counts over the workspace, made in a child process so that the event loop never waits for them."""

    name = "embedded"
    model = "n-grams"
    free = True

    def __init__(self) -> None:
        self._process = Process()
        self._learnt: Mapping[str, str] | tuple[str, ...] = ()
        self._generation = 0
        self._relearning: asyncio.Task[None] | None = None

    async def learn(
        self, files: Mapping[str, str] | Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Read the project: paths, which the engine opens itself, or texts by path; the nearest first.

        What it read before answers until this is done; another call, or cancelling this one, ends it early.
        Raises EndpointError when the engine cannot be started.
        """
        self._learnt = dict(files) if isinstance(files, Mapping) else tuple(files)
        await self._ask_to_learn(progress)

    def note(self, files: Sequence[str]) -> None:
        """The project's files, to be read once somebody asks: until then there is no process, and nothing is read."""
        self._learnt = tuple(files)

    async def put(self, path: str, text: str) -> None:
        """Read one file again after an edit, in place of what it was."""
        if self._process.generation:
            await self._ask("put", path=path, text=text)

    async def forget(self, path: str) -> None:
        """Leave a file out of every answer, as it is gone or private now."""
        if self._process.generation:
            await self._ask("forget", path=path)

    async def complete(
        self,
        context: Context,
        n: int = 1,
        hear: Hear = unheard,  # noqa: ARG002 - the protocol's; an answer of some milliseconds comes whole
    ) -> AsyncGenerator[Answer, None]:
        """At most ``n`` ends of the line; unasked, only those that are probably right to the letter."""
        before = context.before
        rows = await self._ask(
            "complete",
            before=before if len(before) <= _BEFORE else before[-_BEFORE:].partition("\n")[2],
            after=context.after[:_AFTER],
            path=path_of(context.moment.uri),
            n=n,
            asked=context.moment.asked,
        )
        for row in rows:
            yield Answer(
                text=row["text"],
                logprobs=tuple(row["logprobs"]),
                confidence=row["confidence"],
                origin=Origin(provider=self.name, model=self.model),
            )

    async def repair(self, brief: Brief, n: int = 1) -> AsyncGenerator[Patch]:
        """Nothing: counts know no reasons."""
        nothing: tuple[Patch, ...] = ()
        for patch in nothing[:n] if brief.source else nothing:
            yield patch

    async def probe(self) -> Health:
        """Whether the engine runs, what it has read, and what a model would add."""
        started = time.perf_counter()
        try:
            known = await self._ask("known")
        except EndpointError as error:
            return Health(ok=False, says=str(error), seconds=time.perf_counter() - started)
        read = (
            f"{known['files']} files ({known['tokens']:,} tokens) of this project" if known["files"] else "no project"
        )
        return Health(
            ok=True,
            says=f"The embedded engine runs offline and has read {read}. {_WITHOUT_MODEL}",
            models=(self.model,),
            seconds=time.perf_counter() - started,
        )

    async def close(self) -> None:
        """End the engine's process."""
        if self._relearning is not None:
            self._relearning.cancel()
            await asyncio.gather(self._relearning, return_exceptions=True)
        await self._process.close()

    async def _ask(self, do: str, **request: Any) -> Any:
        try:
            await self._process.start()
            if self._generation != self._process.generation and self._learnt:
                self._generation = self._process.generation  # a new child knows nothing of the project
                self._relearning = asyncio.create_task(self._relearn(), name="embedded engine reads the project again")
            return await self._process.ask(do, **request)
        except (EngineDied, ValueError) as error:
            raise _ill(error) from error

    async def _ask_to_learn(self, progress: Callable[[int, int], None] | None) -> None:
        try:
            await self._process.start()
            self._generation = self._process.generation
            known = {"texts": self._learnt} if isinstance(self._learnt, Mapping) else {"paths": self._learnt}
            await self._process.ask("learn", progress, **known)
        except (EngineDied, ValueError) as error:
            raise _ill(error) from error

    async def _relearn(self) -> None:
        try:
            await self._ask_to_learn(None)
        except EndpointError:
            return  # the next request tries again, and says what is wrong


def _ill(error: EngineDied | ValueError) -> EndpointError:
    why = error if isinstance(error, EngineDied) else f"the embedded engine failed ({error})"
    return EndpointError(f"No offline completion, as {why}. Nothing needs doing unless this stays.")
