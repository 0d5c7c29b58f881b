"""The words of the command line: every file of this room that has commands is asked for them."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
from typing import TYPE_CHECKING

from winnow import __version__, commands

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from winnow.commands.command import Command


def run(words: Sequence[str]) -> int:
    """Run one command; the exit code is its own, 2 for words that make no sense, 130 for an interruption."""
    parser = _parser(words)
    chosen = parser.parse_args(words)
    if not hasattr(chosen, "run"):
        parser.print_help()
        return 2
    try:
        return int(chosen.run(chosen))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 1


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="winnow",
        description="A language server that shows only the AI code that survives your tests.",
        epilog="Your editor runs `winnow serve`. Start with `winnow doctor` in your project.",
    )
    parser.add_argument("--version", action="version", version=f"winnow {__version__}")
    groups: dict[tuple[str, ...], argparse._SubParsersAction[argparse.ArgumentParser]] = {}
    groups[()] = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in sorted(_commands(words), key=lambda each: each.name):
        for depth in range(1, len(command.name)):
            stem = command.name[:depth]
            if stem not in groups:
                group = groups[stem[:-1]].add_parser(stem[-1], help=f"{stem[-1]}: see `winnow {' '.join(stem)} --help`")
                groups[stem] = group.add_subparsers(metavar="WHAT", required=True)
        own = groups[command.name[:-1]].add_parser(command.name[-1], help=command.summary, description=command.summary)
        command.add_arguments(own)
        own.set_defaults(run=command.run)
    return parser


def _commands(words: Sequence[str]) -> Iterator[Command]:
    """The commands of all files; where a file has the name of the first word, of that alone, which is quick."""
    modules = [module.name for module in pkgutil.iter_modules(commands.__path__)]
    named = [name for name in modules if words and words[0] == name]
    for name in named or modules:
        yield from getattr(importlib.import_module(f"{commands.__name__}.{name}"), "COMMANDS", ())
