"""A connection gets its collaborators: the cheap ones at once, the slow ones (index, engine, tests) behind it."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from winnow.facts import Reason
from winnow.gate import Gate
from winnow.journal import COMPLETION, JOURNAL, Journal, shipped_prior, state_directory
from winnow.llm import EmbeddedProvider, EndpointError, Together, chosen_model, open_provider
from winnow.proof import Prover
from winnow.session import LESSONS_KEPT, Folder, Session
from winnow.uris import path_of
from winnow.words import count, eagerness_says
from winnow.workspace import Index, Workspace, closed_texts

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from winnow.client import Client
    from winnow.facts import Document
    from winnow.llm import Meter, Provider
    from winnow.settings import Settings

READ_ONE_BY_ONE = 50
"""Where more files than these change at once, as in a checkout, the embedded engine reads the whole project anew."""
LATEST = 100
"""When eagerness changes, so many recent decisions are judged again, to tell the person what it changes."""


def open_session(settings: Settings, client: Client) -> Session:
    """A session that can answer; it knows no folder yet."""
    state = state_directory()
    journal = Journal.open(state / JOURNAL)
    embedded = EmbeddedProvider()
    session = Session(
        settings=settings,
        client=client,
        workspace=Workspace(),
        index=Index(state / "index"),
        journal=journal,
        gate=_open_gate(settings, client, journal),
        provider=_open_provider(settings, client, embedded, journal.spend),
        embedded=embedded,
        lessons=journal.lessons(LESSONS_KEPT),
    )
    session.say_trouble()
    return session


def _open_gate(settings: Settings, client: Client, journal: Journal) -> Gate:
    """The gate as this person has taught it, or as it is shipped where that cannot be read."""
    prior = shipped_prior()
    try:
        gate = Gate.of(prior, journal.person())
    except ValueError as error:
        client.say(f"What Winnow had learned could not be read ({error}). It starts from its shipped knowledge.")
        gate = Gate.of(prior)
    return _eager(gate, settings)


def _eager(gate: Gate, settings: Settings) -> Gate:
    return gate.with_eagerness(settings.eagerness, settings.cost_ratio, settings.sample)


def _open_provider(settings: Settings, client: Client, embedded: EmbeddedProvider, meter: Meter) -> Provider:
    """Who the settings ask for, the embedded engine beside a model; that alone where they cannot be followed."""
    try:
        chosen = open_provider(settings, os.environ, chosen_model(state_directory()), meter=meter)
    except EndpointError as error:
        client.say(str(error))
        return embedded
    if chosen.name == embedded.name:
        return embedded
    return chosen if settings.provider == "replay" else Together(chosen, embedded)


async def _say_effect(session: Session) -> None:
    """Tell how many of the latest suggestions the new eagerness would have shown."""
    rows = await asyncio.to_thread(session.journal.decisions, LATEST)
    by_chance = [row.decision for row in rows if row.decision.reason in {Reason.SHOWN, Reason.UNLIKELY}]
    judged = (each.opinion for each in by_chance if each.kind == COMPLETION)
    opinions = [each for each in judged if each is not None and not each.features.get("asked")]
    before = sum(opinion.probability >= opinion.threshold for opinion in opinions)
    after = sum(session.gate.would_show(opinion) for opinion in opinions)
    if opinions:
        session.client.say(eagerness_says(len(opinions), before, after))


async def open_folders(session: Session, paths: Sequence[str]) -> None:
    """Index the folders, let the embedded engine read them, and warm up their tests."""
    await asyncio.gather(_warm_up(session, paths), _index(session, paths))
    session.client.log(
        f"Winnow is ready: {count(len(session.index.files()), 'file')} of {', '.join(paths) or 'no folder'}."
    )


async def leave_folders(session: Session, paths: Sequence[str]) -> None:
    """Forget folders that the person removed from the workspace, even while they are being opened."""
    if not paths:
        return
    for path in paths:
        session.index.forget_folder(path)
    _teach(session)
    async with session.opening:
        await _close_provers(session, paths)
        await _reopen_stale(session)


async def reconfigure(session: Session, settings: Settings) -> None:
    """Take on new settings: what they do not touch stays as it is."""
    before, session.settings = session.settings, settings
    gate = session.gate
    session.gate = _eager(gate, settings)
    if session.gate.cost_ratio != gate.cost_ratio and gate.has_shown:
        session.start("effect of eagerness", _say_effect, session)
    if _asks(before) != _asks(settings):
        replaced, session.provider = (
            session.provider,
            _open_provider(settings, session.client, session.embedded, session.journal.spend),
        )
        if replaced is not session.embedded:
            await replaced.close()
    async with session.opening:
        stale = await _reopen_stale(session)
    for path in stale:
        session.start(f"introducing {path}", _introduce, session, path)


def _asks(settings: Settings) -> tuple[object, ...]:
    """What a provider is made with: where any of it changes, another one is made."""
    return (
        settings.provider,
        settings.base_url,
        settings.model,
        settings.models,
        settings.api_key_variable,
        settings.prompt_style,
        settings.request_timeout,
        settings.repair_seconds,  # what a request for a fix may take
        settings.local_model,
        settings.replay_file,
    )


async def _reopen_stale(session: Session) -> list[str]:
    """Open the tests anew of folders that were opened with other settings; their paths."""
    now = {each.path: _proves(_settings_of(each.path, session)) for each in session.folders}
    stale = [each.path for each in session.folders if _proves(each.settings) != now[each.path]]
    await _close_provers(session, stale)
    await asyncio.gather(*(_open_prover(session, path) for path in stale))
    return stale


def _settings_of(path: str, session: Session) -> Settings:
    """The settings for a folder's tests: workspace folders inside it are left out, so that each test runs once."""
    inside = [each.path for each in session.folders if each.path != path and Path(each.path).is_relative_to(path)]
    ignored = (f"--ignore={inner}" for inner in sorted(inside))
    return replace(session.settings, test_arguments=(*session.settings.test_arguments, *ignored))


