"""A session and a folder made for a measurement, as the editor opens them, and its own search for one failure."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from winnow.facts import Document, Snapshot
from winnow.findings import FAILING, Finding
from winnow.journal import STATE_VARIABLE
from winnow.llm import EndpointError, open_provider
from winnow.opening import open_session
from winnow.proof import Prover
from winnow.repair import repair
from winnow.session import Folder
from winnow.text import Text
from winnow.uris import uri_of
from winnow.workspace import apply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
    from contextlib import AbstractAsyncContextManager

    from winnow.facts import Decision, TestResult
    from winnow.findings import Fix, TestKey
    from winnow.llm import Provider
    from winnow.session import Session
    from winnow.settings import Settings


class Silence:
    """An editor that nobody looks at."""

    def tested(self, keys: Collection[TestKey]) -> None:
        """Draw nothing."""

    def decided(self, decision: Decision) -> None:
        """Draw nothing."""

    def fixed(self, key: TestKey) -> None:
        """Draw nothing."""

    def say(self, message: str) -> None:
        """Tell nobody."""

    def log(self, message: str) -> None:
        """Note nothing."""

    def progress(self, title: str) -> AbstractAsyncContextManager[Callable[[str, int | None], None]]:
        """Show nothing."""
        del title
        return nullcontext(lambda _message, _percent=None: None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What a search came to: the ``program`` that is offered first and its ``title``, empty where none is.

    ``asked``: fixes were held back, as a question. ``seconds`` are those of the search.
    """

    program: str = ""
    title: str = ""
    asked: bool = False
    seconds: float = 0.0


@contextmanager
def apart(scratch: str) -> Iterator[None]:
    """Keep what is journaled below a folder of the measurement's own: it is no part of a person's journal."""
    kept = os.environ.get(STATE_VARIABLE)
    os.environ[STATE_VARIABLE] = f"{scratch}/state"
    try:
        yield
    finally:
        os.environ.pop(STATE_VARIABLE)
        os.environ.update({STATE_VARIABLE: kept} if kept is not None else {})


async def asking(provider: str, settings: Settings) -> Session:
    """A session that asks the endpoint of the environment, where that is the provider, once it has answered.

    Else the embedded engine. Raises EndpointError.
    """
    endpoint: Provider | None = None
    if provider == "openai":
        endpoint = open_provider(replace(settings, provider=provider), os.environ)
        health = await endpoint.probe()
        if not health.ok:
            await endpoint.close()
            raise EndpointError(health.says)
    session = open_session(replace(settings, provider="embedded"), Silence())
    session.provider = endpoint or session.provider
    return session


@asynccontextmanager
async def opened(
    files: Mapping[str, str], folder: Path, settings: Settings
) -> AsyncIterator[tuple[Folder, Mapping[str, TestResult]]]:
    """A new folder with these files, by their paths in it, and how its tests end."""
    await asyncio.to_thread(_write, files, folder)
    prover = await Prover.open(str(folder), settings, f"{folder}.state")
    try:
        tests = await prover.collect()
        nothing = Snapshot(revision=0)
        standing = {result.test: result async for result in prover.rehearse(nothing, tests)}
        yield Folder(path=str(folder), prover=prover, settings=settings), standing
    finally:
        await prover.close()


def _write(files: Mapping[str, str], folder: Path) -> None:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


async def mend(file: str, folder: Folder, session: Session, standing: Mapping[str, TestResult]) -> Mended:
    """Search a fix of a file of a folder, given how its tests stand: of the failure that is the quickest to ask."""
    failing = [result for result in standing.values() if result.outcome in FAILING]
    if not failing:
        return Mended()
    path = Path(folder.path) / file
    text = await asyncio.to_thread(path.read_text, encoding="utf-8")
    uri = uri_of(str(path))
    editing = replace(
        session,
        workspace=type(session.workspace)(),
        folders=(folder,),
        findings={folder.key(test): Finding(key=folder.key(test), result=result) for test, result in standing.items()},
        lessons=(),
    )
    editing.workspace.put(Document(uri=uri, language="python", version=1, text=Text.of(text)))
    started = time.perf_counter()
    first = min(failing, key=lambda result: result.seconds)
    fixes: tuple[Fix, ...] = await repair(folder, editing, (first,))
    return Mended(
        program=apply(fixes[0].suggestion.candidate.edits, fixes[0].snapshot)[uri] if fixes else "",
        title=fixes[0].title if fixes else "",
        asked=any(each.ambiguity for each in editing.findings.values()),
        seconds=time.perf_counter() - started,
    )
