"""``winnow usage``: what was asked of each model, in requests, tokens, seconds, and money where its price is given."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import orjson

from winnow.commands.command import Command
from winnow.journal import JOURNAL, Journal, spent_says, state_directory

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

DAY_SECONDS = 86_400.0


def add_arguments(parser: ArgumentParser) -> None:
    """What ``winnow usage`` takes."""
    parser.add_argument("--days", type=float, default=30.0, metavar="N", help="of the last N days (default 30)")
    parser.add_argument(
        "--price",
        action="append",
        default=[],
        metavar="MODEL=PROMPT/ANSWER",
        help="what a million tokens of a model cost, such as gpt-5-mini=0.25/2.00",
    )
    parser.add_argument("--json", action="store_true", help="print JSON, one model and purpose a line")


def run(arguments: Namespace) -> int:
    """Print a line for each model and purpose."""
    path = state_directory() / JOURNAL
    if not path.exists():
        print(f"Nothing has been asked yet: there is no journal at {path}.")
        return 0
    journal = Journal.open(path)
    spent = journal.spent(time.time() - arguments.days * DAY_SECONDS)
    journal.close()
    if journal.trouble:
        print(journal.trouble, file=sys.stderr)
    if arguments.json:
        for each in spent:
            print(orjson.dumps(each).decode())
        return 0
    try:
        print(spent_says(spent, arguments.price))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


COMMANDS: tuple[Command, ...] = (
    Command(name=("usage",), summary="Say what was asked of each model", add_arguments=add_arguments, run=run),
)
