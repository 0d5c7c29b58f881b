"""``winnow model``: choose a model file of this machine for Winnow to serve, see which is chosen, choose none."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import aclosing
from typing import TYPE_CHECKING

from winnow.commands.command import Command
from winnow.facts import Context, Document, Moment, Snapshot
from winnow.journal import state_directory
from winnow.llm import EndpointError, Provider, choose_model, chosen_model, forget_model, open_provider
from winnow.settings import Settings
from winnow.text import Text

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

_BEFORE = "def mean(numbers):\n    return "
_AFTER = "\n\n\nprint(mean([1, 2, 3]))\n"


def add_file(parser: ArgumentParser) -> None:
    """Which model."""
    parser.add_argument("file", metavar="FILE.gguf", help="a model in GGUF, best one that fills in the middle")


def add_nothing(parser: ArgumentParser) -> None:
    """No arguments."""


def use(arguments: Namespace) -> int:
    """Load a model, ask it for one line, and remember it if that went well."""
    try:
        provider = open_provider(Settings(provider="local"), {}, arguments.file)
        print(f"Loading {provider.model} ...", flush=True)
        loaded, answered, line = asyncio.run(_try(provider))
    except EndpointError as error:
        print(error, file=sys.stderr)
        return 1
    state = state_directory()
    try:
        choose_model(state, arguments.file)
    except OSError as error:
        print(f"The choice cannot be kept in {state}: {error}", file=sys.stderr)
        return 1
    print(f"It was loaded in {loaded:.1f} s and answered in {answered:.1f} s: return {line}")
    print("Winnow asks it from now on where no endpoint is set. `winnow model forget` undoes this.")
    return 0


def show(_: Namespace) -> int:
    """Say which model file is chosen."""
    print(chosen_model(state_directory()) or "No model file is chosen: `winnow model use FILE.gguf` chooses one.")
    return 0


def forget(_: Namespace) -> int:
    """Choose none."""
    forget_model(state_directory())
    print("No model file is chosen any more.")
    return 0


async def _try(provider: Provider) -> tuple[float, float, str]:
    """Seconds of loading, seconds of one answer, and the answer's first line."""
    try:
        started = time.perf_counter()
        health = await provider.probe()
        if not health.ok:
            raise EndpointError(health.says)
        loaded = time.perf_counter()
        line = ""
        async with aclosing(provider.complete(_hole())) as answers:
            async for answer in answers:
                line = answer.text.strip().partition("\n")[0]
        return loaded - started, time.perf_counter() - loaded, line or "nothing, here"
    finally:
        await provider.close()


def _hole() -> Context:
    document = Document(uri="file:///mean.py", language="python", version=0, text=Text.of(_BEFORE + _AFTER))
    snapshot = Snapshot(revision=0, documents={document.uri: document})
    moment = Moment(snapshot=snapshot, uri=document.uri, offset=len(_BEFORE), at=time.time())
    return Context(moment=moment, before=_BEFORE, after=_AFTER)


COMMANDS: tuple[Command, ...] = (
    Command(
        name=("model", "use"),
        summary="Serve a model file of this machine, and ask it from now on",
        add_arguments=add_file,
        run=use,
    ),
    Command(name=("model", "show"), summary="Say which model file is chosen", add_arguments=add_nothing, run=show),
    Command(name=("model", "forget"), summary="Choose no model file any more", add_arguments=add_nothing, run=forget),
)
