"""``winnow report``: one self-contained HTML page of what was shown, taken and kept."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from winnow.commands.command import Command
from winnow.journal import JOURNAL, Journal, state_directory
from winnow.report import write

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    """What ``winnow report`` takes."""
    parser.add_argument("--out", type=Path, default=Path("winnow-report.html"), help="the page to write")


def run(arguments: Namespace) -> int:
    """Write the page."""
    path = state_directory() / JOURNAL
    if not path.exists():
        print(f"Nothing has been decided yet: there is no journal at {path}.", file=sys.stderr)
        return 1
    journal = Journal.open(path)
    try:
        number = write(journal, arguments.out)
    except OSError as error:
        print(f"The report cannot be written: {error}", file=sys.stderr)
        return 1
    finally:
        journal.close()
    print(f"The report of {number} decisions is in {arguments.out}.")
    return 0


COMMANDS: tuple[Command, ...] = (
    Command(
        name=("report",),
        summary="Write a page of pictures about what was shown, taken and kept",
        add_arguments=add_arguments,
        run=run,
    ),
)
