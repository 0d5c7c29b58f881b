"""``winnow doctor``: what Winnow finds in a project and on this machine, what is missing, and what to do about it."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from winnow import __version__
from winnow.commands.command import Command
from winnow.settings import Settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

OK, BAD, NOTE = "✓", "✗", "·"
COLOURS = {OK: "32", BAD: "31", NOTE: "2"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which project, and whether it may be run."""
    parser.add_argument("folder", nargs="?", default=".", help="the project (default: here)")
    parser.add_argument(
        "--trust", action="store_true", help="also start the project's interpreter and collect its tests"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print a line for each finding; 1 when something is missing that Winnow needs."""
    folder = Path(arguments.folder).resolve()
    if not folder.is_dir():
        print(f"{folder} is no folder.", file=sys.stderr)
        return 2
    settings = Settings().merge({"trusted": bool(arguments.trust)})[0]
    findings = list(asyncio.run(examine(folder, settings)))
    for mark, text in findings:
        print(_coloured(mark, text))
    return 1 if any(mark == BAD for mark, _ in findings) else 0


async def examine(folder: Path, settings: Settings) -> list[tuple[str, str]]:
    """Every finding as a mark and a sentence."""
    return [
        (OK, f"Winnow {__version__} on Python {sys.version.split()[0]} ({sys.platform})"),
        *_memory(),
        *await _endpoint(settings),
        *await _tests(folder, settings),
    ]


def _memory() -> Iterator[tuple[str, str]]:
    from winnow.journal import JOURNAL, Journal, state_directory  # noqa: PLC0415 - opened only to be examined

    journal = Journal.open(state_directory() / JOURNAL)
    yield (BAD, journal.trouble) if journal.trouble else (OK, f"decisions are kept in {state_directory()}")
    journal.close()


async def _endpoint(settings: Settings) -> list[tuple[str, str]]:
    from winnow.journal import state_directory  # noqa: PLC0415
    from winnow.llm import EndpointError, chosen_model, open_provider  # noqa: PLC0415 - asks the network

    try:
        provider = open_provider(settings, os.environ, chosen_model(state_directory()))
        health = await provider.probe()
    except EndpointError as error:
        return [(BAD, str(error))]
    await provider.close()
    return [(OK if health.ok else BAD, f"{provider.name} {provider.model}".strip() + f": {health.says}")]


async def _tests(folder: Path, settings: Settings) -> list[tuple[str, str]]:
    from winnow.journal import state_directory  # noqa: PLC0415
    from winnow.proof import Prover  # noqa: PLC0415

    prover = await Prover.open(str(folder), settings, str(state_directory() / "proof"))
    try:
        means = await prover.describe()
    finally:
        await prover.close()
    notes = [means.way, *means.notes] if means.way else means.notes
    return [(OK if means.ok else BAD, means.says), *((NOTE, note) for note in notes)]


def _coloured(mark: str, text: str) -> str:
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return f"{mark} {text}"
    return f"\x1b[{COLOURS[mark]}m{mark}\x1b[0m {text}"


COMMANDS = (
    Command(
        name=("doctor",),
        summary="Say what Winnow finds in a project, what is missing, and what to do",
        add_arguments=add_arguments,
        run=run,
    ),
)