def _proves(settings: Settings) -> tuple[object, ...]:
    """What the processes that run tests are started with: where any of it changes, they are started anew."""
    return (
        settings.trusted,
        settings.interpreter,
        settings.test_arguments,
        settings.test_seconds,
        settings.sandbox,
        settings.api_key_variable,  # taken out of the environment that tests see
    )


async def _index(session: Session, paths: Sequence[str]) -> None:
    """Read the folders; where the person stops that, what was read by then is used."""
    [ended] = await asyncio.gather(_read(session, paths), return_exceptions=True)
    if isinstance(ended, asyncio.CancelledError):
        session.client.log("Reading the project was stopped: what was not read by then is not completed from.")
    elif isinstance(ended, BaseException):
        raise ended
    if session.index.trouble:
        session.client.say(session.index.trouble)
    for path, why in session.index.troubles().items():
        session.client.log(f"{path} was not read: {why}.")
    _teach(session)


async def _read(session: Session, paths: Sequence[str]) -> None:
    """Its own task, so that the stop button of the progress bar ends this and nothing else."""
    async with session.client.progress("Reading the project") as report:
        await session.index.build(
            paths, lambda done, total: report(f"{done} of {total} files", 100 * done // max(total, 1))
        )


def _teach(session: Session) -> None:
    """Let the embedded engine read the project; recorded answers are all that `replay` gives, so there it waits."""
    files = session.index.files()
    if session.settings.provider == "replay":
        session.embedded.note(files)
    else:
        session.start("reading for the embedded engine", session.embedded.learn, files)


async def reread(session: Session, paths: Collection[str]) -> None:
    """Take in files that changed on the disk. Of an open one the text in the editor counts until it is saved."""
    await session.index.refresh(paths)
    if len(paths) > READ_ONE_BY_ONE:
        session.ignored.forget()
        _teach(session)
        return
    opened = {path_of(uri) for uri in session.workspace.snapshot.documents}
    known = frozenset(session.index.files())
    texts = await asyncio.to_thread(closed_texts, known.intersection(paths) - opened)
    for path, text in texts.items():
        await session.embedded.put(path, text)
    for path in frozenset(paths) - known - opened:
        await session.embedded.forget(path)


async def read_saved(session: Session, document: Document) -> None:
    """Let the embedded engine read an open file as it was saved, where it is one of the project's."""
    path = path_of(document.uri)
    if await session.index.takes(path):
        await session.embedded.put(path, str(document.text))


async def relist(session: Session) -> None:
    """Leave out what is ignored by now, and take in what is not any more."""
    session.ignored.forget()
    for path in await session.index.relist():
        await session.embedded.forget(path)
    _teach(session)


async def _warm_up(session: Session, paths: Sequence[str]) -> None:
    async with session.opening:
        await asyncio.gather(*(_open_prover(session, path) for path in paths))
        await _reopen_stale(session)
    await asyncio.gather(*(_introduce(session, path) for path in paths))


async def _open_prover(session: Session, path: str) -> None:
    session.folders = (*session.folders, Folder(path=path, prover=None, settings=session.settings))
    if not await asyncio.to_thread(Path(path).is_dir):
        session.client.log(f"{path} is no folder on this machine: its tests cannot run.")
        return
    settings = _settings_of(path, session)
    prover = await Prover.open(path, settings, str(state_directory() / "proof"))
    others = tuple(folder for folder in session.folders if folder.path != path)
    session.folders = (*others, Folder(path=path, prover=prover, settings=settings))


async def _close_provers(session: Session, paths: Sequence[str]) -> None:
    """End the test processes of folders, and forget their results; the folders may be opened again."""
    leaving = [folder for folder in session.folders if folder.path in set(paths)]
    session.folders = tuple(folder for folder in session.folders if folder not in leaving)
    for folder in leaving:
        for what in ("rehearse", "witness", "repair", "run", "mend"):
            session.stop(f"{what} {folder.path}")
        session.forget([key for key in session.findings if key.folder == folder.path])
        if folder.prover is not None:
            await folder.prover.close()


async def _introduce(session: Session, path: str) -> None:
    """Say by what means a folder's tests run, once they are known."""
    folder = session.folder_of_path(path)
    if folder is not None and folder.prover is not None and folder.settings.trusted:
        means = await folder.prover.describe()
        session.client.log(f"Tests of {path}: {means.says}")
